"""TRUTH: wrong
STYLE: two loops, dx made but never written
COURSE: cs231n
FUNCTION: rnn_backward
CAUSE: zeros | zero
ARGS: x N D, prev_h N H, Wx D H, Wh H H, b H
CALL: next_h, cache = rnn_step_forward(x, prev_h, Wx, Wh, b)
BACK: dx, dprev_h, dWx, dWh, db = rnn_step_backward(dnext_h, cache)
ARGS: x N T D, h0 N H, Wx D H, Wh H H, b H
CALL: h, cache = rnn_forward(x, h0, Wx, Wh, b)
BACK: dx, dh0, dWx, dWh, db = rnn_backward(dh, cache)
LINE: 46
"""
import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x.dot(Wx) + prev_h.dot(Wh) + b)
    return next_h, (x, prev_h, Wx, Wh, b, next_h)


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, b, next_h = cache
    d = dnext_h * (1 - next_h ** 2)
    dx = d.dot(Wx.T)
    dprev_h = d.dot(Wh.T)
    dWx = x.T.dot(d)
    dWh = prev_h.T.dot(d)
    db = d.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db


def rnn_forward(x, h0, Wx, Wh, b):
    h, cache = [], []
    state = h0
    for step in range(x.shape[1]):
        state, c = rnn_step_forward(x[:, step], state, Wx, Wh, b)
        h.append(state)
        cache.append(c)
    return np.transpose(np.asarray(h), [1, 0, 2]), cache


def rnn_backward(dh, cache):
    N, T, H = dh.shape
    D = cache[0][0].shape[1]
    dx = np.zeros((N, T, D))
    dWx, dWh, db = np.zeros((D, H)), np.zeros((H, H)), np.zeros(H)
    dprev = np.zeros((N, H))
    grads = []
    for step in reversed(range(T)):
        g = rnn_step_backward(dh[:, step] + dprev, cache[step])
        dprev = g[1]
        grads.append(g)
    for g in grads:
        dWx += g[2]
        dWh += g[3]
        db += g[4]
    return dx, dprev, dWx, dWh, db
