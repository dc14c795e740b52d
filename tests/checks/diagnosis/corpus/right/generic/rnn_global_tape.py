"""TRUTH: right
STYLE: the cache is a global list, functions without a cache argument
COURSE: generic
ARGS: x N T D, h0 N H, Wx D H, Wh H H, b H
CALL: h = forward(x, h0, Wx, Wh, b)
BACK: dx, dh0, dWx, dWh, db = backward(dh)
"""
import numpy as np

CELL = "rnn"
TAPE = []


def forward(x, h0, Wx, Wh, b):
    global TAPE
    TAPE = []
    out = []
    h = h0
    for t in range(x.shape[1]):
        new = np.tanh(x[:, t] @ Wx + h @ Wh + b)
        TAPE.append((x[:, t], h, new, Wx, Wh))
        out.append(new)
        h = new
    return np.stack(out, axis=1)


def backward(dh):
    dx, dWx, dWh, db, carry = [], 0, 0, 0, 0
    for t, (xt, h, new, Wx, Wh) in reversed(list(enumerate(TAPE))):
        da = (dh[:, t] + carry) * (1 - new ** 2)
        dx.append(da @ Wx.T)
        dWx = dWx + xt.T @ da
        dWh = dWh + h.T @ da
        db = db + da.sum(axis=0)
        carry = da @ Wh.T
    return np.stack(dx[::-1], axis=1), carry, dWx, dWh, db
