"""TRUTH: wrong
STYLE: time-major, list comprehension, returns a list
COURSE: generic
FUNCTION: rnn_backward
CAUSE: averaged | over time
ARGS: xs T N D, h0 N H, Wx D H, Wh H H, b H
CALL: hs, cache = rnn_forward(xs, h0, Wx, Wh, b)
BACK: dxs, dh0, dWx, dWh, db = rnn_backward(dhs, cache)
LINE: 31
"""
import numpy as np

LAYOUT = "time"


def rnn_forward(xs, h0, Wx, Wh, b):
    hs = [h0]
    for x in xs:
        hs.append(np.tanh(x.dot(Wx) + hs[-1].dot(Wh) + b))
    return np.array(hs[1:]), [xs, hs, Wx, Wh]


def rnn_backward(dhs, cache):
    xs, hs, Wx, Wh = cache
    T = len(xs)
    das, carry = [None] * T, np.zeros_like(h_like(hs))
    for t in reversed(range(T)):
        das[t] = (dhs[t] + carry) * (1 - hs[t + 1] ** 2)
        carry = das[t].dot(Wh.T)
    dxs = np.array([da.dot(Wx.T) for da in das])
    dWx = np.mean([x.T.dot(da) for x, da in zip(xs, das)], axis=0)
    dWh = np.mean([h.T.dot(da) for h, da in zip(hs, das)], axis=0)
    db = np.mean([da.sum(0) for da in das], axis=0)
    return [dxs, carry, dWx, dWh, db]


def h_like(hs):
    return hs[0]
