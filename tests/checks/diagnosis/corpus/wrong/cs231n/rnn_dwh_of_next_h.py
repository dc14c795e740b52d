"""TRUTH: wrong
STYLE: prints left, tuple cache, tanh squared by multiply
COURSE: cs231n
FUNCTION: rnn_step_backward
CAUSE: W_hh_uses_h | h_{t-1}
ARGS: x N D, prev_h N H, Wx D H, Wh H H, b H
CALL: next_h, cache = rnn_step_forward(x, prev_h, Wx, Wh, b)
BACK: dx, dprev_h, dWx, dWh, db = rnn_step_backward(dnext_h, cache)
ARGS: x N T D, h0 N H, Wx D H, Wh H H, b H
CALL: h, cache = rnn_forward(x, h0, Wx, Wh, b)
BACK: dx, dh0, dWx, dWh, db = rnn_backward(dh, cache)
LINE: 28
"""
import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x.dot(Wx) + prev_h.dot(Wh) + b)
    return next_h, (x, next_h, prev_h, Wx, Wh)


def rnn_step_backward(dnext_h, cache):
    x, h, hp, Wx, Wh = cache
    dt = np.multiply(dnext_h, 1 - np.multiply(h, h))
    print("dt", dt.shape)
    db = dt.sum(0)
    dWx = x.T.dot(dt)
    dWh = h.T.dot(dt)
    dx = dt.dot(Wx.T)
    dprev_h = dt.dot(Wh.T)
    return dx, dprev_h, dWx, dWh, db


def rnn_forward(x, h0, Wx, Wh, b):
    out, cache, h = [], [], h0
    for t in range(x.shape[1]):
        h, k = rnn_step_forward(x[:, t, :], h, Wx, Wh, b)
        out += [h]
        cache += [k]
    return np.stack(out, 1), cache


def rnn_backward(dh, cache):
    dxs, dprev = [], 0
    dWx = dWh = db = 0
    for t in range(dh.shape[1] - 1, -1, -1):
        dxt, dprev, w1, w2, w3 = rnn_step_backward(dh[:, t, :] + dprev, cache[t])
        dxs.append(dxt)
        dWx, dWh, db = dWx + w1, dWh + w2, db + w3
    return np.stack(dxs[::-1], 1), dprev, dWx, dWh, db
