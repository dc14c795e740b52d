"""Which steps of a batch a subsampled layer reads, and what it holds at each step."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Readings(NamedTuple):
    """What is read when; times are those of the batch, also for a reversed layer."""

    read: np.ndarray        # (B, T') the time of each reading, -1 where a row has no more
    counts: np.ndarray      # (B,) readings of each row
    held: np.ndarray        # (B, T) what stands in the output: reading k - 1, or 0: none yet
    real: np.ndarray        # (B, T) whether the step is the row's own
    since: np.ndarray       # (B,) steps since the last reading, where there was one

    def gather(self, x: np.ndarray) -> np.ndarray:
        """The steps that are read, (B, T, D) → (B, T', D), zeros where a row has no more."""
        return np.where((self.read >= 0)[:, :, None], x[np.arange(len(x))[:, None], self.read], 0)

    def scatter(self, dread: np.ndarray, steps: int) -> np.ndarray:
        """The transpose of `gather`: (B, T', D) → (B, steps, D), zeros at the other steps."""
        dx = np.zeros((len(dread), steps, dread.shape[2]), dread.dtype)
        rows, places = np.nonzero(self.read >= 0)
        dx[rows, self.read[rows, places]] = dread[rows, places]
        return dx


def plan_readings(every: int, clock: np.ndarray, real: np.ndarray, reverse: bool) -> Readings:
    """The plan for rows whose own steps `real` (B, T) shows, `clock` (B,) steps after a reading.

    A step is read when the clock, having counted it, stands at `every` (½ less will do: so a clock
    that a gradient check moves by a hair changes nothing). In a reversed layer the first reading
    is the last in time, and the plan says so.
    """
    steps, own = real.shape[1], real.sum(axis=1, dtype=np.intp)
    first = np.clip(np.ceil(every - 0.5 - clock) - 1, 0, steps).astype(np.intp)
    counts = np.maximum(own - first + every - 1, 0) // every
    place, rows = np.arange(max(counts.max(), 1)), own[:, None]
    so_far = np.add.accumulate(real, axis=1, dtype=np.intp)
    read = first[:, None] + every * place               # so far in the row's own steps
    step = np.where(real, rows - so_far if reverse else so_far - 1, -every)
    held = np.maximum(step - first[:, None] + every, 0) // every
    if reverse:
        read = rows - 1 - first[:, None] - every * (counts[:, None] - 1 - place)
        held = np.where(held > 0, counts[:, None] + 1 - held, 0)
    time = np.argsort(~real, axis=1, kind="stable")         # of each row's own steps, then the rest
    read = np.take_along_axis(time, np.clip(read, 0, steps - 1), axis=1)
    read = np.where(place < counts[:, None], read, -1)
    return Readings(read, counts, held, real, own - 1 - first - every * (counts - 1))
