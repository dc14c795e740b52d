"""TRUTH: wrong
STYLE: helper functions for slopes, called with the gates themselves
COURSE: cs231n
FUNCTION: lstm_step_backward
CAUSE: slope_of | slope of the activated | twice through | already
ARGS: x N D, prev_h N H, prev_c N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: next_h, next_c, cache = lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b)
BACK: dx, dprev_h, dprev_c, dWx, dWh, db = lstm_step_backward(dnext_h, dnext_c, cache)
LINE: 48
"""
import numpy as np


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def sigmoid_derivative(x):
    s = sigmoid(x)
    return s * (1 - s)


def tanh_derivative(x):
    return 1 - np.tanh(x) ** 2


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    _, H = prev_h.shape
    activation = x.dot(Wx) + prev_h.dot(Wh) + b
    input_gate = sigmoid(activation[:, 0:H])
    forget_gate = sigmoid(activation[:, H:2 * H])
    output_gate = sigmoid(activation[:, 2 * H:3 * H])
    block_input = np.tanh(activation[:, 3 * H:4 * H])
    next_c = forget_gate * prev_c + input_gate * block_input
    next_h = output_gate * np.tanh(next_c)
    cache = (x, prev_h, prev_c, Wx, Wh, input_gate, forget_gate, output_gate, block_input, next_c)
    return next_h, next_c, cache


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, input_gate, forget_gate, output_gate, block_input, next_c = cache
    d_output_gate = dnext_h * np.tanh(next_c)
    d_c = dnext_c + dnext_h * output_gate * tanh_derivative(next_c)
    d_forget_gate = d_c * prev_c
    dprev_c = d_c * forget_gate
    d_input_gate = d_c * block_input
    d_block_input = d_c * input_gate
    da = np.concatenate([d_input_gate * sigmoid_derivative(input_gate), d_forget_gate * sigmoid_derivative(forget_gate), d_output_gate * sigmoid_derivative(output_gate), d_block_input * tanh_derivative(block_input)], axis=1)
    dx = da.dot(Wx.T)
    dWx = x.T.dot(da)
    dprev_h = da.dot(Wh.T)
    dWh = prev_h.T.dot(da)
    db = da.sum(axis=0)
    return dx, dprev_h, dprev_c, dWx, dWh, db
