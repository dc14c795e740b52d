"""TRUTH: wrong
STYLE: step and sequence, stacked, np.split everywhere
COURSE: generic
FUNCTION: gru_step_backward
CAUSE: dz_sign | sign
ARGS: x N D, prev_h N H, Wx D 3*H, Wh H 3*H, b 3*H
CALL: next_h, cache = gru_step_forward(x, prev_h, Wx, Wh, b)
BACK: dx, dprev_h, dWx, dWh, db = gru_step_backward(dnext_h, cache)
ARGS: x N T D, h0 N H, Wx D 3*H, Wh H 3*H, b 3*H
CALL: h, cache = gru_forward(x, h0, Wx, Wh, b)
BACK: dx, dh0, dWx, dWh, db = gru_backward(dh, cache)
LINE: 35
"""
import numpy as np

GATES, UPDATE = "rzn", "new"


def sig(v): return .5 * (1 + np.tanh(v / 2))


def gru_step_forward(x, prev_h, Wx, Wh, b):
    xr, xz, xn = np.split(x @ Wx + b, 3, axis=1)
    Wr, Wz, Wn = np.split(Wh, 3, axis=1)
    r = sig(xr + prev_h @ Wr)
    z = sig(xz + prev_h @ Wz)
    n = np.tanh(xn + (r * prev_h) @ Wn)
    return (1 - z) * prev_h + z * n, (x, prev_h, r, z, n, Wx, Wh)


def gru_step_backward(dnext_h, cache):
    x, prev_h, r, z, n, Wx, Wh = cache
    Wr, Wz, Wn = np.split(Wh, 3, axis=1)
    da_n = dnext_h * z * (1 - n ** 2)
    da_z = dnext_h * (prev_h - n) * z * (1 - z)
    d_rh = da_n @ Wn.T
    da_r = d_rh * prev_h * r * (1 - r)
    da = np.concatenate([da_r, da_z, da_n], axis=1)
    dprev_h = dnext_h * (1 - z) + d_rh * r + da_r @ Wr.T + da_z @ Wz.T
    dWh = np.concatenate([prev_h.T @ da_r, prev_h.T @ da_z, (r * prev_h).T @ da_n], axis=1)
    return da @ Wx.T, dprev_h, x.T @ da, dWh, da.sum(axis=0)


def gru_forward(x, h0, Wx, Wh, b):
    outs, caches = [], []
    for t in range(x.shape[1]):
        h0, k = gru_step_forward(x[:, t], h0, Wx, Wh, b)
        outs.append(h0)
        caches.append(k)
    return np.stack(outs, axis=1), caches


def gru_backward(dh, cache):
    N, T, H = dh.shape
    dx = np.zeros((N, T, cache[0][0].shape[1]))
    total = [0, 0, 0]
    dnext = np.zeros((N, H))
    for t in reversed(range(T)):
        dx[:, t], dnext, *share = gru_step_backward(dh[:, t] + dnext, cache[t])
        total = [a + s for a, s in zip(total, share)]
    return (dx, dnext, *total)
