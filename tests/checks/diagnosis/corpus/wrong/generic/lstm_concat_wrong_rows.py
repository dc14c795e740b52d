"""TRUTH: wrong
STYLE: one matrix on [x, h], (D + H, 4H), the pieces cut at the wrong place
COURSE: generic
FUNCTION: lstm_step_backward
CAUSE: [x, h] | [h, x] | cut_wrongly
ARGS: x N D, h N H, c N H, W D+H 4*H, b 4*H
CALL: h_new, c_new, cache = lstm_step_forward(x, h, c, W, b)
BACK: dx, dh, dc, dW, db = lstm_step_backward(dh_new, dc_new, cache)
LINE: 36
"""
import numpy as np

GATES = "ifog"


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def lstm_step_forward(x, h, c, W, b):
    xh = np.concatenate([x, h], axis=1)
    i, f, o, g = np.split(xh @ W + b, 4, axis=1)
    i, f, o, g = sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(g)
    c_new = i * g + f * c
    return o * np.tanh(c_new), c_new, (xh, c, i, f, o, g, c_new, W)


def lstm_step_backward(dh_new, dc_new, cache):
    xh, c, i, f, o, g, c_new, W = cache
    H = c.shape[1]
    D = xh.shape[1] - H
    t = np.tanh(c_new)
    dct = dc_new + dh_new * o * (1 - t ** 2)
    da = np.concatenate([dct * g * i * (1 - i), dct * c * f * (1 - f), dh_new * t * o * (1 - o), dct * i * (1 - g ** 2)], axis=1)
    dxh = da @ W.T
    dh, dx = dxh[:, :H], dxh[:, H:]
    return dx, dh, dct * f, xh.T @ da, da.sum(axis=0)
