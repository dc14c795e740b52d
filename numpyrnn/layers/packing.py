"""From a padded batch to the columns that cells and kernels read, and back.

Of a batch (B, T, D) the steps that are really there become columns: sequences sorted longest first,
step 0 of all of them, then step 1 of those still running, and so on. A sequence's own k-th step may
stand anywhere in its row: lengths, reversal and masks with gaps differ in that map alone. What is
not there is never read, and comes back as zeros. A column's numbers lie side by side in memory, as
they do in the batch: packing moves whole rows and transposes nothing.
"""

from __future__ import annotations

import numpy as np

from numpyrnn.validation import NotFiniteError


class Packing:
    """Which row and time step of a batch each column stands for.

    real (B, T) says which steps are there, None that all are.
    """

    def __init__(
        self, batch: int, steps: int, real: np.ndarray | None = None, reverse: bool = False
    ):
        self.batch, self.steps, self.reverse = batch, steps, reverse
        self.full = real is None or bool(real.all())
        if real is None or self.full:
            self.counts = [batch] * steps
            return
        self.real = real
        lengths = real.sum(axis=1)
        self.order = np.argsort(-lengths, kind="stable")
        self.lengths = lengths[self.order]
        own = np.arange(self.lengths[0])
        running = self.lengths[:, None] > own                                   # (B, T')
        # The time of each row's own k-th step, and the cell, row by row, where it stands.
        if reverse:
            time = steps - 1 - np.nonzero(real[self.order, ::-1])[1]
        else:
            time = np.nonzero(real[self.order])[1]
        cells = np.zeros(running.shape, np.intp)
        cells[running] = time
        self._cells = (cells + self.order[:, None] * steps).T                   # (T', B)
        self._running = running.T
        self.counts = running.sum(axis=0).tolist()
        self.edges = np.cumsum([0, *self.counts]).tolist()

    def pack(self, x: np.ndarray, out: np.ndarray, first: int, last: int) -> np.ndarray:
        """Steps first … last-1 of (B, T, D) as columns (D, N); their memory is `out` (N, D)."""
        if self.full:
            blocks = out.reshape(-1, self.batch, out.shape[1])      # a view
            blocks[...] = self._in_order(x)[:, first:last].swapaxes(0, 1)
        else:
            flat = x.reshape(-1, x.shape[2])
            np.take(flat, self._places(first, last), axis=0, out=out, mode="clip")
        return out.T

    def unpack(self, columns: np.ndarray) -> np.ndarray:
        """(D, N) → (B, T, D), a new array with zeros where there is padding."""
        out = self.empty(columns)
        if self.full:
            blocks = columns.T.reshape(-1, self.batch, len(columns))
            self._in_order(out)[...] = blocks.swapaxes(0, 1)
        else:
            out.reshape(-1, len(columns))[self._places(0, len(self.counts))] = columns.T
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
            n, flat = self.counts[first], out.reshape(-1, len(before))
            went_on = self._running[first + 1:last]
            flat[self._cells[first:last - 1][went_on]] = before[:, n:].T
            ends = np.minimum(self.lengths[:n], last) - 1
            flat[self._cells[ends, np.arange(n)]] = final[:, :n].T

    def empty(self, columns: np.ndarray) -> np.ndarray:
        """An array (B, T, rows of `columns`) that is zero where there is padding."""
        make = np.empty if self.full else np.zeros
        return make((self.batch, self.steps, len(columns)), dtype=columns.dtype)

    def _in_order(self, x: np.ndarray) -> np.ndarray:
        """A view of a full batch in the order in which the layer reads it."""
        return x[:, ::-1] if self.reverse else x

    def _places(self, first: int, last: int) -> np.ndarray:
        """Where the columns of steps first … last-1 stand in a batch, counted row by row."""
        return self._cells[first:last][self._running[first:last]]

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
                row, time = divmod(self._places(first, len(self.counts))[column], self.steps)
            raise NotFiniteError(
                f"{what}: expected finite numbers, got {columns[feature, column]} "
                f"in row {row}, step {time}, feature {feature}; clean the data first, "
                "or give lengths if that is padding"
            )
