"""The matrix products of a training step and nothing else: what no NumPy engine can beat.

Same shapes, same orientation in memory, same number of calls as a fast kernel has; the numbers in
the matrices mean nothing. A kernel's distance to this time is what its additions, activations,
copies and calls cost.

Columns are sequences: one step multiplies the stacked weights (G·H, D+H+1) with [x; h; 1]. The N
columns of all steps are taken in the kernels' chunks for the products that need not wait for one
another: dx, and the gradients of the weights. In the reset-after GRU gate n keeps its input part
and its recurrent part apart.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from numpyrnn.kernels import columns

GATES = {"rnn": 1, "lstm": 4, "gru": 3}


def products(
    cell: str, counts: Sequence[int], D: int, H: int, dtype: Any, *, backward: bool = True
) -> Callable[[], Any]:
    """A function that multiplies as one step over `counts` columns at each time does.

    Returns what the caller would own: dx (N, D) and the gradients of the weights.
    """
    build = _gru if cell == "gru" else _stacked
    return build(GATES[cell], counts, D, H, _random(dtype), backward)


def chunks(counts: Sequence[int]) -> list[tuple[int, int, list[tuple[int, int]]]]:
    """The kernels' own chunks: (first column, columns, steps in the chunk).

    A step is its first column within the chunk and how many it has.
    """
    groups = []
    for chunk in columns.chunks(list(counts)):
        first, last = chunk[0].start, chunk[-1].stop
        steps = [(s.start - first + k * s.n, s.n) for s in chunk for k in range(s.steps)]
        groups.append((first, last - first, steps))
    return groups


def _random(dtype: Any) -> Callable[..., np.ndarray]:
    rng = np.random.default_rng(0)
    return lambda *shape: (rng.standard_normal(shape) / 16).astype(dtype)


def _buffers(rows: int, counts: Sequence[int], make: Callable[..., np.ndarray]) -> dict[int, Any]:
    """A contiguous (rows, b) to write into for every number of columns that occurs."""
    return {count: make(rows, count) for count in set(counts)}


def _stacked(
    gates: int, counts: Sequence[int], D: int, H: int, make: Callable[..., np.ndarray],
    backward: bool,
) -> Callable[[], Any]:
    """RNN and LSTM: all gates in one product."""
    K, rows, N = D + H + 1, gates * H, sum(counts)
    W, W_back, W_x = make(rows, K), make(H, rows), make(rows, D)
    Z = make(N, K)
    dA = make(rows, max(size for _, size, _ in chunks(counts)))
    a, da, dh = (_buffers(r, counts, make) for r in (rows, rows, H))
    part = make(rows, K)
    groups = [
        (
            first, size,
            [(Z[first + at : first + at + n].T, a[n], da[n], dh[n]) for at, n in group],
        )
        for first, size, group in chunks(counts)
    ]

    def step() -> Any:
        for _, _, group in groups:
            for z, out, _, _ in group:
                np.dot(W, z, out=out)
        if not backward:
            return None
        dx, dW = np.empty((N, D), W.dtype), np.zeros_like(W)
        for first, size, group in reversed(groups):
            for _, _, da_t, out in group:
                np.dot(W_back, da_t, out=out)
            np.matmul(dA[:, :size].T, W_x, out=dx[first : first + size])
            np.add(dW, np.matmul(dA[:, :size], Z[first : first + size], out=part), out=dW)
        return dx, dW

    return step


def _gru(
    gates: int, counts: Sequence[int], D: int, H: int, make: Callable[..., np.ndarray],
    backward: bool,
) -> Callable[[], Any]:
    """Reset-after GRU: rows of Z are [x 1 h 1], of dA the gates' recurrent n, r, z and input n."""
    N = sum(counts)
    W_rz, W_s, W_p = make(2 * H, D + 1 + H), make(H, H + 1), make(H, D + 1)
    W_back, W_x = make(H, 3 * H), make(3 * H, D)
    Z = make(N, D + H + 2)
    widest = max(size for _, size, _ in chunks(counts))
    dA, P = make(4 * H, widest), make(H, widest)
    a, s, da, dh = (_buffers(rows, counts, make) for rows in (2 * H, H, 3 * H, H))
    part_x, part_h = make(3 * H, D + 1), make(3 * H, H + 1)
    groups = [
        (
            first, size, Z[first : first + size],
            [
                (Z[first + at : first + at + n].T, a[n], s[n], da[n], dh[n])
                for at, n in group
            ],
        )
        for first, size, group in chunks(counts)
    ]

    def step() -> Any:
        for _, size, rows, group in groups:
            np.matmul(W_p, rows.T[: D + 1], out=P[:, :size])
            for z, out_a, out_s, _, _ in group:
                np.dot(W_rz, z[:-1], out=out_a)
                np.dot(W_s, z[D + 1 :], out=out_s)
        if not backward:
            return None
        dx = np.empty((N, D), Z.dtype)
        dW_x, dW_h = np.zeros_like(part_x), np.zeros_like(part_h)
        for first, size, rows, group in reversed(groups):
            for _, _, _, da_t, out in group:
                np.dot(W_back, da_t, out=out)
            inputs, recurrent = dA[H:, :size], dA[: 3 * H, :size]
            np.matmul(inputs.T, W_x, out=dx[first : first + size])
            np.add(dW_x, np.matmul(inputs, rows[:, : D + 1], out=part_x), out=dW_x)
            np.add(dW_h, np.matmul(recurrent, rows[:, D + 1 :], out=part_h), out=dW_h)
        return dx, dW_x, dW_h

    return step
