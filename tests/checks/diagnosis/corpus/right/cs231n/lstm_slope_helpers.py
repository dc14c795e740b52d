"""TRUTH: right
STYLE: helper functions for slopes of the pre-activation, prints and asserts left
COURSE: cs231n
ARGS: x N D, prev_h N H, prev_c N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: next_h, next_c, cache = lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b)
BACK: dx, dprev_h, dprev_c, dWx, dWh, db = lstm_step_backward(dnext_h, dnext_c, cache)
"""
import numpy as np

DEBUG = True


def sigmoid(x):
    return np.exp(x) / (np.exp(x) + 1)


def sigmoid_grad(x):
    # x is BEFORE the sigmoid!!
    return sigmoid(x) * (1 - sigmoid(x))


def tanh_grad(x):
    return 1 - np.square(np.tanh(x))


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    H = prev_h.shape[1]
    a = x.dot(Wx) + prev_h.dot(Wh) + b
    ai = a[:, 0:H]
    af = a[:, H:2*H]
    ao = a[:, 2*H:3*H]
    ag = a[:, 3*H:4*H]
    next_c = sigmoid(af) * prev_c + sigmoid(ai) * np.tanh(ag)
    next_h = sigmoid(ao) * np.tanh(next_c)
    cache = (x, prev_h, prev_c, Wx, Wh, b, ai, af, ao, ag, next_c)
    if DEBUG:
        print('next_h', next_h.shape)
    return next_h, next_c, cache


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, b, ai, af, ao, ag, next_c = cache
    assert dnext_h.shape == prev_h.shape, "shape of dnext_h"

    # through next_h = o * tanh(next_c)
    dao = dnext_h * np.tanh(next_c) * sigmoid_grad(ao)
    dc = dnext_h * sigmoid(ao) * tanh_grad(next_c) + dnext_c
    # through next_c = f * prev_c + i * g
    daf = dc * prev_c * sigmoid_grad(af)
    dprev_c = dc * sigmoid(af)
    dai = dc * np.tanh(ag) * sigmoid_grad(ai)
    dag = dc * sigmoid(ai) * tanh_grad(ag)

    da = np.hstack((dai, daf, dao, dag))
    dWx, dWh = x.T.dot(da), prev_h.T.dot(da)
    dx, dprev_h = da.dot(Wx.T), da.dot(Wh.T)
    db = np.sum(da, axis=0)
    assert dWx.shape == Wx.shape
    assert db.shape == b.shape
    if DEBUG:
        print('dWx', dWx.mean(), 'db', db.mean())
    return dx, dprev_h, dprev_c, dWx, dWh, db
