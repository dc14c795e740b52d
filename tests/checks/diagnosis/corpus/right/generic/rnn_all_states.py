"""TRUTH: right
STYLE: backward takes the arrays one by one, no cache
COURSE: generic
ARGS: x N T D, h0 N H, Wx D H, Wh H H, b H
CALL: h = rnn_forward(x, h0, Wx, Wh, b)
BACK: dx, dh0, dWx, dWh, db = rnn_backward(dh, x, h0, h, Wx, Wh)
"""
import numpy as np


def rnn_forward(x, h0, Wx, Wh, b):
    h = np.zeros((x.shape[0], x.shape[1], h0.shape[1]))
    for t in range(x.shape[1]):
        before = h[:, t - 1] if t > 0 else h0
        h[:, t] = np.tanh(x[:, t] @ Wx + before @ Wh + b)
    return h


def rnn_backward(dh, x, h0, h, Wx, Wh):
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(Wh.shape[0])
    dnext = np.zeros_like(h0)
    for t in range(x.shape[1] - 1, -1, -1):
        before = h[:, t - 1] if t > 0 else h0
        dz = (dh[:, t] + dnext) * (1 - h[:, t] ** 2)
        dx[:, t] = dz @ Wx.T
        dWx += x[:, t].T @ dz
        dWh += before.T @ dz
        db += dz.sum(axis=0)
        dnext = dz @ Wh.T
    return dx, dnext, dWx, dWh, db
