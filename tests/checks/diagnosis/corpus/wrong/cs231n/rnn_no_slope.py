"""TRUTH: wrong
STYLE: dense, step only
COURSE: cs231n
FUNCTION: rnn_step_backward
CAUSE: slope_missing | tanh' is missing
ARGS: x N D, prev_h N H, Wx D H, Wh H H, b H
CALL: next_h, cache = rnn_step_forward(x, prev_h, Wx, Wh, b)
BACK: dx, dprev_h, dWx, dWh, db = rnn_step_backward(dnext_h, cache)
LINE: 21
"""
import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(np.matmul(x, Wx) + np.matmul(prev_h, Wh) + b)
    return next_h, (x, prev_h, Wx, Wh)


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh = cache
    dx, dprev_h = np.matmul(dnext_h, Wx.T), np.matmul(dnext_h, Wh.T)
    dWx, dWh = np.matmul(x.T, dnext_h), np.matmul(prev_h.T, dnext_h)
    return dx, dprev_h, dWx, dWh, np.sum(dnext_h, 0)
