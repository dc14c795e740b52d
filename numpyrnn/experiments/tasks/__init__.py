"""The tasks of `numpyrnn train`, each beside its baseline: `tasks.train("adding", "gru")`."""

from numpyrnn.experiments.tasks.registry import TASKS, make
from numpyrnn.experiments.tasks.report import TaskResult, describe
from numpyrnn.experiments.tasks.run import train

__all__ = ["TASKS", "TaskResult", "describe", "make", "train"]
