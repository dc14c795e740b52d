"""The plain recurrent network: one product and one nonlinearity a step.

    H_t = φ(W [X_t; H_{t-1}; 1])

Equations and symbols: cells/rnn.py; layout: kernels/__init__.py.
"""

from __future__ import annotations

import numpy as np

from numpyrnn.activations import ACTIVATIONS
from numpyrnn.kernels.columns import initial, resume, settle, spans, stack


def forward(x, state, counts, *, W_xh, W_hh, b_h, activation="tanh", keep=True):
    """h (H, N), the final state (H, B), and the cache."""
    (h_prev,) = state
    _, hidden, inputs = W_xh.shape
    phi = ACTIVATIONS[activation].function
    W = np.concatenate([W_xh[0], W_hh[0], b_h[0]], axis=1)                  # (H, D+H+1)
    Z = stack(x, hidden, None)                                              # (D+H+1, N)
    h = np.empty((hidden, x.shape[1]), dtype=x.dtype)
    final = np.array(h_prev)
    for t, (start, stop) in enumerate(spans(counts)):
        Z[inputs:-1, start:stop] = h_prev[:, :counts[t]]
        h_prev = phi(W @ Z[:, start:stop])                                  # (H, n)
        h[:, start:stop] = h_prev
        settle(final, h_prev, counts, t)
    return h, type(state)(final), (Z, h) if keep else None


def backward(dh, dstate, cache, counts, *, W_xh, W_hh, b_h, activation="tanh"):
    """dx (D, N), the gradient of the initial state (H, B), and the gradients of the parameters."""
    Z, h = cache
    _, hidden, inputs = W_xh.shape
    W_back = np.ascontiguousarray(W_hh[0].T)
    dA = ACTIVATIONS[activation].slope(h)                                   # (H, N)
    carry = None
    for start, stop in reversed(spans(counts)):
        da = dA[:, start:stop]
        da *= dh[:, start:stop] + resume(carry, dstate.h, stop - start)
        carry = W_back @ da
    dx = W_xh[0].T @ dA
    dW = dA @ Z.T                                                           # (H, D+H+1)
    dW_xh, dW_hh, db_h = np.split(dW[None], [inputs, inputs + hidden], axis=2)
    return dx, type(dstate)(initial(carry, dstate.h)), dict(W_xh=dW_xh, W_hh=dW_hh, b_h=db_h)
