"""TRUTH: wrong
STYLE: one buffer for the state, written in place, kept in the cache
COURSE: generic
FUNCTION: rnn_forward
CAUSE: alias | same array | changed | copy
ARGS: x N T D, h0 N H, Wx D H, Wh H H, b H
CALL: out, cache = rnn_forward(x, h0, Wx, Wh, b)
BACK: dx, dh0, dWx, dWh, db = rnn_backward(dout, cache)
LINE: 20
"""
import numpy as np


def rnn_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    out = np.zeros((N, T, h0.shape[1]))
    h = h0.copy()          # one buffer, saves memory
    cache = []
    for t in range(T):
        cache.append((x[:, t], h, Wx, Wh))
        h[...] = np.tanh(x[:, t].dot(Wx) + h.dot(Wh) + b)
        out[:, t] = h
    return out, (cache, out)


def rnn_backward(dout, cache):
    steps, out = cache
    N, T, H = dout.shape
    dx = np.zeros((N, T, steps[0][0].shape[1]))
    dWx, dWh, db = 0, 0, 0
    dh = np.zeros((N, H))
    for t in reversed(range(T)):
        xt, h_prev, Wx, Wh = steps[t]
        da = (dout[:, t] + dh) * (1 - out[:, t] ** 2)
        dx[:, t] = da.dot(Wx.T)
        dWx = dWx + xt.T.dot(da)
        dWh = dWh + h_prev.T.dot(da)
        db = db + da.sum(axis=0)
        dh = da.dot(Wh.T)
    return dx, dh, dWx, dWh, db
