"""The GRU with the reset gate after the product, as in PyTorch and cuDNN.

    [R; Z]_t = σ(W_rz [X_t; 1; H_{t-1}])    S_t = W_hn [H_{t-1}; 1]    N_t = tanh(P_t + R_t S_t)

P = W_xn X + b_n does not depend on the past, so one product gives it for all steps beforehand. The
buffer U = [X_t; 1; H_{t-1}; 1] has its row of ones twice, so that both products of a step read
neighbouring rows. Equations and symbols: cells/gru.py; layout: kernels/__init__.py.
"""

from __future__ import annotations

import numpy as np

from numpyrnn.kernels.columns import blocks, initial, resume, settle, spans, stack


def forward(x, state, counts, *, W_xh, W_hh, b_h, b_hn, keep=True):
    """h (H, N), the final state (H, B), and the cache."""
    (h_prev,) = state
    _, hidden, inputs = W_xh.shape
    W_rz = np.concatenate([W_xh[:2], b_h[:2], W_hh[:2]], axis=2).reshape(2 * hidden, -1)
    W_rz *= 0.5
    W_s = np.concatenate([W_hh[2], b_hn], axis=1)                           # (H, H+1)
    U = stack(x, None, hidden, None)                                        # (D+1+H+1, N)
    P = np.concatenate([W_xh[2], b_h[2]], axis=1) @ U[:inputs + 1]          # (H, N)
    gates = blocks(4 * hidden, counts, x.dtype)                             # r, z, n, s
    h = np.empty((hidden, x.shape[1]), dtype=x.dtype)
    final = np.array(h_prev)
    for t, (start, stop) in enumerate(spans(counts)):
        n = stop - start
        h_prev = h_prev[:, :n]
        U[inputs + 1:-1, start:stop] = h_prev
        rz = gates[t][:2 * hidden]
        np.matmul(W_rz, U[:-1, start:stop], out=rz)
        np.tanh(rz, out=rz)
        rz *= 0.5
        rz += 0.5
        r, z, candidate, s = gates[t].reshape(4, hidden, n)
        np.matmul(W_s, U[inputs + 1:, start:stop], out=s)
        np.multiply(r, s, out=candidate)
        candidate += P[:, start:stop]
        np.tanh(candidate, out=candidate)
        h_new = candidate - h_prev                                          # h = h' + z (n - h')
        h_new *= z
        h_new += h_prev
        h_prev = h_new
        h[:, start:stop] = h_prev
        settle(final, h_prev, counts, t)
    return h, type(state)(final), (U, gates) if keep else None


def backward(dh, dstate, cache, counts, *, W_xh, W_hh, b_h, b_hn):
    """dx (D, N), the gradient of the initial state (H, B), and the gradients of the parameters."""
    U, gates = cache
    _, hidden, inputs = W_xh.shape
    W_back = np.ascontiguousarray(W_hh.reshape(3 * hidden, hidden).T)       # (H, 3H)
    dA = np.empty((4 * hidden, dh.shape[1]), dtype=dh.dtype)                # rows of r, z, s, n
    carry = None
    for t, (start, stop) in reversed(list(enumerate(spans(counts)))):
        n = stop - start
        r, z, candidate, s = gates[t].reshape(4, hidden, n)
        h_prev = U[inputs + 1:-1, start:stop]
        dh_t = dh[:, start:stop] + resume(carry, dstate.h, n)
        da = np.empty((4, hidden, n), dtype=dh.dtype)
        dr, dz, ds, dn = da
        np.multiply(candidate, candidate, out=dn)                           # tanh' = 1 - n²
        np.subtract(1, dn, out=dn)
        dn *= z
        dn *= dh_t
        np.multiply(dn, r, out=ds)
        np.subtract(1, r, out=dr)                                           # σ' = r (1 - r)
        dr *= ds                                                            # dn r stands in ds
        dr *= s
        keep = 1 - z
        np.subtract(candidate, h_prev, out=dz)
        dz *= keep
        dz *= z
        dz *= dh_t
        dA[:, start:stop] = da.reshape(4 * hidden, n)
        carry = W_back @ da[:3].reshape(3 * hidden, n)
        keep *= dh_t
        carry += keep
    rz, s_rows, n_rows = dA[:2 * hidden], dA[2 * hidden:3 * hidden], dA[3 * hidden:]
    W_x = W_xh.reshape(3 * hidden, inputs)
    dx = W_x[:2 * hidden].T @ rz + W_x[2 * hidden:].T @ n_rows
    dW_rz = (rz @ U[:-1].T).reshape(2, hidden, -1)                          # (2, H, D+1+H)
    dW_s = s_rows @ U[inputs + 1:].T                                        # (H, H+1)
    dW_n = n_rows @ U[:inputs + 1].T                                        # (H, D+1)
    grads = dict(
        W_xh=np.concatenate([dW_rz[:, :, :inputs], dW_n[None, :, :inputs]]),
        W_hh=np.concatenate([dW_rz[:, :, inputs + 1:], dW_s[None, :, :-1]]),
        b_h=np.concatenate([dW_rz[:, :, inputs:inputs + 1], dW_n[None, :, -1:]]),
        b_hn=dW_s[:, -1:],
    )
    return dx, type(dstate)(initial(carry, dstate.h)), grads
