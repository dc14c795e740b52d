"""From a padded batch to the columns that cells and kernels read, and back.

A batch (B, T, D) with lengths becomes the columns of the steps that are really there: sequences
sorted longest first, step 0 of all of them, then step 1 of those still running, and so on. A
reversed layer takes each sequence from its own last step. Padding is never read, and comes back as
zeros.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from numpyrnn.validation import NotFiniteError, check_lengths


class Packing:
    """Which row and time step of a batch each column stands for."""

    def __init__(self, batch: int, steps: int, lengths: Any = None, reverse: bool = False):
        self.batch, self.steps, self.reverse = batch, steps, reverse
        self.full = lengths is None
        if self.full:
            self.counts = [batch] * steps
            return
        lengths = check_lengths(lengths, batch, steps)
        self.order = np.argsort(-lengths.astype(np.int64), kind="stable")
        running = np.sort(lengths)[:, None] > np.arange(lengths.max())          # (B, T')
        self.counts = running.sum(axis=0).tolist()
        column = [np.arange(n) for n in self.counts]
        places = np.concatenate([*column, np.arange(0)]).astype(np.intp)
        self.rows = self.order[places]
        self.times = np.repeat(np.arange(len(self.counts)), self.counts)
        if reverse:
            self.times = lengths.astype(np.int64)[self.rows] - 1 - self.times

    def pack(self, x: np.ndarray) -> np.ndarray:
        """(B, T, D) → (D, N)."""
        if not self.full:
            return x[self.rows, self.times].T
        x = x[:, ::-1] if self.reverse else x
        return x.transpose(2, 1, 0).reshape(x.shape[2], -1)

    def unpack(self, columns: np.ndarray) -> np.ndarray:
        """(H, N) → (B, T, H), a new array with zeros where there is padding."""
        if not self.full:
            out = np.zeros((self.batch, self.steps, len(columns)), dtype=columns.dtype)
            out[self.rows, self.times] = columns.T
            return out
        out = columns.reshape(len(columns), self.steps, self.batch).transpose(2, 1, 0)
        return np.array(out[:, ::-1] if self.reverse else out, order="C")

    def pack_state(self, rows: np.ndarray) -> np.ndarray:
        """(B, H) → (H, B), longest sequence first."""
        return rows.T if self.full else rows[self.order].T

    def unpack_state(self, columns: np.ndarray) -> np.ndarray:
        """(H, B) → (B, H), a new array in the batch's own order."""
        if self.full:
            return np.array(columns.T, order="C")
        out = np.empty(columns.shape[::-1], dtype=columns.dtype)
        out[self.order] = columns.T
        return out

    def check_finite(self, what: str, columns: np.ndarray) -> None:
        """Raise NotFiniteError for NaN or infinity, naming row, step and feature in the batch."""
        flat = columns.ravel(order="K")
        with np.errstate(over="ignore", invalid="ignore"):
            if np.isfinite(np.dot(flat, flat)):
                return
        bad = np.argwhere(~np.isfinite(columns))
        if len(bad):
            feature, column = bad[0]
            if self.full:
                row, time = column % self.batch, column // self.batch
                time = self.steps - 1 - time if self.reverse else time
            else:
                row, time = self.rows[column], self.times[column]
            raise NotFiniteError(
                f"{what}: expected finite numbers, got {columns[feature, column]} "
                f"in row {row}, step {time}, feature {feature}; clean the data first, "
                "or give lengths if that is padding"
            )
