"""TRUTH: right
STYLE: forward returns h and c of all steps, backward takes dh and the gradients of the last state
COURSE: generic
ARGS: x N T D, h0 N H, c0 N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: hs, cache = lstm_forward(x, h0, c0, Wx, Wh, b)
BACK: dx, dh0, dc0, dWx, dWh, db = lstm_backward(dhs, cache)
"""
import numpy as np

GATES = "gifo"


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm_forward(x, h0, c0, Wx, Wh, b, return_states=False):
    N, T, D = x.shape
    hs, cs, gs = [h0], [c0], []
    for t in range(T):
        g, i, f, o = np.split(x[:, t] @ Wx + hs[-1] @ Wh + b, 4, axis=1)
        gs.append((np.tanh(g), sigmoid(i), sigmoid(f), sigmoid(o)))
        g, i, f, o = gs[-1]
        cs.append(f * cs[-1] + i * g)
        hs.append(o * np.tanh(cs[-1]))
    cache = x, hs, cs, gs, Wx, Wh
    if return_states:
        return np.stack(hs[1:], 1), (hs[-1], cs[-1]), cache
    return np.stack(hs[1:], 1), cache


def lstm_backward(dhs, cache, dh_last=None, dc_last=None):
    x, hs, cs, gs, Wx, Wh = cache
    N, T, D = x.shape
    dh = np.zeros_like(hs[0]) if dh_last is None else dh_last
    dc = np.zeros_like(cs[0]) if dc_last is None else dc_last
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), 0
    for t in range(T - 1, -1, -1):
        g, i, f, o = gs[t]
        dh = dh + dhs[:, t]
        tc = np.tanh(cs[t + 1])
        dc = dc + dh * o * (1 - tc ** 2)
        da = np.hstack([dc * i * (1 - g ** 2), dc * g * i * (1 - i), dc * cs[t] * f * (1 - f), dh * tc * o * (1 - o)])
        dx[:, t] = da @ Wx.T
        dWx += x[:, t].T @ da
        dWh += hs[t].T @ da
        db = db + da.sum(axis=0)
        dh, dc = da @ Wh.T, dc * f
    return dx, dh, dc, dWx, dWh, db
