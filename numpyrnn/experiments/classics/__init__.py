"""The classic problems of long memory, by the papers' criteria: `reproduce(quick=True)`."""

from numpyrnn.experiments.classics.problems import PROBLEMS
from numpyrnn.experiments.classics.recipes import CELLS
from numpyrnn.experiments.classics.report import ClassicsResult
from numpyrnn.experiments.classics.run import QUICK, reproduce

__all__ = ["CELLS", "PROBLEMS", "QUICK", "ClassicsResult", "reproduce"]
