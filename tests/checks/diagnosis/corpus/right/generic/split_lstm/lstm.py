"""TRUTH: right
STYLE: functions split over two files
COURSE: generic
ARGS: x N D, prev_h N H, prev_c N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: next_h, next_c, cache = lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b)
BACK: dx, dprev_h, dprev_c, dWx, dWh, db = lstm_step_backward(dnext_h, dnext_c, cache)
"""
import numpy as np

from gates_and_slopes import cut, sigmoid, sigmoid_slope, tanh_slope

GATES = "ifog"


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    i, f, o, g = cut(x @ Wx + prev_h @ Wh + b)
    i, f, o, g = sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(g)
    next_c = f * prev_c + i * g
    tanh_c = np.tanh(next_c)
    return o * tanh_c, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, tanh_c)


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, tanh_c = cache
    dc = dnext_c + dnext_h * o * tanh_slope(tanh_c)
    da = np.concatenate([
        dc * g * sigmoid_slope(i),
        dc * prev_c * sigmoid_slope(f),
        dnext_h * tanh_c * sigmoid_slope(o),
        dc * i * tanh_slope(g),
    ], axis=1)
    return da @ Wx.T, da @ Wh.T, dc * f, x.T @ da, prev_h.T @ da, da.sum(axis=0)
