"""TRUTH: wrong
STYLE: the bias gradient of the first row only
COURSE: cs231n
FUNCTION: rnn_step_backward
CAUSE: b_one_row | first row
ARGS: x N D, prev_h N H, Wx D H, Wh H H, b H
CALL: next_h, cache = rnn_step_forward(x, prev_h, Wx, Wh, b)
BACK: dx, dprev_h, dWx, dWh, db = rnn_step_backward(dnext_h, cache)
LINE: 25
"""
import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    h_raw = np.dot(x, Wx) + np.dot(prev_h, Wh) + b
    next_h = np.tanh(h_raw)
    return next_h, (next_h, Wh, Wx, prev_h, x)


def rnn_step_backward(dnext_h, cache):
    next_h, Wh, Wx, prev_h, x = cache
    dh_raw = dnext_h * (1 - next_h ** 2)
    dWh = np.dot(prev_h.T, dh_raw)
    dWx = np.dot(x.T, dh_raw)
    db = dh_raw[0]
    return np.dot(dh_raw, Wx.T), np.dot(dh_raw, Wh.T), dWx, dWh, db
