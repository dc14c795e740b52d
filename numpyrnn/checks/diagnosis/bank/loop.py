"""Backpropagation through time as a plain loop over a textbook cell, all sequences equally long.

    dh_t = ∂L/∂h_t directly + what step t+1 handed back        (1)
    dx_t, dstate_{t-1}, share_t = step_back(dstate_t)          (2)
    dW = Σ_t share_t, for every parameter W                    (3)

The diagnosis reads the source of `backward` and plants its bugs there. cells/unrolled.py is the
same loop for sequences of different length, and a test holds the two together.
"""

from __future__ import annotations

import numpy as np

from numpyrnn.cells.state import State


def forward(cell, x, state, **params):
    """h (T, H, B) and a cache for each step, from x (T, D, B) and the state before step 0."""
    h, caches = [], []
    for x_t in x:
        state, cache = cell.step(x_t, state, **params)
        h.append(state.h)
        caches.append(cache)
    return np.stack(h), caches


def backward(cell, dh, dstate, caches, **params):
    """dx (T, D, B), the gradient of the state before step 0, and those of the parameters.

    dh (T, H, B) is the loss's own gradient of every h_t, dstate that of the final state.
    """
    dx = [0 * cache.x for cache in caches]
    grads = {name: 0 * p for name, p in params.items()}
    for t in reversed(range(len(dh))):
        dstate = State(dstate[0] + dh[t], *dstate[1:])                               # (1)
        dx[t], dstate, share = cell.step_back(dstate, caches[t], **params)           # (2)
        grads = {name: grads[name] + share[name] for name in grads}                  # (3)
    return np.stack(dx), dstate, grads
