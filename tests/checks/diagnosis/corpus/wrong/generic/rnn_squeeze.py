"""TRUTH: wrong
STYLE: np.squeeze to get rid of axes, wrong for a batch of one only
COURSE: generic
FUNCTION: rnn_backward
CAUSE: squeeze | batch of one | N = 1 | B = 1 | one sequence
ARGS: x N T D, h0 N H, Wx D H, Wh H H, b H
CALL: h, cache = rnn_forward(x, h0, Wx, Wh, b)
BACK: dx, dh0, dWx, dWh, db = rnn_backward(dh, cache)
LINE: 29
"""
import numpy as np


def rnn_forward(x, h0, Wx, Wh, b):
    hs = [h0]
    for t in range(x.shape[1]):
        hs.append(np.tanh(x[:, t] @ Wx + hs[-1] @ Wh + b))
    return np.stack(hs[1:], axis=1), (x, hs, Wx, Wh)


def rnn_backward(dh, cache):
    x, hs, Wx, Wh = cache
    N, T, D = x.shape
    slices = np.split(dh, T, axis=1)          # T arrays (N, 1, H)
    dx = []
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), 0
    dnext = 0
    for t in range(T - 1, -1, -1):
        d = np.squeeze(slices[t]) + dnext
        d = d * np.squeeze(1 - hs[t + 1] ** 2)
        db = db + d.sum(axis=0)
        dWx += np.tensordot(x[:, t], d, axes=(0, 0)) if d.ndim == 2 else np.outer(x[0, t], d)
        dWh += np.tensordot(hs[t], d, axes=(0, 0)) if d.ndim == 2 else np.outer(hs[t][0], d)
        dx.append(d @ Wx.T)
        dnext = d @ Wh.T
    dx = np.stack(dx[::-1]).reshape(T, N, D).transpose(1, 0, 2)
    return dx, dnext.reshape(N, -1), dWx, dWh, db
