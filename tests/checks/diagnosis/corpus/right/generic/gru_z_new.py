"""TRUTH: right
STYLE: stacked (D, 3H), gates r z n, z is the share of the new state
COURSE: generic
ARGS: x N D, prev_h N H, Wx D 3*H, Wh H 3*H, b 3*H
CALL: next_h, cache = gru_step_forward(x, prev_h, Wx, Wh, b)
BACK: dx, dprev_h, dWx, dWh, db = gru_step_backward(dnext_h, cache)
ARGS: x N T D, h0 N H, Wx D 3*H, Wh H 3*H, b 3*H
CALL: h, cache = gru_forward(x, h0, Wx, Wh, b)
BACK: dx, dh0, dWx, dWh, db = gru_backward(dh, cache)
"""
import numpy as np


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def gru_step_forward(x, prev_h, Wx, Wh, b):
    H = prev_h.shape[1]
    ax = x.dot(Wx) + b
    rz = sigmoid(ax[:, :2*H] + prev_h.dot(Wh[:, :2*H]))
    r, z = rz[:, :H], rz[:, H:]
    n = np.tanh(ax[:, 2*H:] + (r * prev_h).dot(Wh[:, 2*H:]))
    next_h = (1 - z) * prev_h + z * n
    return next_h, (x, prev_h, Wx, Wh, r, z, n)


def gru_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, r, z, n = cache
    H = prev_h.shape[1]
    # h = (1-z) h' + z n
    dz = dnext_h * (n - prev_h)
    dn = dnext_h * z
    dprev_h = dnext_h * (1 - z)
    # candidate
    dan = dn * (1 - n**2)
    drh = dan.dot(Wh[:, 2*H:].T)
    dr = drh * prev_h
    dprev_h += drh * r
    # gates
    daz = dz * z * (1 - z)
    dar = dr * r * (1 - r)
    darz = np.hstack((dar, daz))
    dprev_h += darz.dot(Wh[:, :2*H].T)
    da = np.hstack((darz, dan))
    dx = da.dot(Wx.T)
    dWx = x.T.dot(da)
    dWh = np.hstack((prev_h.T.dot(darz), (r * prev_h).T.dot(dan)))
    db = da.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db


def gru_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    h = np.zeros((N, T, h0.shape[1]))
    cache = []
    last = h0
    for t in range(T):
        last, c = gru_step_forward(x[:, t], last, Wx, Wh, b)
        h[:, t] = last
        cache.append(c)
    return h, cache


def gru_backward(dh, cache):
    N, T, H = dh.shape
    x, _, Wx, Wh = cache[0][:4]
    dx = np.zeros((N, T, x.shape[1]))
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(3*H)
    dlast = np.zeros((N, H))
    for t in reversed(range(T)):
        dlast += dh[:, t]
        dx[:, t], dlast, a, b, c = gru_step_backward(dlast, cache[t])
        dWx += a
        dWh += b
        db += c
    return dx, dlast, dWx, dWh, db
