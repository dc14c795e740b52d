"""What the layouts of the four kernels share: the stacked columns, and views built once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np

from numpyrnn.activations import sigmoid
from numpyrnn.kernels.columns import chunks


class Layout:
    """The buffers of one shape, and the arguments of every call in the two loops.

    Z (z_rows, N) is what the weights multiply, each column contiguous in memory; `ones` says which
    of its rows are ones. It has room after its end, because every step leaves its hidden state in
    the n columns behind its own, where the next step reads as many as still run. A kernel's layout
    adds `saved`, for each segment what backward reads again, and says which views the loops take.
    """

    saved: list
    forward_views: Callable
    backward_views: Callable

    def __init__(self, work, counts, dtype, inputs, hidden, *, z_rows, ones, da_rows):
        self.work, self.dtype, self.inputs, self.hidden = work, dtype, inputs, hidden
        self.chunks, self.da_rows, self.columns = chunks(counts), da_rows, sum(counts)
        self.segments = [segment for chunk in self.chunks for segment in chunk]
        self.first = counts[0] if counts else 0
        self.Z = work.array("Z", (self.columns + self.first, z_rows), dtype).T
        self.Z[ones] = 1
        self.one = np.ones((), dtype)

    @cached_property
    def forward(self):
        """(segment, its views) from the first to the last."""
        return [
            (s, self.forward_views(s, *saved))
            for s, saved in zip(self.segments, self.saved, strict=True)
        ]

    @cached_property
    def backward(self):
        """For each chunk, the last one first: [(segment, its views) …], dA, Zᵀ and dx."""
        saved = dict(zip(self.segments, self.saved, strict=True))
        edges = [(chunk[0].start, chunk[-1].stop) for chunk in self.chunks]
        widest = max((stop - start for start, stop in edges), default=0)
        all_dA = self.work.array("dA", (self.da_rows, widest), self.dtype)
        result = []
        for chunk, (start, stop) in zip(self.chunks, edges, strict=True):
            dA = all_dA[:, :stop - start]
            pieces = [
                (s, self.backward_views(s, s.of(dA, -start), *saved[s])) for s in reversed(chunk)
            ]
            result.append((pieces, dA, self.Z[:, start:stop].T, self.dx[start:stop]))
        return result[::-1]

    @cached_property
    def dx(self):
        """The gradients of the inputs (N, D)."""
        return self.work.array("dx", (self.columns, self.inputs), self.dtype)

    def blocks(self, name, rows, tail=0):
        """For each segment an array (S, rows, n), and one (tail, n) behind it in memory."""
        shapes = [((s.steps * rows + tail) * s.n,) for s in self.segments]
        result = []
        for s, flat in zip(self.segments, self.work.arrays(name, shapes, self.dtype), strict=True):
            cut = s.steps * rows * s.n
            result.append((flat[:cut].reshape(s.steps, rows, s.n), flat[cut:].reshape(tail, s.n)))
        return result

    def scratch(self, segment, **rows):
        """Arrays (rows, n) in memory that every segment uses again."""
        return [self.work.array(k, (r, segment.n), self.dtype) for k, r in rows.items()]

    def factors(self, segment, **rows):
        """Arrays (S, rows, n) in memory that every segment uses again."""
        S, n = segment.steps, segment.n
        return [self.work.array(k, (S, r, n), self.dtype) for k, r in rows.items()]


def by_step(*arrays):
    """A tuple for each step, of its block in every array (S, ·, n); what is flat is for all."""
    steps = len(arrays[0])
    return list(zip(
        *([a] * steps if isinstance(a, np.ndarray) and a.ndim == 2 else a for a in arrays),
        strict=True,
    ))


def add_product(total, a, b, scratch):
    """total += a @ b, without a new array."""
    np.add(total, np.matmul(a, b, out=scratch), out=total)


def sigmoid_of_minus(a, one):
    """a becomes σ(-a) = 1/(1 + exp(a)), in place; where exp overflows, the quotient is 0.

    `one` is the number as an array of a's dtype: NumPy would make one of a 1 in every call.
    """
    if a.dtype.kind == "c":             # complex infinity would not give 0
        np.copyto(a, sigmoid(-a))
        return
    np.exp(a, out=a)
    np.add(a, one, out=a)
    np.divide(one, a, out=a)
