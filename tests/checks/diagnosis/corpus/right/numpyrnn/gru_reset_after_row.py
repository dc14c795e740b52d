"""TRUTH: right
STYLE: the template's rows with bhn, in-place sums
COURSE: numpyrnn
ARGS: x N D, prev_h N H, Wx D 3*H, Wh H 3*H, b 3*H, bhn H
CALL: next_h, cache = step_forward(x, prev_h, Wx, Wh, b, bhn)
BACK: dx, dprev_h, dWx, dWh, db, dbhn = step_backward(dnext_h, cache)
"""
import numpy as np

CELL, LAYOUT, GATES = "gru-reset-after", "row", "rzn"
UPDATE = "keep"  # h = z h' + (1 - z) n


def sigmoid(a):
    return 0.5 * (1 + np.tanh(0.5 * a))


def step_forward(x, prev_h, Wx, Wh, b, bhn):
    x_r, x_z, x_n = np.split(x @ Wx + b, 3, axis=1)
    Wh_r, Wh_z, Wh_n = np.split(Wh, 3, axis=1)
    r, z = sigmoid(x_r + prev_h @ Wh_r), sigmoid(x_z + prev_h @ Wh_z)
    s = prev_h @ Wh_n + bhn
    n = np.tanh(x_n + r * s)
    next_h = z * prev_h + (1 - z) * n
    cache = x, prev_h, r, z, n, s, Wx, Wh
    return next_h, cache


def step_backward(dnext_h, cache):
    x, prev_h, r, z, n, s, Wx, Wh = cache
    H = prev_h.shape[1]
    d_n = dnext_h * (1 - z) * (1 - n**2)
    d_z = dnext_h * (prev_h - n) * z * (1 - z)
    d_r = d_n * s * r * (1 - r)
    d_s = d_n * r
    dWh = np.zeros_like(Wh)
    dprev_h = dnext_h * z
    for k, d in enumerate((d_r, d_z, d_s)):
        dWh[:, k * H:(k + 1) * H] += prev_h.T @ d
        dprev_h += d @ Wh[:, k * H:(k + 1) * H].T
    d_all = np.hstack([d_r, d_z, d_n])
    return d_all @ Wx.T, dprev_h, x.T @ d_all, dWh, d_all.sum(axis=0), d_s.sum(axis=0)
