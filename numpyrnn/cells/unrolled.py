"""A textbook cell unrolled over a batch of sequences: the loop that every lesson begins with.

It answers the same calls as a kernel (see kernels/), so that a layer can run on either and a test
can hold the two together.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from numpyrnn.cells.state import State


class Cell(Protocol):
    """One step of a recurrent network: a textbook cell, or one of your own.

    step(x, state, **params) returns the new state and a cache, which has the step's x;
    step_back(dstate, cache, **params) returns ∂L/∂x, the gradient of the old state, and a dict of
    the parameters' gradients. Columns are sequences: x (D, B), parts of a state (H, B).
    """

    def step(self, *args: Any, **kwargs: Any) -> tuple[Any, Any]: ...

    def step_back(self, *args: Any, **kwargs: Any) -> tuple[Any, Any, Any]: ...


class Unrolled:
    """Backpropagation through time with `cell.step` and `cell.step_back`.

    Columns of all steps lie side by side: x (D, N) holds step 0's n₀ columns, then step 1's n₁,
    and so on; `counts` = (n₀, n₁, …) never grows, because the longest sequences come first.
    """

    def __init__(self, cell: Cell):
        self.cell = cell

    def forward(self, x, state, counts, work=None, *, masks=(), **params):
        """The hidden state before each step (H, N), the final state (H, B), and the caches.

        `masks`, arrays (H, N), are those of a cell with noise: its step takes masks=, (H, n) each.
        `work` is memory that a kernel keeps between calls; the textbook needs none.
        """
        x, final = x.copy(), [s.copy() for s in state]                  # caches outlive the call
        state = State(*(s.copy() for s in state))
        before, caches, start = [], [], 0
        for n in counts:
            own = slice(start, start + n)                               # the columns of this step
            noise = {"masks": [m[:, own] for m in masks]} if masks else {}
            state = State(*(s[:, :n] for s in state))
            before.append(state.h)
            state, cache = self.cell.step(x[:, own], state, **noise, **params)
            for all_columns, running in zip(final, state, strict=True):
                all_columns[:, :n] = running
            caches.append(cache)
            start += n
        h = np.concatenate([x[:0, :0].reshape(len(final[0]), 0), *before], axis=1)
        return h, State(*final), caches

    def backward(self, dh, dstate, caches, **params):
        """dx (D, N), the gradient of the initial state (H, B), and the sum of the steps' grads."""
        dstate = State(*(np.array(s) for s in dstate))
        _, hidden, inputs = params["W_xh"].shape
        grads = {name: 0 * p for name, p in params.items() if isinstance(p, np.ndarray)}
        dx = np.empty((inputs, dh.shape[1]), dtype=dh.dtype)
        stop = dx.shape[1]
        for cache in reversed(caches):
            n = cache.x.shape[1]
            start = stop - n
            dh_t, *rest = (s[:, :n] for s in dstate)
            running = State(dh_t + dh[:, start:stop], *rest)
            dx_t, before, step_grads = self.cell.step_back(running, cache, **params)
            dx[:, start:stop] = dx_t
            for all_columns, columns in zip(dstate, before, strict=True):
                all_columns[:, :n] = columns
            grads = {name: grads[name] + step_grads[name] for name in grads}
            stop = start
        return dx, dstate, grads
