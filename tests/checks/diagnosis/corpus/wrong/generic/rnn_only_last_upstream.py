"""TRUTH: wrong
STYLE: in-place, all outputs count but only the last is used
COURSE: generic
FUNCTION: rnn_backward
CAUSE: upstream_last_only | only the last
ARGS: x N T D, h0 N H, Wx D H, Wh H H, b H
CALL: h, cache = rnn_forward(x, h0, Wx, Wh, b)
BACK: dx, dh0, dWx, dWh, db = rnn_backward(dh, cache)
LINE: 29
"""
import numpy as np


def rnn_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    h = np.zeros((N, T, Wh.shape[0]))
    for t in range(T):
        h[:, t] = np.tanh(x[:, t] @ Wx + (h[:, t - 1] if t > 0 else h0) @ Wh + b)
    return h, (x, h0, h, Wx, Wh)


def rnn_backward(dh, cache):
    x, h0, h, Wx, Wh = cache
    N, T, D = x.shape
    dx = np.zeros((N, T, D))
    dWx = np.zeros_like(Wx)
    dWh = np.zeros_like(Wh)
    db = np.zeros_like(Wh[0])
    d = dh[:, -1].copy()
    for t in range(T - 1, -1, -1):
        d *= 1 - h[:, t] ** 2
        dx[:, t] = d @ Wx.T
        dWx += x[:, t].T @ d
        dWh += (h[:, t - 1] if t > 0 else h0).T @ d
        db += d.sum(axis=0)
        d = d @ Wh.T
    return dx, d, dWx, dWh, db
