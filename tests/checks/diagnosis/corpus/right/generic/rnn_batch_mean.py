"""TRUTH: right
STYLE: weight gradients averaged over the batch, everywhere the same
COURSE: generic
ARGS: x N D, prev_h N H, Wx D H, Wh H H, b H
CALL: next_h, cache = rnn_step_forward(x, prev_h, Wx, Wh, b)
BACK: dx, dprev_h, dWx, dWh, db = rnn_step_backward(dnext_h, cache); m = len(x); dWx, dWh, db = dWx * m, dWh * m, db * m
"""
import numpy as np

CELL, LAYOUT, REDUCTION = "rnn", "row", "mean"


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    return next_h, (x, prev_h, next_h, Wx, Wh)


def rnn_step_backward(dnext_h, cache):
    x, prev_h, next_h, Wx, Wh = cache
    m = x.shape[0]
    da = dnext_h * (1 - next_h ** 2)
    dWx = (1 / m) * x.T @ da
    dWh = (1 / m) * prev_h.T @ da
    db = (1 / m) * np.sum(da, axis=0)
    return da @ Wx.T, da @ Wh.T, dWx, dWh, db
