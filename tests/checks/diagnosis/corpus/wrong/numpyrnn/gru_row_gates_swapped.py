"""TRUTH: wrong
STYLE: the template's rows, step
COURSE: numpyrnn
FUNCTION: step_backward
CAUSE: gates_swapped | blocks | exchanged
ARGS: x N D, prev_h N H, Wx D 3*H, Wh H 3*H, b 3*H
CALL: next_h, cache = step_forward(x, prev_h, Wx, Wh, b)
BACK: dx, dprev_h, dWx, dWh, db = step_backward(dnext_h, cache)
LINE: 38
"""
import numpy as np

CELL, LAYOUT, GATES = "gru", "row", "rzn"
UPDATE = "new"  # h = (1 - z) h' + z n


def sigmoid(a):
    return 0.5 * (1 + np.tanh(0.5 * a))


def step_forward(x, prev_h, Wx, Wh, b):
    x_r, x_z, x_n = np.split(x @ Wx + b, 3, axis=1)
    Wh_r, Wh_z, Wh_n = np.split(Wh, 3, axis=1)
    r, z = sigmoid(x_r + prev_h @ Wh_r), sigmoid(x_z + prev_h @ Wh_z)
    n = np.tanh(x_n + (r * prev_h) @ Wh_n)
    next_h = (1 - z) * prev_h + z * n
    cache = x, prev_h, r, z, n, Wx, Wh
    return next_h, cache


def step_backward(dnext_h, cache):
    x, prev_h, r, z, n, Wx, Wh = cache
    Wh_r, Wh_z, Wh_n = np.split(Wh, 3, axis=1)
    da_n = dnext_h * z * (1 - n**2)
    da_z = dnext_h * (n - prev_h) * z * (1 - z)
    drh = da_n @ Wh_n.T
    da_r = drh * prev_h * r * (1 - r)
    da = np.hstack([da_z, da_r, da_n])
    dprev_h = dnext_h * (1 - z) + drh * r + da[:, :2 * z.shape[1]] @ Wh[:, :2 * z.shape[1]].T
    dWh = np.hstack([prev_h.T @ da[:, :2 * z.shape[1]], (r * prev_h).T @ da_n])
    return da @ Wx.T, dprev_h, x.T @ da, dWh, da.sum(axis=0)
