"""The checkpoint of a run of `fit`: continued from, written after each epoch, gone back to."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from numpyrnn.training.checkpoints import (
    Checkpoint,
    check_destination,
    load_checkpoint,
    save_checkpoint,
)
from numpyrnn.training.epoch import Diverged, Learner
from numpyrnn.training.history import History, Record
from numpyrnn.training.stopping import EarlyStopping
from numpyrnn.validation import check_flag

ROWS = "validation_rows"  # among the checkpoint's arrays


class RunFile:
    """Where a run is saved: nowhere, if the path is None. Its faults are raised before training."""

    def __init__(self, path: str | os.PathLike[str] | None, *, resume: bool, metadata: Any):
        if check_flag("resume", resume) and path is None:
            raise ValueError("resume: expected a file to continue from, got none; pass checkpoint=")
        if path is not None:
            check_destination(path, metadata)
        self.path = None if path is None else os.fspath(path)
        self.metadata = metadata
        self.exists = resume and path is not None and Path(path).exists()

    def load(self) -> Checkpoint | None:
        """The checkpoint to continue from, if there is one."""
        return load_checkpoint(self.path) if self.exists and self.path is not None else None

    def save(self, learner: Learner, history: History, best: dict[str, np.ndarray]) -> None:
        if self.path is None:
            return
        arrays = {f"best/{name}": p for name, p in best.items()}
        if history.validation_rows is not None:
            arrays[ROWS] = np.array(history.validation_rows)
        save_checkpoint(
            self.path, learner.model, learner.optimizer, rng=learner.rng,
            step=history["step"][-1], history=history, metadata=self.metadata, arrays=arrays,
        )
        self.exists = True

    def going_back(
        self, records: Iterator[Record], learner: Learner, history: History, stopping: EarlyStopping
    ) -> Iterator[Record]:
        """The records; where training diverges, everything goes back to the last checkpoint."""
        try:
            yield from records
        except Diverged as error:
            if (saved := self.load()) is None:
                raise
            saved.restore(learner.model, learner.optimizer, learner.rng)
            place = f"back at epoch {len(history)}, {self.path}"
            now = f"the model is {place}"
            if stopping.weights:
                best = f"the model has the best weights, of epoch {stopping.best_epoch()}"
                now = f"the optimizer is {place}; {best}"
            raise Diverged(f"{error}; {now}", error.reason) from error


def rows_held_out(saved: Checkpoint | None) -> list[int] | None:
    """The rows that the run of a checkpoint held out."""
    return saved.arrays[ROWS].tolist() if saved is not None and ROWS in saved.arrays else None
