"""TRUTH: wrong
STYLE: the step with h0 adds nothing to dWh, right only for h0 = 0
COURSE: generic
FUNCTION: rnn_backward
CAUSE: h0 | step 0
ARGS: x N T D, h0 N H, Wx D H, Wh H H, b H
CALL: h, cache = rnn_forward(x, h0, Wx, Wh, b)
BACK: dx, dh0, dWx, dWh, db = rnn_backward(dh, cache)
LINE: 31
"""
import numpy as np


def rnn_forward(x, h0, Wx, Wh, b):
    h = np.zeros((x.shape[0], x.shape[1], h0.shape[1]))
    prev = h0
    for t in range(x.shape[1]):
        prev = h[:, t] = np.tanh(x[:, t] @ Wx + prev @ Wh + b)
    return h, (x, h, Wx, Wh)


def rnn_backward(dh, cache):
    x, h, Wx, Wh = cache
    N, T, H = h.shape
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(H)
    d = np.zeros((N, H))
    for t in reversed(range(T)):
        d = (d + dh[:, t]) * (1 - h[:, t] ** 2)
        dx[:, t] = d @ Wx.T
        dWx += x[:, t].T @ d
        if t > 0:
            dWh += h[:, t - 1].T @ d
        db += d.sum(axis=0)
        d = d @ Wh.T
    return dx, d, dWx, dWh, db
