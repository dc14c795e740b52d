"""TRUTH: wrong
STYLE: time-major, dWx with the input of the step before
COURSE: generic
FUNCTION: rnn_backward
CAUSE: x_{t-1} | of step t-1 | x of
ARGS: x T N D, h0 N H, Wx D H, Wh H H, b H
CALL: hs, cache = rnn_forward(x, h0, Wx, Wh, b)
BACK: dx, dh0, dWx, dWh, db = rnn_backward(dhs, cache)
LINE: 29
"""
import numpy as np

LAYOUT = "time"


def rnn_forward(x, h0, Wx, Wh, b):
    hs = [h0]
    for t in range(x.shape[0]):
        hs.append(np.tanh(x[t].dot(Wx) + hs[t].dot(Wh) + b))
    return np.array(hs[1:]), (x, hs, Wx, Wh)


def rnn_backward(dhs, cache):
    x, hs, Wx, Wh = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(Wh.shape[0])
    d = np.zeros_like(hs[0])
    for t in range(x.shape[0] - 1, -1, -1):
        dz = (dhs[t] + d) * (1 - hs[t + 1] ** 2)
        dWx += x[t - 1].T.dot(dz)
        dWh += hs[t].T.dot(dz)
        db += dz.sum(axis=0)
        dx[t] = dz.dot(Wx.T)
        d = dz.dot(Wh.T)
    return dx, d, dWx, dWh, db
