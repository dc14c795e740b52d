"""TRUTH: right
STYLE: one expression, lambda slope
COURSE: cs231n
ARGS: x N D, prev_h N H, Wx D H, Wh H H, b H
CALL: next_h, cache = rnn_step_forward(x, prev_h, Wx, Wh, b)
BACK: dx, dprev_h, dWx, dWh, db = rnn_step_backward(dnext_h, cache)
"""
import numpy as np
slope = lambda y: 1 - y*y
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    return (y := np.tanh(np.c_[x, prev_h] @ np.r_[Wx, Wh] + b)), (np.c_[x, prev_h], np.r_[Wx, Wh], y)
def rnn_step_backward(dnext_h, cache):
    xh, W, y = cache
    D = xh.shape[1] - y.shape[1]
    d = dnext_h*slope(y)
    dxh, dW = d @ W.T, xh.T @ d
    return dxh[:, :D], dxh[:, D:], dW[:D], dW[D:], np.ones(len(d)) @ d
