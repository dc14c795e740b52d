"""TRUTH: wrong
STYLE: time-major (T, N, D), truncated backpropagation
COURSE: generic
FUNCTION: rnn_backward
CAUSE: truncated | cut | every 4
ARGS: x T N D, h0 N H, Wx D H, Wh H H, b H
CALL: hs, cache = rnn_forward(x, h0, Wx, Wh, b)
BACK: dx, dh0, dWx, dWh, db = rnn_backward(dhs, cache)
LINE: 37
"""
import numpy as np

LAYOUT = "time"
K = 4   # length of the window


def rnn_forward(x, h0, Wx, Wh, b):
    hs = np.zeros((len(x),) + h0.shape)
    h = h0
    for t, xt in enumerate(x):
        h = hs[t] = np.tanh(xt @ Wx + h @ Wh + b)
    return hs, (x, h0, hs, Wx, Wh)


def rnn_backward(dhs, cache):
    x, h0, hs, Wx, Wh = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(len(Wh))
    carry = np.zeros_like(h0)
    for t in reversed(range(len(x))):
        da = (dhs[t] + carry) * (1 - hs[t] ** 2)
        dx[t] = da @ Wx.T
        dWx += x[t].T @ da
        dWh += (hs[t - 1] if t else h0).T @ da
        db += da.sum(axis=0)
        carry = da @ Wh.T
        if (len(x) - t) % K == 0:
            carry = np.zeros_like(h0)
    return dx, carry, dWx, dWh, db
