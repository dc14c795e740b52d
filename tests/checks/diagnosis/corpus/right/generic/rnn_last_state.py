"""TRUTH: right
STYLE: last-state only net (many to one), returns h of the last step
COURSE: generic
ARGS: x N T D, h0 N H, Wx D H, Wh H H, b H
CALL: h_last, cache = forward(x, h0, Wx, Wh, b)
BACK: dx, dh0, dWx, dWh, db = backward(dh_last, cache)
"""
# sentiment classifier: only the last hidden state goes to the output layer
import numpy as np

CELL = "rnn"
OUTPUT = "last"


def forward(x, h0, Wx, Wh, b):
    h = h0
    cache = []
    for t in range(x.shape[1]):
        prev = h
        h = np.tanh(np.dot(x[:, t, :], Wx) + np.dot(prev, Wh) + b)
        cache.append((x[:, t, :], prev, h, Wx, Wh))
    return h, cache


def backward(dh_last, cache):
    T = len(cache)
    x0, _, _, Wx, Wh = cache[0]
    dx = np.zeros((x0.shape[0], T, x0.shape[1]))
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(Wh.shape[0])
    d = dh_last
    for t in reversed(range(T)):
        xt, prev, h, _, _ = cache[t]
        d = d * (1 - h ** 2)
        dWx += xt.T @ d
        dWh += prev.T @ d
        db += d.sum(axis=0)
        dx[:, t, :] = d @ Wx.T
        d = d @ Wh.T
    return dx, d, dWx, dWh, db
