"""TRUTH: wrong
STYLE: two textbooks mixed, path through tanh(c) in every gate
COURSE: cs231n
FUNCTION: lstm_step_backward
CAUSE: twice
ARGS: x N D, prev_h N H, prev_c N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: next_h, next_c, cache = lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b)
BACK: dx, dprev_h, dprev_c, dWx, dWh, db = lstm_step_backward(dnext_h, dnext_c, cache)
LINE: 31
"""
import numpy as np

sigmoid = lambda x: 1 / (1 + np.exp(-x))


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    H = prev_h.shape[1]
    a = x.dot(Wx) + prev_h.dot(Wh) + b
    i, f = sigmoid(a[:, :H]), sigmoid(a[:, H:2 * H])
    o, g = sigmoid(a[:, 2 * H:3 * H]), np.tanh(a[:, 3 * H:])
    next_c = f * prev_c + i * g
    next_h = o * np.tanh(next_c)
    return next_h, next_c, (i, f, o, g, next_c, prev_c, prev_h, x, Wx, Wh)


def lstm_step_backward(dnext_h, dnext_c, cache):
    i, f, o, g, next_c, prev_c, prev_h, x, Wx, Wh = cache
    tc = np.tanh(next_c)
    through_h = dnext_h * o * (1 - tc ** 2)
    dnext_c = dnext_c + through_h
    total = dnext_c + through_h
    dai = total * g * i * (1 - i)
    daf = total * prev_c * f * (1 - f)
    dao = dnext_h * tc * o * (1 - o)
    dag = total * i * (1 - g ** 2)
    da = np.hstack((dai, daf, dao, dag))
    return da.dot(Wx.T), da.dot(Wh.T), total * f, x.T.dot(da), prev_h.T.dot(da), da.sum(0)
