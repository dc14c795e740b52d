"""How far back the gradient reaches, before and after training: `flow.measure("lstm")`."""

from numpyrnn.experiments.flow.run import measure, measure_trained, train
from numpyrnn.experiments.flow.result import FlowResult

__all__ = ["FlowResult", "measure", "measure_trained", "train"]
