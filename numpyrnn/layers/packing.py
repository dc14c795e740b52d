"""From a padded batch to the columns that cells and kernels read, and back.

A batch (B, T, D) with lengths becomes the columns of the steps that are really there: sequences
sorted longest first, step 0 of all of them, then step 1 of those still running, and so on. A
reversed layer takes each sequence from its own last step. Padding is never read, and comes back as
zeros. A column's numbers lie side by side in memory, as they do in the batch: packing moves whole
rows and transposes nothing.
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
        self.order = np.argsort(-lengths, kind="stable")
        self.lengths = lengths[self.order]
        running = self.lengths[:, None] > np.arange(lengths.max())              # (B, T')
        self.counts = running.sum(axis=0).tolist()
        self.step, self.place = np.nonzero(running.T)                           # (N,) each
        self.edges = np.cumsum([0, *self.counts]).tolist()

    def pack(self, x: np.ndarray, out: np.ndarray, first: int, last: int) -> np.ndarray:
        """Steps first … last-1 of (B, T, D) as columns (D, N); their memory is `out` (N, D)."""
        if self.full:
            blocks = out.reshape(-1, self.batch, out.shape[1])      # a view
            blocks[...] = self._in_order(x)[:, first:last].swapaxes(0, 1)
        else:
            part = slice(self.edges[first], self.edges[last])
            rows, times = self._cells(self.place[part], self.step[part])
            flat = x.reshape(-1, x.shape[2])
            np.take(flat, rows * self.steps + times, axis=0, out=out, mode="clip")
        return out.T

    def unpack(self, columns: np.ndarray) -> np.ndarray:
        """(D, N) → (B, T, D), a new array with zeros where there is padding."""
        out = self.empty(columns)
        if self.full:
            blocks = columns.T.reshape(-1, self.batch, len(columns))
            self._in_order(out)[...] = blocks.swapaxes(0, 1)
        else:
            out[self._cells(self.place, self.step)] = columns.T
        return out

    def unpack_states(
        self, before: np.ndarray, final: np.ndarray, out: np.ndarray, first: int, last: int
    ) -> None:
        """Write the hidden states after steps first … last-1 into `out` (B, T, H).

        `before` (H, N) are the states before these steps, `final` (H, B) those after them: what
        comes after a step is what stands before the next, or else the final state.
        """
        if self.full:
            out, after = self._in_order(out), before[:, self.batch:].T
            out[:, first:last - 1] = after.reshape(-1, self.batch, len(before)).swapaxes(0, 1)
            out[:, last - 1] = final.T
        elif first < last:
            n, stop = self.counts[first], self.edges[last]
            part = slice(self.edges[first] + n, stop)
            out[self._cells(self.place[part], self.step[part] - 1)] = before[:, n:].T
            ends = np.minimum(self.lengths[:n], last) - 1
            out[self._cells(np.arange(n), ends)] = final[:, :n].T

    def empty(self, columns: np.ndarray) -> np.ndarray:
        """An array (B, T, rows of `columns`) that is zero where there is padding."""
        make = np.empty if self.full else np.zeros
        return make((self.batch, self.steps, len(columns)), dtype=columns.dtype)

    def _in_order(self, x: np.ndarray) -> np.ndarray:
        """A view of a full batch in the order in which the layer reads it."""
        return x[:, ::-1] if self.reverse else x

    def _cells(self, place: np.ndarray, step: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Row and time step in the batch, of the sorted sequence `place` at its own `step`."""
        time = self.lengths[place] - 1 - step if self.reverse else step
        return self.order[place], time

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

    def check_finite(self, what: str, columns: np.ndarray, first: int = 0) -> None:
        """Raise NotFiniteError for NaN or infinity, naming row, step and feature in the batch.

        The columns are those of the steps from `first` on.
        """
        with np.errstate(over="ignore", invalid="ignore"):
            if np.isfinite(np.sum(columns)):        # a sum is finite only if every term is
                return
        bad = np.argwhere(~np.isfinite(columns))
        if len(bad):
            feature, column = bad[0]
            if self.full:
                row, time = column % self.batch, first + column // self.batch
                time = self.steps - 1 - time if self.reverse else time
            else:
                column += self.edges[first]
                row, time = self._cells(self.place[column], self.step[column])
            raise NotFiniteError(
                f"{what}: expected finite numbers, got {columns[feature, column]} "
                f"in row {row}, step {time}, feature {feature}; clean the data first, "
                "or give lengths if that is padding"
            )
