"""Asking a model that `numpyrnn train` left behind: `train --ask` and `predict`."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from numpyrnn.cli.hints import hint
from numpyrnn.experiments.tasks.registry import TASKS
from numpyrnn.experiments.tasks.run import KIND
from numpyrnn.experiments.tasks.task import Hyperparameters, Task
from numpyrnn.training import load_checkpoint


class Asked(NamedTuple):
    """A trained model, and its task with the options that it was trained with."""

    task: Task
    model: Any

    def answer(self, text: str) -> str:
        """What the model answers; raises ValueError for a text that it cannot read."""
        try:
            return self.task.answer(self.model, text)
        except ValueError as error:
            raise ValueError(str(error).removeprefix("text: ")) from error


def is_of_a_task(path: Path) -> bool:
    """Whether `numpyrnn train` wrote this checkpoint.

    Raises ValueError where the file is no checkpoint.
    """
    return _metadata(load_checkpoint(path)).get("kind") == KIND


def trained(path: Path, option: str, kind: type[Task] | None = None) -> Asked:
    """The model of a checkpoint, to be asked texts; `kind` is the task it has to be of.

    Raises ValueError, naming `option`, where the task has no texts, and where there is no such
    checkpoint or that of something else.
    """
    if kind is not None:
        _check_reads(kind, option, f"leave {option} out")
        if not path.is_file():
            inside = sorted(file.name for file in path.parent.glob("*.npz"))
            cure = (
                f"name another of {', '.join(inside)} with --cell" if inside
                else f"train it first with {hint('train', kind.name)}"
            )
            raise ValueError(f"{option}: expected a model, but there is no {str(path)!r}; {cure}")
    found = load_checkpoint(path)
    metadata = _metadata(found)
    written = TASKS.get(str(metadata.get("task"))) if metadata.get("kind") == KIND else None
    if kind is not None and written is not kind:
        raise ValueError(
            f"{option}: expected a model of the task {kind.name} in {str(path)!r}, got one of "
            f"{metadata.get('task', 'another command')}; name its directory with --out"
        )
    try:
        if written is None:
            raise ValueError(metadata.get("kind"))
        preset = Hyperparameters(**metadata["preset"])
        task = written(metadata["seed"], preset, **metadata["options"])
        model = task.build(metadata["cell"], 0)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(
            f"{option}: expected a checkpoint that numpyrnn train wrote, got another in "
            f"{str(path)!r}; train a model with {hint('train')}"
        ) from error
    _check_reads(type(task), option, "what it reached is in results.json beside it")
    found.restore(model)
    return Asked(task, model)


def _check_reads(kind: type[Task], option: str, cure: str) -> None:
    if kind.reads is None:
        readers = ", ".join(name for name, task in TASKS.items() if task.reads is not None)
        raise ValueError(
            f"{option}: expected a task whose questions are texts ({readers}), got {kind.name}; "
            f"{cure}"
        )


def _metadata(found: Any) -> dict[str, Any]:
    return found.metadata if isinstance(found.metadata, dict) else {}
