"""TRUTH: wrong
STYLE: in-place dnext_c, np.split, dict of caches
COURSE: cs231n
FUNCTION: lstm_backward
CAUSE: dc_carry_missing | no carry of dc | carry
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
    return np.where(x >= 0, 1 / (1 + np.exp(-np.abs(x))), np.exp(-np.abs(x)) / (1 + np.exp(-np.abs(x))))


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    ai, af, ao, ag = np.split(x @ Wx + prev_h @ Wh + b, 4, axis=1)
    i, f, o, g = sigmoid(ai), sigmoid(af), sigmoid(ao), np.tanh(ag)
    next_c = f * prev_c + i * g
    next_h = o * np.tanh(next_c)
    return next_h, next_c, {'in': (x, prev_h, prev_c), 'W': (Wx, Wh), 'gates': (i, f, o, g), 'c': next_c}


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c = cache['in']
    Wx, Wh = cache['W']
    i, f, o, g = cache['gates']
    tc = np.tanh(cache['c'])
    dnext_c += (1 - tc * tc) * o * dnext_h
    do = dnext_h * tc * o * (1 - o)
    df = dnext_c * prev_c * f * (1 - f)
    di = dnext_c * g * i * (1 - i)
    dg = dnext_c * i * (1 - g * g)
    da = np.hstack([di, df, do, dg])
    return da @ Wx.T, da @ Wh.T, dnext_c * f, x.T @ da, prev_h.T @ da, da.sum(axis=0)


def lstm_forward(x, h0, Wx, Wh, b):
    h = np.zeros(x.shape[:2] + h0.shape[1:])
    cache = {}
    a, c = h0, np.zeros_like(h0)
    for t in range(x.shape[1]):
        a, c, cache[t] = lstm_step_forward(x[:, t], a, c, Wx, Wh, b)
        h[:, t] = a
    return h, cache


def lstm_backward(dh, cache):
    N, T, H = dh.shape
    Wx, Wh = cache[0]['W']
    dx = np.zeros((N, T, Wx.shape[0]))
    dWx, dWh, db = np.zeros(Wx.shape), np.zeros(Wh.shape), np.zeros(4 * H)
    dprev_h = np.zeros((N, H))
    for t in reversed(range(T)):
        dprev_c = np.zeros((N, H))
        dx[:, t], dprev_h, dprev_c, x1, x2, x3 = lstm_step_backward(dh[:, t] + dprev_h, dprev_c, cache[t])
        dWx += x1
        dWh += x2
        db += x3
    return dx, dprev_h, dWx, dWh, db
