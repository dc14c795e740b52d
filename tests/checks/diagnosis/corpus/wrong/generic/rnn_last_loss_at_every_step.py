"""TRUTH: wrong
STYLE: last-state net, the gradient of the loss added in each turn
COURSE: generic
FUNCTION: backward
CAUSE: every step | each step
ARGS: x N T D, h0 N H, Wx D H, Wh H H, b H
CALL: h_last, cache = forward(x, h0, Wx, Wh, b)
BACK: dx, dh0, dWx, dWh, db = backward(dh_last, cache)
LINE: 36
"""
import numpy as np

CELL = "rnn"
OUTPUT = "last"


def forward(x, h0, Wx, Wh, b):
    h, cache = h0, []
    for t in range(x.shape[1]):
        new = np.tanh(x[:, t] @ Wx + h @ Wh + b)
        cache.append((x[:, t], h, new, Wx, Wh))
        h = new
    return h, cache


def backward(dh_last, cache):
    N, D = cache[0][0].shape
    Wx, Wh = cache[0][3:]
    dx = np.zeros((N, len(cache), D))
    dWx = np.zeros_like(Wx)
    dWh = np.zeros_like(Wh)
    db = np.zeros(Wh.shape[0])
    dprev = np.zeros_like(dh_last)
    for t in reversed(range(len(cache))):
        xt, h, new, _, _ = cache[t]
        da = (dh_last + dprev) * (1 - new ** 2)
        dx[:, t] = da @ Wx.T
        dWx += xt.T @ da
        dWh += h.T @ da
        db += da.sum(axis=0)
        dprev = da @ Wh.T
    return dx, dprev, dWx, dWh, db
