"""TRUTH: right
STYLE: no bias, step, list results
COURSE: generic
ARGS: x N D, prev_h N H, Wx D H, Wh H H
CALL: next_h, cache = rnn_step_forward(x, prev_h, Wx, Wh)
BACK: dx, dprev_h, dWx, dWh = rnn_step_backward(dnext_h, cache)
"""
import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh):
    # bias left out, it did not help
    next_h = np.tanh(x @ Wx + prev_h @ Wh)
    return next_h, (x, prev_h, next_h, Wx, Wh)


def rnn_step_backward(dnext_h, cache):
    x, prev_h, next_h, Wx, Wh = cache
    g = dnext_h - dnext_h * next_h * next_h
    return [g @ Wx.T, g @ Wh.T, x.T @ g, prev_h.T @ g]
