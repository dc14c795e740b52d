"""TRUTH: right
STYLE: float32 everywhere, np.split
COURSE: cs231n
TOL: 5e-3
ARGS: x N D, prev_h N H, prev_c N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: next_h, next_c, cache = lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b)
BACK: dx, dprev_h, dprev_c, dWx, dWh, db = lstm_step_backward(dnext_h, dnext_c, cache)
"""
import numpy as np

F = np.float32


def sigmoid(z):
    return F(1) / (F(1) + np.exp(-z))


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    # save memory
    x, prev_h, prev_c = x.astype(F), prev_h.astype(F), prev_c.astype(F)
    Wx, Wh, b = Wx.astype(F), Wh.astype(F), b.astype(F)
    ai, af, ao, ag = np.split(x @ Wx + prev_h @ Wh + b, 4, axis=1)
    i = sigmoid(ai)
    f = sigmoid(af)
    o = sigmoid(ao)
    g = np.tanh(ag)
    next_c = f * prev_c + i * g
    t = np.tanh(next_c)
    return o * t, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, t)


def lstm_step_backward(dnext_h, dnext_c, cache):
    (x, prev_h, prev_c, Wx, Wh, i, f, o, g, t) = cache
    dnext_h = np.asarray(dnext_h, dtype=F)
    dnext_c = np.asarray(dnext_c, dtype=F)
    do = dnext_h * t
    dt = dnext_h * o
    dc = dnext_c + dt * (F(1) - t * t)
    df, dprev_c = dc * prev_c, dc * f
    di, dg = dc * g, dc * i
    da = np.concatenate([di * i * (1 - i), df * f * (1 - f), do * o * (1 - o), dg * (1 - g * g)], axis=1)
    dx = np.dot(da, Wx.T)
    dprev_h = np.dot(da, Wh.T)
    dWx = np.dot(x.T, da)
    dWh = np.dot(prev_h.T, da)
    db = np.sum(da, axis=0)
    return dx, dprev_h, dprev_c, dWx, dWh, db
