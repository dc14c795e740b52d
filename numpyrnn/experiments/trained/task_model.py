"""A model that `numpyrnn train` wrote, with its task: it answers texts where the task has texts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from numpyrnn.experiments.commands import command
from numpyrnn.experiments.tasks.registry import TASKS
from numpyrnn.experiments.tasks.task import Hyperparameters, Task
from numpyrnn.experiments.trained.opening import open_trained
from numpyrnn.experiments.trained.record import Trained
from numpyrnn.training import Checkpoint


@dataclass(frozen=True, kw_only=True)
class TaskModel(Trained):
    """A trained model, and its task with the options that it was trained with."""

    kind = "task"
    task: Task

    @classmethod
    def opened(cls, checkpoint: Checkpoint) -> TaskModel:
        """The model that a checkpoint describes, its weights not yet restored."""
        metadata = checkpoint.metadata
        preset = Hyperparameters(**metadata["preset"])
        task = TASKS[metadata["task"]](metadata["seed"], preset, **metadata["options"])
        return cls(model=task.build(metadata["cell"], 0), task=task, checkpoint=checkpoint)

    def answer(self, text: str) -> str:
        """What the model answers; raises ValueError for a text that it cannot read."""
        return self.task.answer(self.model, text)


def trained(path: Path, argument: str, kind: type[Task]) -> TaskModel:
    """The model of a task, to be asked texts; `argument` is what an error calls the path.

    Raises ValueError where the task has no texts, and where there is no such checkpoint or one of
    something else.
    """
    check_reads_texts(kind, argument, f"leave {argument} out")
    if not path.is_file():
        inside = sorted(file.name for file in path.parent.glob("*.npz"))
        cure = (
            f"name another of {', '.join(inside)} with --cell" if inside
            else f"train it first with {command('train', kind.name)}"
        )
        raise ValueError(f"{argument}: expected a model, but there is no {str(path)!r}; {cure}")
    model: TaskModel = open_trained(path, ("task",), argument)
    if type(model.task) is not kind:
        raise ValueError(
            f"{argument}: expected a model of the task {kind.name} in {str(path)!r}, got one of "
            f"{model.task.name}; name its directory with --out"
        )
    return model


def check_reads_texts(kind: type[Task], argument: str, cure: str) -> None:
    """Raise ValueError for a task whose questions are no texts."""
    if kind.reads is None:
        readers = ", ".join(name for name, task in TASKS.items() if task.reads is not None)
        raise ValueError(
            f"{argument}: expected a task whose questions are texts ({readers}), got {kind.name}; "
            f"{cure}"
        )
