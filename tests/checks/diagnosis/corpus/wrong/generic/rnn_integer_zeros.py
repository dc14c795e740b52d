"""TRUTH: wrong
STYLE: dtype=int by mistake, sequence without step
COURSE: generic
FUNCTION: rnn_backward
CAUSE: integer
ARGS: x N T D, h0 N H, Wx D H, Wh H H, b H
CALL: h, cache = rnn_forward(x, h0, Wx, Wh, b)
BACK: dx, dh0, dWx, dWh, db = rnn_backward(dh, cache)
LINE: 26
"""
import numpy as np


def rnn_forward(x, h0, Wx, Wh, b):
    outputs = []
    state = h0
    for t in range(x.shape[1]):
        state = np.tanh(x[:, t] @ Wx + state @ Wh + b)
        outputs.append(state)
    h = np.stack(outputs, axis=1)
    return h, (x, h0, h, Wx, Wh)


def rnn_backward(dh, cache):
    x, h0, h, Wx, Wh = cache
    dx = np.full(x.shape, 0)
    dWx, dWh, db = 0.0, 0.0, 0.0
    carry = np.full(h0.shape, 0.0)
    for t in reversed(range(x.shape[1])):
        prev = h[:, t - 1] if t > 0 else h0
        d = (dh[:, t] + carry) * (1 - np.square(h[:, t]))
        dx[:, t] = d @ Wx.T
        dWx = dWx + x[:, t].T @ d
        dWh = dWh + prev.T @ d
        db = db + d.sum(axis=0)
        carry = d @ Wh.T
    return dx, carry, dWx, dWh, db
