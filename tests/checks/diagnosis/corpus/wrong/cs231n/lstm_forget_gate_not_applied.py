"""TRUTH: wrong
STYLE: object cache by a tiny class
COURSE: cs231n
FUNCTION: lstm_step_backward
CAUSE: forget_gate_not_applied | without the forget gate
ARGS: x N D, prev_h N H, prev_c N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: next_h, next_c, cache = lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b)
BACK: dx, dprev_h, dprev_c, dWx, dWh, db = lstm_step_backward(dnext_h, dnext_c, cache)
ARGS: x N T D, h0 N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: h, cache = lstm_forward(x, h0, Wx, Wh, b)
BACK: dx, dh0, dWx, dWh, db = lstm_backward(dh, cache)
LINE: 37
"""
import numpy as np


class Memory:
    pass


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    m = Memory()
    m.x, m.prev_h, m.prev_c, m.Wx, m.Wh = x, prev_h, prev_c, Wx, Wh
    ai, af, ao, ag = np.hsplit(x.dot(Wx) + prev_h.dot(Wh) + b, 4)
    m.i, m.f, m.o, m.g = sigmoid(ai), sigmoid(af), sigmoid(ao), np.tanh(ag)
    next_c = m.f * prev_c + m.i * m.g
    m.t = np.tanh(next_c)
    return m.o * m.t, next_c, m


def lstm_step_backward(dnext_h, dnext_c, m):
    dc = dnext_c + dnext_h * m.o * (1 - m.t ** 2)
    dprev_c = dc
    dai = dc * m.g * m.i * (1 - m.i)
    daf = dc * m.prev_c * m.f * (1 - m.f)
    dao = dnext_h * m.t * m.o * (1 - m.o)
    dag = dc * m.i * (1 - m.g ** 2)
    da = np.hstack([dai, daf, dao, dag])
    dx = da.dot(m.Wx.T)
    dprev_h = da.dot(m.Wh.T)
    dWx = m.x.T.dot(da)
    dWh = m.prev_h.T.dot(da)
    db = da.sum(axis=0)
    return dx, dprev_h, dprev_c, dWx, dWh, db


def lstm_forward(x, h0, Wx, Wh, b):
    h, c, hs, ms = h0, np.zeros_like(h0), [], []
    for t in range(x.shape[1]):
        h, c, m = lstm_step_forward(x[:, t, :], h, c, Wx, Wh, b)
        hs.append(h)
        ms.append(m)
    return np.stack(hs, axis=1), ms


def lstm_backward(dh, cache):
    N, T, H = dh.shape
    dx = np.zeros((N, T, cache[0].x.shape[1]))
    dWx, dWh, db = 0, 0, 0
    dprev_h, dprev_c = np.zeros((N, H)), np.zeros((N, H))
    for t in reversed(range(T)):
        dx[:, t, :], dprev_h, dprev_c, a, b, c = lstm_step_backward(dh[:, t, :] + dprev_h, dprev_c, cache[t])
        dWx, dWh, db = dWx + a, dWh + b, db + c
    return dx, dprev_h, dWx, dWh, db
