"""TRUTH: wrong
STYLE: functions split over two files
COURSE: generic
FUNCTION: rnn_step_backward
CAUSE: slope
ARGS: x N D, prev_h N H, Wx D H, Wh H H, b H
CALL: next_h, cache = rnn_step_forward(x, prev_h, Wx, Wh, b)
BACK: dx, dprev_h, dWx, dWh, db = rnn_step_backward(dnext_h, cache)
LINE: 24
"""
import numpy as np

from my_activations import tanh, tanh_slope


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    a = x @ Wx + prev_h @ Wh + b
    next_h = tanh(a)
    return next_h, (x, prev_h, a, next_h, Wx, Wh)


def rnn_step_backward(dnext_h, cache):
    x, prev_h, a, next_h, Wx, Wh = cache
    da = dnext_h * tanh_slope(a)
    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)
