"""TRUTH: wrong
STYLE: in-place dh, sequence without step function
COURSE: cs231n
FUNCTION: rnn_backward
CAUSE: transpose
ARGS: x N T D, h0 N H, Wx D H, Wh H H, b H
CALL: h, cache = rnn_forward(x, h0, Wx, Wh, b)
BACK: dx, dh0, dWx, dWh, db = rnn_backward(dh, cache)
LINE: 36
"""
import numpy as np


def rnn_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    h = np.zeros((N, T, h0.shape[1]))
    for t in range(T):
        before = h0 if t == 0 else h[:, t - 1]
        h[:, t] = np.tanh(x[:, t] @ Wx + before @ Wh + b)
    cache = x, h0, Wx, Wh, h
    return h, cache


def rnn_backward(dh, cache):
    x, h0, Wx, Wh, h = cache
    dx, dWx, dWh = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh)
    db = np.zeros(Wh.shape[0])
    carry = np.zeros_like(h0)
    for t in range(x.shape[1] - 1, -1, -1):
        before = h0 if t == 0 else h[:, t - 1]
        da = (dh[:, t] + carry) * (1 - h[:, t] ** 2)
        dx[:, t] = da @ Wx.T
        dWx += x[:, t].T @ da
        dWh += before.T @ da
        db += da.sum(0)
        carry = da @ Wh
    return dx, carry, dWx, dWh, db
