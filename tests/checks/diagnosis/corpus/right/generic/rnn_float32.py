"""TRUTH: right
STYLE: float32, time-major, dtype given to every array
COURSE: generic
TOL: 5e-3
ARGS: x T N D, h0 N H, Wx D H, Wh H H, b H
CALL: hs, cache = rnn_forward(x, h0, Wx, Wh, b)
BACK: dx, dh0, dWx, dWh, db = rnn_backward(dhs, cache)
"""
import numpy as np

LAYOUT = "time"
DT = "float32"


def rnn_forward(x, h0, Wx, Wh, b):
    x, h, Wx, Wh, b = [v.astype(DT) for v in (x, h0, Wx, Wh, b)]
    hs = np.zeros((len(x) + 1,) + h.shape, dtype=DT)
    hs[0] = h
    for t in range(len(x)):
        hs[t + 1] = np.tanh(x[t] @ Wx + hs[t] @ Wh + b)
    return hs[1:].copy(), (x, hs, Wx, Wh)


def rnn_backward(dhs, cache):
    x, hs, Wx, Wh = cache
    dx = np.zeros(x.shape, dtype=DT)
    dWx, dWh, db = np.zeros(Wx.shape, DT), np.zeros(Wh.shape, DT), np.zeros(Wh.shape[0], DT)
    carry = np.zeros(hs[0].shape, DT)
    for t in range(len(x) - 1, -1, -1):
        dz = ((dhs[t] + carry) * (1 - hs[t + 1] ** 2)).astype(DT)
        dx[t] = dz @ Wx.T
        dWx += x[t].T @ dz
        dWh += hs[t].T @ dz
        db += dz.sum(axis=0)
        carry = dz @ Wh.T
    return dx, carry, dWx, dWh, db
