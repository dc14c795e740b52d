"""TRUTH: wrong
STYLE: forward pass without the output tanh, backward of the textbook
COURSE: cs231n
FUNCTION: lstm_step_forward
CAUSE: output tanh | o·c | o c | tanh_missing | tanh(c) is missing | without tanh
ARGS: x N D, prev_h N H, prev_c N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: next_h, next_c, cache = lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b)
BACK: dx, dprev_h, dprev_c, dWx, dWh, db = lstm_step_backward(dnext_h, dnext_c, cache)
LINE: 26
"""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    H = prev_h.shape[1]
    gates = x.dot(Wx) + prev_h.dot(Wh) + b
    i = sigmoid(gates[:, :H])
    f = sigmoid(gates[:, H:2 * H])
    o = sigmoid(gates[:, 2 * H:3 * H])
    g = np.tanh(gates[:, 3 * H:])
    next_c = f * prev_c + i * g
    next_h = o * next_c
    cache = (x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c)
    return next_h, next_c, cache


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c = cache
    tanh_c = np.tanh(next_c)
    do = dnext_h * tanh_c
    dc = dnext_c + dnext_h * o * (1 - tanh_c ** 2)
    di, dg = dc * g, dc * i
    df, dprev_c = dc * prev_c, dc * f
    dgates = np.hstack((di * i * (1 - i), df * f * (1 - f), do * o * (1 - o), dg * (1 - g ** 2)))
    dx, dprev_h = dgates.dot(Wx.T), dgates.dot(Wh.T)
    dWx, dWh, db = x.T.dot(dgates), prev_h.T.dot(dgates), dgates.sum(axis=0)
    return dx, dprev_h, dprev_c, dWx, dWh, db
