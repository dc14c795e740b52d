"""TRUTH: right
STYLE: one matrix on [x, h], columns (H, D + H), no batch axis trick
COURSE: generic
ARGS: x D N, h_prev H N, W H D+H, b H 1
CALL: h, cache = rnn_step_forward(x, h_prev, W, b)
BACK: dx, dh_prev, dW, db = rnn_step_backward(dh, cache)
"""
import numpy as np

LAYOUT = "column"


def rnn_step_forward(x, h_prev, W, b):
    """x (D, m), h_prev (H, m), W (H, D+H), b (H, 1)."""
    xh = np.vstack((x, h_prev))
    h = np.tanh(np.dot(W, xh) + b)
    return h, (xh, h, W, x.shape[0])


def rnn_step_backward(dh, cache):
    xh, h, W, D = cache
    da = dh * (1 - h ** 2)
    dxh = np.dot(W.T, da)
    dW = np.dot(da, xh.T)
    db = np.sum(da, axis=1, keepdims=True)
    return dxh[:D], dxh[D:], dW, db
