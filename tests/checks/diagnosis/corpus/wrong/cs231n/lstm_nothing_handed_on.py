"""TRUTH: wrong
STYLE: comments everywhere, list cache
COURSE: cs231n
FUNCTION: lstm_backward
CAUSE: nothing_handed_on | hands nothing on | nothing is handed on
ARGS: x N D, prev_h N H, prev_c N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: next_h, next_c, cache = lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b)
BACK: dx, dprev_h, dprev_c, dWx, dWh, db = lstm_step_backward(dnext_h, dnext_c, cache)
ARGS: x N T D, h0 N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: h, cache = lstm_forward(x, h0, Wx, Wh, b)
BACK: dx, dh0, dWx, dWh, db = lstm_backward(dh, cache)
LINE: 84
"""
import numpy as np


def sigmoid(x):
    # squash to (0, 1)
    return 1 / (1 + np.exp(-x))


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    # hidden size
    H = prev_h.shape[1]
    # all four gates in one product
    a = x.dot(Wx) + prev_h.dot(Wh) + b
    # cut
    i = sigmoid(a[:, :H])
    f = sigmoid(a[:, H:2*H])
    o = sigmoid(a[:, 2*H:3*H])
    g = np.tanh(a[:, 3*H:])
    # new cell, new hidden
    next_c = f * prev_c + i * g
    next_h = o * np.tanh(next_c)
    # remember all for backward
    cache = [x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c]
    return next_h, next_c, cache


def lstm_step_backward(dnext_h, dnext_c, cache):
    [x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c] = cache
    # backprop h = o * tanh(c)
    do = dnext_h * np.tanh(next_c)
    dc = dnext_h * o * (1 - np.tanh(next_c)**2) + dnext_c
    # backprop c = f * prev_c + i * g
    df, dprev_c = dc * prev_c, dc * f
    di, dg = dc * g, dc * i
    # backprop activations
    dai = di * i * (1 - i)
    daf = df * f * (1 - f)
    dao = do * o * (1 - o)
    dag = dg * (1 - g**2)
    da = np.concatenate((dai, daf, dao, dag), axis=1)
    # backprop products
    dx, dWx = da.dot(Wx.T), x.T.dot(da)
    dprev_h, dWh = da.dot(Wh.T), prev_h.T.dot(da)
    db = da.sum(axis=0)
    return dx, dprev_h, dprev_c, dWx, dWh, db


def lstm_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    H = h0.shape[1]
    h = np.zeros((N, T, H))
    cache = []
    # first cell is zero
    c = np.zeros((N, H))
    ht = h0
    for t in range(T):
        ht, c, step_cache = lstm_step_forward(x[:, t, :], ht, c, Wx, Wh, b)
        h[:, t, :] = ht
        cache.append(step_cache)
    return h, cache


def lstm_backward(dh, cache):
    N, T, H = dh.shape
    D = cache[0][0].shape[1]
    # space for the gradients
    dx, dWx, dWh, db = np.zeros((N, T, D)), np.zeros((D, 4*H)), np.zeros((H, 4*H)), np.zeros(4*H)
    # no gradient for the last cell state
    dc = np.zeros((N, H))
    for t in reversed(range(T)):
        dx[:, t, :], dh0, _, dWx_t, dWh_t, db_t = lstm_step_backward(dh[:, t, :], dc, cache[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, dh0, dWx, dWh, db
