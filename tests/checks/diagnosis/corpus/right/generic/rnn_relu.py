"""TRUTH: right
STYLE: variant with relu in place of tanh, step and sequence
COURSE: generic
NOTE: relu
ARGS: x N D, prev_h N H, Wx D H, Wh H H, b H
CALL: next_h, cache = rnn_step_forward(x, prev_h, Wx, Wh, b)
BACK: dx, dprev_h, dWx, dWh, db = rnn_step_backward(dnext_h, cache)
"""
import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.maximum(0, x @ Wx + prev_h @ Wh + b)
    return next_h, (x, prev_h, next_h, Wx, Wh)


def rnn_step_backward(dnext_h, cache):
    x, prev_h, next_h, Wx, Wh = cache
    da = dnext_h * (next_h > 0)
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    return dx, dprev_h, x.T @ da, prev_h.T @ da, da.sum(axis=0)
