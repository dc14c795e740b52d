"""TRUTH: wrong
STYLE: column slices written one by one
COURSE: cs231n
FUNCTION: lstm_step_backward
CAUSE: gates_swapped | blocks | another gate
ARGS: x N D, prev_h N H, prev_c N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: next_h, next_c, cache = lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b)
BACK: dx, dprev_h, dprev_c, dWx, dWh, db = lstm_step_backward(dnext_h, dnext_c, cache)
LINE: 40
"""
import numpy as np


def sigmoid(x):
    return 0.5 * (1 + np.tanh(0.5 * x))


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    H = prev_h.shape[1]
    A = np.dot(x, Wx) + np.dot(prev_h, Wh) + b
    i = sigmoid(A[:, 0 * H:1 * H])
    f = sigmoid(A[:, 1 * H:2 * H])
    o = sigmoid(A[:, 2 * H:3 * H])
    g = np.tanh(A[:, 3 * H:4 * H])
    ct = np.multiply(f, prev_c) + np.multiply(i, g)
    ht = np.multiply(o, np.tanh(ct))
    cache = (x, prev_h, prev_c, Wx, Wh, b, A, i, f, o, g, ct, ht)
    return ht, ct, cache


def lstm_step_backward(dnext_h, dnext_c, cache):
    (x, prev_h, prev_c, Wx, Wh, b, A, i, f, o, g, ct, ht) = cache
    H = prev_h.shape[1]
    tanh_ct = np.tanh(ct)
    dct = dnext_c + dnext_h * o * (1 - tanh_ct ** 2)
    dprev_c = dct * f
    dA = np.zeros(A.shape)
    dA[:, 0 * H:1 * H] = dct * g * i * (1 - i)
    dA[:, 1 * H:2 * H] = dct * prev_c * f * (1 - f)
    dA[:, 2 * H:3 * H], dA[:, 3 * H:4 * H] = dct * i * (1 - g ** 2), dnext_h * tanh_ct * o * (1 - o)
    dx = np.dot(dA, Wx.T)
    dprev_h = np.dot(dA, Wh.T)
    dWx = np.dot(x.T, dA)
    dWh = np.dot(prev_h.T, dA)
    db = np.sum(dA, axis=0)
    return dx, dprev_h, dprev_c, dWx, dWh, db
