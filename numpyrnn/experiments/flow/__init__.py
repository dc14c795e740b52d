"""How far back the gradient reaches, before and after training: `flow.measure("lstm")`."""

from numpyrnn.experiments.flow.result import FlowResult
from numpyrnn.experiments.flow.run import measure, measure_trained, train

__all__ = ["FlowResult", "measure", "measure_trained", "train"]
