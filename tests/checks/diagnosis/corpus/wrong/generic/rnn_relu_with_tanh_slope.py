"""TRUTH: wrong
STYLE: relu in the forward pass, the slope of tanh in the backward pass
COURSE: generic
FUNCTION: rnn_step_backward
CAUSE: relu | slope_of
ARGS: x N D, prev_h N H, Wx D H, Wh H H, b H
CALL: next_h, cache = rnn_step_forward(x, prev_h, Wx, Wh, b)
BACK: dx, dprev_h, dWx, dWh, db = rnn_step_backward(dnext_h, cache)
LINE: 25
"""
import numpy as np


def relu(z):
    return z * (z > 0)


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = relu(x @ Wx + prev_h @ Wh + b)
    return next_h, (x, prev_h, next_h, Wx, Wh)


def rnn_step_backward(dnext_h, cache):
    x, prev_h, next_h, Wx, Wh = cache
    dz = dnext_h * (1 - next_h ** 2)
    return dz @ Wx.T, dz @ Wh.T, x.T @ dz, prev_h.T @ dz, dz.sum(axis=0)
