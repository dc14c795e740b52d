"""TRUTH: right
STYLE: in-place dnext_c +=, gate activations cached as one array
COURSE: cs231n
NOTE: dnext_c
ARGS: x N D, prev_h N H, prev_c N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: next_h, next_c, cache = lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b)
BACK: dx, dprev_h, dprev_c, dWx, dWh, db = lstm_step_backward(dnext_h, dnext_c, cache)
ARGS: x N T D, h0 N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: h, cache = lstm_forward(x, h0, Wx, Wh, b)
BACK: dx, dh0, dWx, dWh, db = lstm_backward(dh, cache)
"""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    N, H = prev_h.shape
    gates = np.dot(x, Wx) + np.dot(prev_h, Wh) + b
    gates[:, :3 * H] = sigmoid(gates[:, :3 * H])
    gates[:, 3 * H:] = np.tanh(gates[:, 3 * H:])
    i, f, o, g = np.split(gates, 4, axis=1)
    next_c = prev_c * f + i * g
    next_h = np.tanh(next_c) * o
    cache = x, prev_h, prev_c, next_c, gates, Wx, Wh
    return next_h, next_c, cache


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, next_c, gates, Wx, Wh = cache
    N, H = dnext_h.shape
    i, f, o, g = np.split(gates, 4, axis=1)

    # h = o tanh(c)
    dnext_c += dnext_h * o * (1 - np.tanh(next_c) ** 2)

    dgates = np.empty_like(gates)
    dgates[:, 0 * H:1 * H] = dnext_c * g * i * (1 - i)
    dgates[:, 1 * H:2 * H] = dnext_c * prev_c * f * (1 - f)
    dgates[:, 2 * H:3 * H] = dnext_h * np.tanh(next_c) * o * (1 - o)
    dgates[:, 3 * H:4 * H] = dnext_c * i * (1 - g ** 2)

    dx = dgates.dot(Wx.T)
    dprev_h = dgates.dot(Wh.T)
    dprev_c = dnext_c * f
    dWx = x.T.dot(dgates)
    dWh = prev_h.T.dot(dgates)
    db = dgates.sum(0)
    return dx, dprev_h, dprev_c, dWx, dWh, db


def lstm_forward(x, h0, Wx, Wh, b):
    N, T, _ = x.shape
    h = np.zeros((N, T, h0.shape[1]))
    cache = {}
    prev_h = h0
    prev_c = np.zeros_like(h0)
    for t in range(T):
        prev_h, prev_c, cache[t] = lstm_step_forward(x[:, t, :], prev_h, prev_c, Wx, Wh, b)
        h[:, t, :] = prev_h
    return h, cache


def lstm_backward(dh, cache):
    N, T, H = dh.shape
    x, _, _, _, _, Wx, Wh = cache[0]
    dx = np.zeros((N, T, x.shape[1]))
    dWx = np.zeros_like(Wx)
    dWh = np.zeros_like(Wh)
    db = np.zeros(4 * H)
    dprev_h = np.zeros((N, H))
    dprev_c = np.zeros((N, H))
    for t in range(T - 1, -1, -1):
        dprev_h += dh[:, t, :]
        dx[:, t, :], dprev_h, dprev_c, dWx_, dWh_, db_ = lstm_step_backward(dprev_h, dprev_c, cache[t])
        dWx += dWx_
        dWh += dWh_
        db += db_
    return dx, dprev_h, dWx, dWh, db
