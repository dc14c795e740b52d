"""TRUTH: wrong
STYLE: reset before in the forward pass, backward taken from another library
COURSE: generic
FUNCTION: gru_step_backward
CAUSE: reset_after_for_before | reset after
ARGS: x N D, prev_h N H, Wx D 3*H, Wh H 3*H, b 3*H
CALL: next_h, cache = gru_step_forward(x, prev_h, Wx, Wh, b)
BACK: dx, dprev_h, dWx, dWh, db = gru_step_backward(dnext_h, cache)
LINE: 37
"""
import numpy as np

GATES = "rzn"
UPDATE = "new"


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def gru_step_forward(x, prev_h, Wx, Wh, b):
    H = prev_h.shape[1]
    X = x @ Wx + b
    r = sigmoid(X[:, :H] + prev_h @ Wh[:, :H])
    z = sigmoid(X[:, H:2*H] + prev_h @ Wh[:, H:2*H])
    n = np.tanh(X[:, 2*H:] + (r * prev_h) @ Wh[:, 2*H:])
    next_h = (1 - z) * prev_h + z * n
    return next_h, dict(x=x, h=prev_h, r=r, z=z, n=n, Wx=Wx, Wh=Wh)


def gru_step_backward(dnext_h, cache):
    x, h, r, z, n = [cache[k] for k in "xhrzn"]
    Wx, Wh = cache["Wx"], cache["Wh"]
    H = h.shape[1]
    dn = dnext_h * z * (1 - n**2)
    dz = dnext_h * (n - h) * z * (1 - z)
    dr = dn * (h @ Wh[:, 2*H:]) * r * (1 - r)
    dX = np.hstack([dr, dz, dn])
    dU = np.hstack([dr, dz, r * dn])
    dprev_h = dnext_h * (1 - z) + dU @ Wh.T
    return dX @ Wx.T, dprev_h, x.T @ dX, h.T @ dU, dX.sum(axis=0)
