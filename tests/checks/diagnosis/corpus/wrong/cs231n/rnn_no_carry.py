"""TRUTH: wrong
STYLE: clumsy with index arithmetic, np.zeros for all
COURSE: cs231n
FUNCTION: rnn_backward
CAUSE: no_carry | no carry | hands nothing on | carry
ARGS: x N D, prev_h N H, Wx D H, Wh H H, b H
CALL: next_h, cache = rnn_step_forward(x, prev_h, Wx, Wh, b)
BACK: dx, dprev_h, dWx, dWh, db = rnn_step_backward(dnext_h, cache)
ARGS: x N T D, h0 N H, Wx D H, Wh H H, b H
CALL: h, cache = rnn_forward(x, h0, Wx, Wh, b)
BACK: dx, dh0, dWx, dWh, db = rnn_backward(dh, cache)
LINE: 57
"""
import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    tmp = prev_h.dot(Wh) + x.dot(Wx) + b
    next_h = np.tanh(tmp)
    cache = (tmp, x, prev_h, Wx, Wh)
    return next_h, cache


def rnn_step_backward(dnext_h, cache):
    tmp, x, prev_h, Wx, Wh = cache
    dtmp = (1 - np.tanh(tmp) ** 2) * dnext_h
    dx = dtmp.dot(Wx.T)
    dprev_h = dtmp.dot(Wh.T)
    dWx = x.T.dot(dtmp)
    dWh = prev_h.T.dot(dtmp)
    db = np.sum(dtmp, axis=0)
    return dx, dprev_h, dWx, dWh, db


def rnn_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    H = b.shape[0]
    h = np.zeros((N, T, H))
    cache = []
    hprev = h0
    for i in range(T):
        hprev, c = rnn_step_forward(x[:, i, :], hprev, Wx, Wh, b)
        h[:, i, :] = hprev
        cache.append(c)
    return h, cache


def rnn_backward(dh, cache):
    N, T, H = dh.shape
    D = cache[0][3].shape[0]
    dx = np.zeros((N, T, D))
    dh0 = np.zeros((N, H))
    dWx = np.zeros((D, H))
    dWh = np.zeros((H, H))
    db = np.zeros((H,))
    for i in range(T - 1, -1, -1):
        dx_i, dh0, dWx_i, dWh_i, db_i = rnn_step_backward(dh[:, i, :], cache[i])
        dx[:, i, :] = dx_i
        dWx += dWx_i
        dWh += dWh_i
        db += db_i
    return dx, dh0, dWx, dWh, db
