"""Opening a checkpoint: which kind it is, and the model that it holds."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from numpyrnn.experiments.commands import command
from numpyrnn.training import load_checkpoint

ROOM = "numpyrnn.experiments.trained"
CHECKPOINT = "model.npz"    # which a directory stands for


class Kind(NamedTuple):
    """How one kind of checkpoint is opened, and how a sentence speaks of it."""

    description: str
    written_by: str                 # a command
    use: Callable[[Path], str]      # what can be done with it
    module: str                     # in this package, and the class in it whose
    builder: str                    # `opened(checkpoint)` builds the model


def _ask(path: Path) -> str:
    return f"ask it with {command('predict', '--model', path, 'a text')}"


def _write(path: Path) -> str:
    return f"let it write with {command('sample', '--model', path)}"


KINDS = {
    "classifier": Kind("a classifier", "compare", _ask, "text_classifier", "TextClassifier"),
    "language_model": Kind("a language model", "lm", _write, "language_model", "LanguageModel"),
    "task": Kind("a model of a task", "train", _ask, "task_model", "TaskModel"),
}


def open_trained(
    path: str | os.PathLike[str], kinds: Sequence[str] = tuple(KINDS), argument: str = "model"
) -> Any:
    """The trained model of a checkpoint, as a TextClassifier, LanguageModel or TaskModel.

    A directory stands for the model.npz in it. `kinds` are those that are expected, some of
    "classifier", "language_model" and "task"; `argument` is the name by which an error calls the
    path. The model has the best weights, if the checkpoint holds them.

    Raises FileNotFoundError where there is no such file, and ValueError where it is no checkpoint,
    damaged, or of another kind.
    """
    file = _file(Path(path), kinds, argument)
    checkpoint = load_checkpoint(file)
    metadata = checkpoint.metadata if isinstance(checkpoint.metadata, dict) else {}
    name = str(metadata.get("kind"))
    if name in KINDS and name not in kinds:
        expected = " or ".join(KINDS[kind].description for kind in kinds)
        raise ValueError(
            f"{argument}: expected {expected}, got {KINDS[name].description} in {str(file)!r}; "
            f"{KINDS[name].use(file)}"
        )
    try:
        if name not in kinds:
            raise ValueError(name)
        module = importlib.import_module(f"{ROOM}.{KINDS[name].module}")
        trained = getattr(module, KINDS[name].builder).opened(checkpoint)
    except (KeyError, TypeError, ValueError) as error:
        writers = _writers([name] if name in kinds else kinds)
        raise ValueError(
            f"{argument}: expected a checkpoint that {writers} wrote, got another in "
            f"{str(file)!r}; train a model with {writers}"
        ) from error
    checkpoint.restore(trained.model, best=bool(checkpoint.best))
    return trained


def _file(path: Path, kinds: Sequence[str], argument: str) -> Path:
    """The checkpoint's file, which is there."""
    file = path / CHECKPOINT if path.is_dir() else path
    if file.exists() and not file.is_dir():
        return file
    if inside := sorted(other.name for other in path.glob("*.npz")) if path.is_dir() else []:
        raise ValueError(
            f"{argument}: expected a file, got the directory {str(path)!r}; name one of "
            f"{', '.join(inside)} in it"
        )
    raise FileNotFoundError(
        f"{argument}: expected a checkpoint, but there is no {str(file)!r}; check the name, or "
        f"train a model with {_writers(kinds)}"
    )


def _writers(kinds: Sequence[str]) -> str:
    return " or ".join(command(KINDS[kind].written_by) for kind in kinds)
