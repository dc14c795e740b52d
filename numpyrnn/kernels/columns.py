"""Bookkeeping of columns, shared by the kernels: which stand where, whose sequence has ended."""

from __future__ import annotations

import itertools

import numpy as np


def spans(counts):
    """(start, stop) of each step's columns among the N columns of all steps."""
    edges = np.cumsum([0, *counts]).tolist()
    return list(itertools.pairwise(edges))


def stack(*blocks):
    """A buffer (K, N) of the blocks' rows in the given order; None marks a row of ones.

    A block is an array (rows, N), or a number: so many rows left for the kernel to fill.
    """
    arrays = [b for b in blocks if isinstance(b, np.ndarray)]
    rows = [1 if b is None else b if isinstance(b, int) else len(b) for b in blocks]
    out = np.empty((sum(rows), arrays[0].shape[1]), dtype=arrays[0].dtype)
    top = 0
    for block, height in zip(blocks, rows, strict=True):
        if not isinstance(block, int):
            out[top:top + height] = 1 if block is None else block
        top += height
    return out


def blocks(array_rows, counts, dtype):
    """One contiguous array (rows, n) for each step, all in a single allocation."""
    flat = np.empty(array_rows * sum(counts), dtype=dtype)
    return [
        flat[array_rows * a:array_rows * b].reshape(array_rows, b - a) for a, b in spans(counts)
    ]


def settle(final, running, counts, t):
    """Copy into `final` the columns of the sequences whose last step is t."""
    n = counts[t]
    still = counts[t + 1] if t + 1 < len(counts) else 0
    if still < n:
        final[:, still:n] = running[:, still:n]


def resume(carry, final, n):
    """The gradient (H, n) that flows back into a step: the carry from the step after it, and for
    the sequences that end here the gradient of their final state."""
    width = 0 if carry is None else carry.shape[1]
    if width == n:
        return carry
    if width == 0:
        return final[:, :n]
    return np.concatenate([carry, final[:, width:n]], axis=1)


def initial(carry, final):
    """The gradient (H, B) of the initial state; sequences of length 0 hand their final one on."""
    return np.array(resume(carry, final, final.shape[1]))
