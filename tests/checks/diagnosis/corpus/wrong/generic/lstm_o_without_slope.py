"""TRUTH: wrong
STYLE: vectors without a batch, weights (4H, D)
COURSE: generic
FUNCTION: lstm_step_backward
CAUSE: sigmoid_slope_missing_o
ARGS: x D, h H, c H, Wx 4*H D, Wh 4*H H, b 4*H
CALL: h_new, c_new, cache = lstm_step_forward(x, h, c, Wx, Wh, b)
BACK: dx, dh, dc, dWx, dWh, db = lstm_step_backward(dh_new, dc_new, cache)
LINE: 32
"""
import numpy as np

BATCH = False
GATES = "ifog"


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm_step_forward(x, h, c, Wx, Wh, b):
    n = len(h)
    a = Wx @ x + Wh @ h + b
    i, f, o = sigmoid(a[:n]), sigmoid(a[n:2*n]), sigmoid(a[2*n:3*n])
    g = np.tanh(a[3*n:])
    c_new = f * c + i * g
    return o * np.tanh(c_new), c_new, (x, h, c, i, f, o, g, c_new, Wx, Wh)


def lstm_step_backward(dh_new, dc_new, cache):
    x, h, c, i, f, o, g, c_new, Wx, Wh = cache
    dout = dh_new * np.tanh(c_new)
    dcell = dc_new + dh_new * o * (1 - np.tanh(c_new) ** 2)
    din = dcell * g * i * (1 - i)
    dforget = dcell * c * f * (1 - f)
    dgate = dcell * i * (1 - g ** 2)
    d = np.concatenate([din, dforget, dout, dgate])
    return Wx.T @ d, Wh.T @ d, dcell * f, np.outer(d, x), np.outer(d, h), d
