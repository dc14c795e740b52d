"""The GRU with the reset gate before the product: two products a step.

    [R; Z]_t = σ(W_rz [H_{t-1}; X_t; 1])        N_t = tanh(W_n [X_t; 1; R_t H_{t-1}])

Both read neighbouring rows of one buffer U = [H_{t-1}; X_t; 1; R_t H_{t-1}], so the input and the
row of ones stand there once. Equations and symbols: cells/gru.py; layout: kernels/__init__.py.
"""

from __future__ import annotations

import numpy as np

from numpyrnn.kernels.columns import blocks, initial, resume, settle, spans, stack


def forward(x, state, counts, *, W_xh, W_hh, b_h, keep=True):
    """h (H, N), the final state (H, B), and the cache."""
    (h_prev,) = state
    _, hidden, inputs = W_xh.shape
    rz_rows = hidden + inputs + 1                                           # what r, z read of U
    W_rz = np.concatenate([W_hh[:2], W_xh[:2], b_h[:2]], axis=2).reshape(2 * hidden, -1)
    W_rz *= 0.5
    W_n = np.concatenate([W_xh[2], b_h[2], W_hh[2]], axis=1)                # (H, D+1+H)
    U = stack(hidden, x, None, hidden)                                      # (2H+D+1, N)
    gates = blocks(3 * hidden, counts, x.dtype)
    h = np.empty((hidden, x.shape[1]), dtype=x.dtype)
    final = np.array(h_prev)
    for t, (start, stop) in enumerate(spans(counts)):
        n = stop - start
        h_prev = h_prev[:, :n]
        U[:hidden, start:stop] = h_prev
        rz, candidate = gates[t][:2 * hidden], gates[t][2 * hidden:]
        np.matmul(W_rz, U[:rz_rows, start:stop], out=rz)
        np.tanh(rz, out=rz)
        rz *= 0.5
        rz += 0.5
        r, z = rz.reshape(2, hidden, n)
        np.multiply(r, h_prev, out=U[rz_rows:, start:stop])
        np.matmul(W_n, U[hidden:, start:stop], out=candidate)
        np.tanh(candidate, out=candidate)
        h_new = candidate - h_prev                                          # h = h' + z (n - h')
        h_new *= z
        h_new += h_prev
        h_prev = h_new
        h[:, start:stop] = h_prev
        settle(final, h_prev, counts, t)
    return h, type(state)(final), (U, gates) if keep else None


def backward(dh, dstate, cache, counts, *, W_xh, W_hh, b_h):
    """dx (D, N), the gradient of the initial state (H, B), and the gradients of the parameters."""
    U, gates = cache
    _, hidden, inputs = W_xh.shape
    rz_rows = hidden + inputs + 1
    back_rz = np.ascontiguousarray(W_hh[:2].reshape(2 * hidden, hidden).T)  # (H, 2H)
    back_n = np.ascontiguousarray(W_hh[2].T)                                # (H, H)
    dA = np.empty((3 * hidden, dh.shape[1]), dtype=dh.dtype)
    carry = None
    for t, (start, stop) in reversed(list(enumerate(spans(counts)))):
        n = stop - start
        r, z, candidate = gates[t].reshape(3, hidden, n)
        h_prev = U[:hidden, start:stop]
        dh_t = dh[:, start:stop] + resume(carry, dstate.h, n)
        da = np.empty((3, hidden, n), dtype=dh.dtype)
        np.multiply(candidate, candidate, out=da[2])                        # tanh' = 1 - n²
        np.subtract(1, da[2], out=da[2])
        da[2] *= z
        da[2] *= dh_t
        drh = back_n @ da[2]
        np.subtract(1, r, out=da[0])                                        # σ' = r (1 - r)
        da[0] *= r
        da[0] *= h_prev
        da[0] *= drh
        keep = 1 - z
        np.subtract(candidate, h_prev, out=da[1])
        da[1] *= keep
        da[1] *= z
        da[1] *= dh_t
        dA[:, start:stop] = da.reshape(3 * hidden, n)
        carry = back_rz @ da[:2].reshape(2 * hidden, n)
        keep *= dh_t
        carry += keep
        drh *= r
        carry += drh
    dx = W_xh.reshape(3 * hidden, inputs).T @ dA
    dW_rz = (dA[:2 * hidden] @ U[:rz_rows].T).reshape(2, hidden, -1)
    dW_n = dA[2 * hidden:] @ U[hidden:].T
    grads = dict(
        W_xh=np.concatenate([dW_rz[:, :, hidden:-1], dW_n[None, :, :inputs]]),
        W_hh=np.concatenate([dW_rz[:, :, :hidden], dW_n[None, :, inputs + 1:]]),
        b_h=np.concatenate([dW_rz[:, :, -1:], dW_n[None, :, inputs:inputs + 1]]),
    )
    return dx, type(dstate)(initial(carry, dstate.h)), grads
