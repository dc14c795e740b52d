"""The LSTM: one product and one tanh over all four gates a step.

    [I; F; O; G]_t = W [X_t; H_{t-1}; 1]  then σ, σ, σ, tanh

The rows of W that feed the sigmoids are halved, because σ(a) = ½ + ½ tanh(½a). Equations and
symbols: cells/lstm.py; layout: kernels/__init__.py.
"""

from __future__ import annotations

import numpy as np

from numpyrnn.kernels.columns import blocks, initial, resume, settle, spans, stack


def forward(x, state, counts, *, W_xh, W_hh, b_h, keep=True):
    """h (H, N), the final state (H, B), and the cache."""
    h_prev, c_prev = state
    _, hidden, inputs = W_xh.shape
    sigmoid_rows = 3 * hidden
    W = np.concatenate([W_xh, W_hh, b_h], axis=2).reshape(4 * hidden, -1)   # (4H, D+H+1)
    W[:sigmoid_rows] *= 0.5
    Z = stack(x, hidden, None)                                              # (D+H+1, N)
    gates = blocks(4 * hidden, counts, x.dtype)
    memory = blocks(hidden, counts, x.dtype)
    squashed = blocks(hidden, counts, x.dtype)
    h = np.empty((hidden, x.shape[1]), dtype=x.dtype)
    final_h, final_c, first_c = np.array(h_prev), np.array(c_prev), np.array(c_prev)
    for t, (start, stop) in enumerate(spans(counts)):
        n = stop - start
        a, c, tanh_c = gates[t], memory[t], squashed[t]
        Z[inputs:-1, start:stop] = h_prev[:, :n]
        np.matmul(W, Z[:, start:stop], out=a)
        np.tanh(a, out=a)
        sigmoids = a[:sigmoid_rows]
        sigmoids *= 0.5
        sigmoids += 0.5
        i, f, o, g = a.reshape(4, hidden, n)
        np.multiply(f, c_prev[:, :n], out=c)
        c += np.multiply(i, g, out=tanh_c)
        np.tanh(c, out=tanh_c)
        h_prev, c_prev = o * tanh_c, c
        h[:, start:stop] = h_prev
        settle(final_h, h_prev, counts, t)
        settle(final_c, c, counts, t)
    cache = (Z, gates, first_c, memory, squashed) if keep else None
    return h, type(state)(final_h, final_c), cache


def backward(dh, dstate, cache, counts, *, W_xh, W_hh, b_h):
    """dx (D, N), the gradient of the initial state (H, B), and the gradients of the parameters."""
    Z, gates, first_c, memory, squashed = cache
    _, hidden, inputs = W_xh.shape
    W_back = np.ascontiguousarray(W_hh.reshape(4 * hidden, hidden).T)       # (H, 4H)
    dA = np.empty((4 * hidden, dh.shape[1]), dtype=dh.dtype)
    carry_h = carry_c = None
    for t, (start, stop) in reversed(list(enumerate(spans(counts)))):
        n = stop - start
        i, f, o, g = gates[t].reshape(4, hidden, n)
        c_prev, tanh_c = (memory[t - 1] if t else first_c)[:, :n], squashed[t]
        dh_t = dh[:, start:stop] + resume(carry_h, dstate.h, n)
        dc = tanh_c * tanh_c                                                # ∂h/∂c = o (1 - tanh²c)
        np.subtract(1, dc, out=dc)
        dc *= o
        dc *= dh_t
        dc += resume(carry_c, dstate.c, n)
        da = np.empty((4, hidden, n), dtype=dh.dtype)
        for slot, upstream, factor, y in (
            (da[0], dc, g, i), (da[1], dc, c_prev, f), (da[2], dh_t, tanh_c, o)
        ):
            np.subtract(1, y, out=slot)                                     # σ' = y (1 - y)
            slot *= y
            slot *= factor
            slot *= upstream
        np.multiply(g, g, out=da[3])                                        # tanh' = 1 - g²
        np.subtract(1, da[3], out=da[3])
        da[3] *= i
        da[3] *= dc
        da = da.reshape(4 * hidden, n)
        dA[:, start:stop] = da
        carry_h, carry_c = W_back @ da, dc * f
    dx = W_xh.reshape(4 * hidden, inputs).T @ dA
    dW = (dA @ Z.T).reshape(4, hidden, -1)                                  # (4, H, D+H+1)
    dW_xh, dW_hh, db_h = np.split(dW, [inputs, inputs + hidden], axis=2)
    before = type(dstate)(initial(carry_h, dstate.h), initial(carry_c, dstate.c))
    return dx, before, dict(W_xh=dW_xh, W_hh=dW_hh, b_h=db_h)
