"""TRUTH: right
STYLE: np.flip in place of a backward loop, zip, cumulative lists
COURSE: cs231n
ARGS: x N T D, h0 N H, Wx D H, Wh H H, b H
CALL: h, cache = rnn_forward(x, h0, Wx, Wh, b)
BACK: dx, dh0, dWx, dWh, db = rnn_backward(dh, cache)
"""
import numpy as np


def rnn_forward(x, h0, Wx, Wh, b):
    state, hs = h0, np.zeros((x.shape[1], *h0.shape))
    for xt, slot in zip(x.transpose(1, 0, 2), hs):
        slot[:] = state = np.tanh(xt @ Wx + state @ Wh + b)
    return hs.transpose(1, 0, 2), (x, np.concatenate([h0[None], hs]), Wx, Wh)


def rnn_backward(dh, cache):
    x, hs, Wx, Wh = cache
    up = np.flip(dh.transpose(1, 0, 2), axis=0)
    xs = np.flip(x.transpose(1, 0, 2), axis=0)
    new = np.flip(hs[1:], axis=0)
    old = np.flip(hs[:-1], axis=0)
    carry, dx, dWx, dWh, db = 0 * hs[0], [], 0 * Wx, 0 * Wh, 0 * Wh[0]
    for u, xt, n, o in zip(up, xs, new, old):
        d = (u + carry) * (1 - n) * (1 + n)
        dx.append(d @ Wx.T)
        dWx += xt.T @ d
        dWh += o.T @ d
        db += d.sum(0)
        carry = d @ Wh.T
    return np.flip(np.array(dx), axis=0).transpose(1, 0, 2), carry, dWx, dWh, db
