"""TRUTH: wrong
STYLE: while loop, off by one
COURSE: cs231n
FUNCTION: rnn_backward
CAUSE: first_step_missing | before step 0 | step 0
ARGS: x N D, prev_h N H, Wx D H, Wh H H, b H
CALL: next_h, cache = rnn_step_forward(x, prev_h, Wx, Wh, b)
BACK: dx, dprev_h, dWx, dWh, db = rnn_step_backward(dnext_h, cache)
ARGS: x N T D, h0 N H, Wx D H, Wh H H, b H
CALL: h, cache = rnn_forward(x, h0, Wx, Wh, b)
BACK: dx, dh0, dWx, dWh, db = rnn_backward(dh, cache)
LINE: 55
"""
import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(np.dot(x, Wx) + np.dot(prev_h, Wh) + b)
    cache = (x, Wx, prev_h, Wh, next_h)
    return next_h, cache


def rnn_step_backward(dnext_h, cache):
    x, Wx, prev_h, Wh, next_h = cache
    dtanh = (1 - np.power(next_h, 2)) * dnext_h
    dx = np.dot(dtanh, Wx.T)
    dWx = np.dot(x.T, dtanh)
    dprev_h = np.dot(dtanh, Wh.T)
    dWh = np.dot(prev_h.T, dtanh)
    db = np.sum(dtanh, axis=0)
    return dx, dprev_h, dWx, dWh, db


def rnn_forward(x, h0, Wx, Wh, b):
    cache = []
    N, T, D = x.shape
    h = np.zeros((N, T, h0.shape[1]))
    prev_h = h0
    for t in np.arange(T):
        prev_h, ct = rnn_step_forward(x[:, t, :], prev_h, Wx, Wh, b)
        h[:, t, :] = prev_h
        cache.append(ct)
    return h, cache


def rnn_backward(dh, cache):
    N, T, H = dh.shape
    x, Wx, _, Wh, _ = cache[0]
    dx = np.zeros((N, T, x.shape[1]))
    dWx = np.zeros_like(Wx)
    dWh = np.zeros_like(Wh)
    db = np.zeros(H)
    dprev_h = np.zeros((N, H))
    t = T - 1
    while t > 0:
        dx[:, t, :], dprev_h, dWx_t, dWh_t, db_t = rnn_step_backward(dprev_h + dh[:, t, :], cache[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
        t -= 1
    return dx, dprev_h, dWx, dWh, db
