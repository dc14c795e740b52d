"""TRUTH: right
STYLE: math.tanh element by element, list comprehensions
COURSE: cs231n
ARGS: x N D, prev_h N H, Wx D H, Wh H H, b H
CALL: next_h, cache = rnn_step_forward(x, prev_h, Wx, Wh, b)
BACK: dx, dprev_h, dWx, dWh, db = rnn_step_backward(dnext_h, cache)
"""
import math

import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    z = np.dot(x, Wx) + np.dot(prev_h, Wh) + b
    next_h = np.array([[math.tanh(v) for v in row] for row in z])
    return next_h, (x, prev_h, Wx, Wh, z)


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, z = cache
    slope = np.array([[1 / math.cosh(v) ** 2 for v in row] for row in z])
    dz = dnext_h * slope
    return np.dot(dz, Wx.T), np.dot(dz, Wh.T), np.dot(x.T, dz), np.dot(prev_h.T, dz), dz.sum(axis=0)
