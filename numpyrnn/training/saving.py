"""The checkpoint of a run of `fit`: continued from, written after each epoch, gone back to."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

from numpyrnn.protocols import Model, OptimizerLike
from numpyrnn.training.checkpoints import (
    Checkpoint,
    check_destination,
    load_checkpoint,
    save_checkpoint,
)
from numpyrnn.training.history import History
from numpyrnn.validation import check_flag

ROWS = "validation_rows"  # among the checkpoint's arrays


class RunFile:
    """Where a run is saved: nowhere, if the path is None. Its faults are raised before training."""

    def __init__(self, path: str | os.PathLike[str] | None, *, resume: bool, metadata: Any):
        if check_flag("resume", resume) and path is None:
            raise ValueError("resume: expected a file to continue from, got none; pass checkpoint=")
        if path is not None:
            check_destination(path, metadata)
        self.path, self.metadata = path, metadata
        self.is_there = resume and path is not None and Path(path).exists()

    def load(self) -> Checkpoint | None:
        """What there is to continue from, if anything."""
        return load_checkpoint(self._path()) if self.is_there else None

    def save(
        self, model: Model, optimizer: OptimizerLike, rng: np.random.Generator, history: History,
        best: dict[str, np.ndarray],
    ) -> None:
        if self.path is None:
            return
        arrays = {f"best/{name}": p for name, p in best.items()}
        if history.validation_rows is not None:
            arrays[ROWS] = np.array(history.validation_rows)
        save_checkpoint(
            self.path, model, optimizer, rng=rng, step=history["step"][-1], history=history,
            metadata=self.metadata, arrays=arrays,
        )
        self.is_there = True

    def go_back(self, model: Model, optimizer: OptimizerLike, rng: np.random.Generator) -> bool:
        """Put all three where the last checkpoint has them; whether there is one."""
        if self.is_there:
            load_checkpoint(self._path()).restore(model, optimizer, rng)
        return self.is_there

    def _path(self) -> str:
        assert self.path is not None
        return os.fspath(self.path)


def held_out(found: Checkpoint | None) -> list[int] | None:
    """The rows that the run of a checkpoint held out."""
    return found.arrays[ROWS].tolist() if found is not None and ROWS in found.arrays else None
