"""TRUTH: partial
STYLE: step right, sequence raises NotImplementedError
COURSE: generic
STATUS: unwritten
RIGHT: gru_step_backward
UNWRITTEN: gru_backward
ARGS: x N D, h N H, Wx D 3*H, Wh H 3*H, b 3*H
CALL: h_new, cache = gru_step_forward(x, h, Wx, Wh, b)
BACK: dx, dh, dWx, dWh, db = gru_step_backward(dh_new, cache)
"""
import numpy as np

GATES, UPDATE = "zrn", "new"


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def gru_step_forward(x, h, Wx, Wh, b):
    H = h.shape[1]
    p = x @ Wx + b
    zr = sigmoid(p[:, :2 * H] + h @ Wh[:, :2 * H])
    z, r = np.split(zr, 2, axis=1)
    n = np.tanh(p[:, 2 * H:] + (r * h) @ Wh[:, 2 * H:])
    return (1 - z) * h + z * n, (x, h, z, r, n, Wx, Wh)


def gru_step_backward(dh_new, cache):
    x, h, z, r, n, Wx, Wh = cache
    H = h.shape[1]
    dan = dh_new * z * (1 - n * n)
    drh = dan @ Wh[:, 2 * H:].T
    dazr = np.hstack([dh_new * (n - h) * z * (1 - z), drh * h * r * (1 - r)])
    da = np.hstack([dazr, dan])
    dh = dh_new * (1 - z) + drh * r + dazr @ Wh[:, :2 * H].T
    dWh = np.hstack([h.T @ dazr, (r * h).T @ dan])
    return da @ Wx.T, dh, x.T @ da, dWh, np.sum(da, axis=0)


def gru_forward(x, h0, Wx, Wh, b):
    raise NotImplementedError


def gru_backward(dh, cache):
    raise NotImplementedError()
