"""TRUTH: wrong
STYLE: slope helpers that take the output, called with c; results weights first
COURSE: generic
FUNCTION: lstm_step_backward
CAUSE: tanh_c_slope_of_c | 1 - c
ARGS: x N D, h N H, c N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: h_new, c_new, cache = lstm_step_forward(x, h, c, Wx, Wh, b)
BACK: dWx, dWh, db, dx, dh, dc = lstm_step_backward(dh_new, dc_new, cache)
LINE: 41
"""
import numpy as np

GATES = "ifog"


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def slope_of_tanh(y):
    return (1 - y) * (1 + y)


def slope_of_sigmoid(y):
    return y * (1 - y)


def lstm_step_forward(x, h, c, Wx, Wh, b):
    i, f, o, g = np.split(np.add(np.dot(x, Wx), np.dot(h, Wh)) + b, 4, axis=1)
    i = sigmoid(i)
    f = sigmoid(f)
    o = sigmoid(o)
    g = np.tanh(g)
    c_new = f * c + i * g
    h_new = o * np.tanh(c_new)
    return h_new, c_new, (x, h, c, Wx, Wh, i, f, o, g, c_new)


def lstm_step_backward(dh_new, dc_new, cache):
    x, h, c, Wx, Wh, i, f, o, g, c_new = cache
    dc_here = dc_new + dh_new * o * slope_of_tanh(c_new)
    da = np.concatenate([
        dc_here * g * slope_of_sigmoid(i),
        dc_here * c * slope_of_sigmoid(f),
        dh_new * np.tanh(c_new) * slope_of_sigmoid(o),
        dc_here * i * slope_of_tanh(g),
    ], axis=1)
    return np.dot(x.T, da), np.dot(h.T, da), da.sum(axis=0), np.dot(da, Wx.T), np.dot(da, Wh.T), dc_here * f
