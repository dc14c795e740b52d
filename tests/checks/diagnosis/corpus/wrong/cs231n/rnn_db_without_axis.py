"""TRUTH: wrong
STYLE: step and sequence, sums with +=
COURSE: cs231n
FUNCTION: rnn_backward
CAUSE: axis | equal
ARGS: x N T D, h0 N H, Wx D H, Wh H H, b H
CALL: h, cache = rnn_forward(x, h0, Wx, Wh, b)
BACK: dx, dh0, dWx, dWh, db = rnn_backward(dh, cache)
LINE: 34
"""
import numpy as np


def rnn_forward(x, h0, Wx, Wh, b):
    T = x.shape[1]
    states = {-1: h0}
    for t in range(T):
        states[t] = np.tanh(x[:, t].dot(Wx) + states[t - 1].dot(Wh) + b)
    h = np.stack([states[t] for t in range(T)], axis=1)
    return h, (x, states, Wx, Wh)


def rnn_backward(dh, cache):
    x, states, Wx, Wh = cache
    N, T, D = x.shape
    H = Wh.shape[0]
    dx = np.zeros((N, T, D))
    dWx = np.zeros((D, H))
    dWh = np.zeros((H, H))
    db = np.zeros(H)
    dnext = np.zeros((N, H))
    for t in reversed(range(T)):
        draw = (dh[:, t] + dnext) * (1 - states[t] ** 2)
        db += np.sum(draw)
        dWx += x[:, t].T.dot(draw)
        dWh += states[t - 1].T.dot(draw)
        dx[:, t] = draw.dot(Wx.T)
        dnext = draw.dot(Wh.T)
    return dx, dnext, dWx, dWh, db
