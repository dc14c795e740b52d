"""Asking a model that `numpyrnn train` left behind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from numpyrnn.cli.train_run import KIND
from numpyrnn.cli.train_task import Preset, Task
from numpyrnn.training import load_checkpoint


def ask(kind: type[Task], path: Path, text: str) -> str:
    """What the model in the checkpoint `path` answers to a text.

    Raises ValueError where the task has no texts, where there is no such checkpoint or another's,
    and for a text that the model cannot read.
    """
    if kind.reads is None:
        raise ValueError(
            f"--ask: expected a task whose questions are texts, got {kind.name}; leave --ask out"
        )
    if not path.is_file():
        inside = sorted(file.name for file in path.parent.glob("*.npz"))
        cure = (
            f"name another of {', '.join(inside)} with --cell" if inside
            else f"train it first with numpyrnn train {kind.name}"
        )
        raise ValueError(f"--ask: expected a model, but there is no {str(path)!r}; {cure}")
    found = load_checkpoint(path)
    metadata: dict[str, Any] = found.metadata if isinstance(found.metadata, dict) else {}
    if metadata.get("kind") != KIND or metadata.get("task") != kind.name:
        raise ValueError(
            f"--ask: expected a model of the task {kind.name} in {str(path)!r}, got one of "
            f"{metadata.get('task', 'another command')}; name its directory with --out"
        )
    task = kind(metadata["seed"], Preset(**metadata["preset"]), **metadata["options"])
    model = task.build(metadata["cell"], 0)
    found.restore(model)
    return task.answer(model, text)
