"""TRUTH: wrong
STYLE: return one level too deep
COURSE: cs231n
FUNCTION: lstm_backward
CAUSE: last step | step T-1
ARGS: x N D, prev_h N H, prev_c N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: next_h, next_c, cache = lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b)
BACK: dx, dprev_h, dprev_c, dWx, dWh, db = lstm_step_backward(dnext_h, dnext_c, cache)
ARGS: x N T D, h0 N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: h, cache = lstm_forward(x, h0, Wx, Wh, b)
BACK: dx, dh0, dWx, dWh, db = lstm_backward(dh, cache)
LINE: 60
"""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    a = x.dot(Wx) + prev_h.dot(Wh) + b
    i, f, o, g = np.split(a, 4, axis=1)
    i, f, o, g = sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(g)
    next_c = f * prev_c + i * g
    tc = np.tanh(next_c)
    return o * tc, next_c, (x, prev_h, prev_c, i, f, o, g, tc, Wx, Wh)


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, i, f, o, g, tc, Wx, Wh = cache
    dc = dnext_c + dnext_h * o * (1 - tc ** 2)
    da = np.hstack((dc * g * i * (1 - i), dc * prev_c * f * (1 - f),
                    dnext_h * tc * o * (1 - o), dc * i * (1 - g ** 2)))
    return da.dot(Wx.T), da.dot(Wh.T), dc * f, x.T.dot(da), prev_h.T.dot(da), da.sum(axis=0)


def lstm_forward(x, h0, Wx, Wh, b):
    c = np.zeros_like(h0)
    h, cache = [], []
    for t in range(x.shape[1]):
        h0, c, k = lstm_step_forward(x[:, t], h0, c, Wx, Wh, b)
        h.append(h0)
        cache.append(k)
    return np.stack(h, axis=1), cache


def lstm_backward(dh, cache):
    N, T, H = dh.shape
    Wx, Wh = cache[0][-2:]
    dx = np.zeros((N, T, Wx.shape[0]))
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(4 * H)
    dprev_h, dprev_c = np.zeros((N, H)), np.zeros((N, H))
    for t in range(T - 1, -1, -1):
        dx[:, t], dprev_h, dprev_c, p, q, r = lstm_step_backward(dh[:, t] + dprev_h, dprev_c, cache[t])
        dWx += p
        dWh += q
        db += r
        dh0 = dprev_h
        return dx, dh0, dWx, dWh, db
