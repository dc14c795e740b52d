"""TRUTH: wrong
STYLE: dx appended and never turned round
COURSE: cs231n
FUNCTION: rnn_backward
CAUSE: dx_reversed | order of the backward pass | reversed
ARGS: x N T D, h0 N H, Wx D H, Wh H H, b H
CALL: h, cache = rnn_forward(x, h0, Wx, Wh, b)
BACK: dx, dh0, dWx, dWh, db = rnn_backward(dh, cache)
LINE: 40
"""
import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    return (lambda h: (h, (x, prev_h, h, Wx, Wh)))(np.tanh(x @ Wx + prev_h @ Wh + b))


def rnn_step_backward(dnext_h, cache):
    x, prev_h, h, Wx, Wh = cache
    dz = (1 - h ** 2) * dnext_h
    return dz @ Wx.T, dz @ Wh.T, x.T @ dz, prev_h.T @ dz, dz.sum(axis=0)


def rnn_forward(x, h0, Wx, Wh, b):
    hs, caches = [], []
    for t in range(x.shape[1]):
        h0, c = rnn_step_forward(x[:, t], h0, Wx, Wh, b)
        hs.append(h0)
        caches.append(c)
    return np.stack(hs, axis=1), caches


def rnn_backward(dh, cache):
    dxs, d = [], 0
    dWx = dWh = db = 0
    for t in reversed(range(dh.shape[1])):
        dx_t, d, a, b, c = rnn_step_backward(dh[:, t] + d, cache[t])
        dxs.append(dx_t)
        dWx, dWh, db = dWx + a, dWh + b, db + c
    dx = np.stack(dxs, axis=1)
    return dx, d, dWx, dWh, db
