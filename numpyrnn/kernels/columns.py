"""Bookkeeping of columns, shared by the kernels: which stand where, whose sequence has ended.

A *segment* is a row of successive steps with the same sequences, so that everything in it is a
regular array (S, rows, n), one block for each step. A *chunk* is a few segments with about CHUNK
columns together: the unit in which the backward pass turns da into gradients.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

CHUNK = 512     # enough columns for a product at full speed, few enough to stay in the cache


class Segment(NamedTuple):
    """S successive steps with the same n sequences, of which the first `still` go on after them."""

    start: int      # of its columns among the N columns of all steps
    steps: int
    n: int
    still: int

    @property
    def stop(self):
        return self.start + self.steps * self.n

    def of(self, columns, shift=0):
        """A view (S, K, n) of columns (K, N): the blocks of this segment's steps."""
        part = columns[:, self.start + shift:self.stop + shift]
        return part.reshape(len(columns), self.steps, self.n).swapaxes(0, 1)


def chunks(counts):
    """All steps: a list of chunks, each a list of segments."""
    result, start, t = [], 0, 0
    while t < len(counts):
        chunk, first = [], start
        while t < len(counts) and start - first < CHUNK:
            n, steps = counts[t], 1
            room = -(-(CHUNK - (start - first)) // n)
            while steps < room and t + steps < len(counts) and counts[t + steps] == n:
                steps += 1
            t += steps
            chunk.append(Segment(start, steps, n, counts[t] if t < len(counts) else 0))
            start = chunk[-1].stop
        result.append(chunk)
    return result


def settle(final, running, segment):
    """Copy into `final` the columns of the sequences that end with this segment."""
    final[:, segment.still:segment.n] = running[:, segment.still:]


def resume(carry, final, n):
    """The gradient (H, n) that flows back into a step: the carry from the step after it, and for
    the sequences that end here the gradient of their final state."""
    width = 0 if carry is None else carry.shape[1]
    if width == n:
        return carry
    if width == 0:
        return np.array(final[:, :n], order="C")
    return np.concatenate([carry, final[:, width:n]], axis=1)


def initial(carry, final):
    """The gradient (H, B) of the initial state; sequences of length 0 hand their final one on."""
    return np.array(resume(carry, final, final.shape[1]))
