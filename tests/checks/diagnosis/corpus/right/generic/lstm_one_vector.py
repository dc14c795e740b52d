"""TRUTH: right
STYLE: vectors without a batch, sequence (T, D), loops, missing dx
COURSE: generic
ARGS: xs T D, h0 H, c0 H, Wx 4*H D, Wh 4*H H, b 4*H
CALL: hs, cache = lstm_forward(xs, h0, c0, Wx, Wh, b)
BACK: dWx, dWh, db, dh0, dc0 = lstm_backward(dhs, cache)
"""
import numpy as np

BATCH = False
GATES = "ifog"


def sigm(a): return 1/(1 + np.exp(-a))


def lstm_forward(xs, h0, c0, Wx, Wh, b):
    n = h0.size
    h, c = [h0], [c0]
    gates = []
    for x in xs:
        a = Wx.dot(x) + Wh.dot(h[-1]) + b
        i, f, o, g = sigm(a[:n]), sigm(a[n:2*n]), sigm(a[2*n:3*n]), np.tanh(a[3*n:])
        c.append(f*c[-1] + i*g)
        h.append(o*np.tanh(c[-1]))
        gates.append((i, f, o, g))
    return np.array(h[1:]), (xs, h, c, gates, Wx, Wh)


def lstm_backward(dhs, cache):
    xs, h, c, gates, Wx, Wh = cache
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(len(Wx))
    dh_next = np.zeros(Wh.shape[1])
    dc_next = np.zeros(Wh.shape[1])
    for t in range(len(xs))[::-1]:
        i, f, o, g = gates[t]
        dh = dhs[t] + dh_next
        tc = np.tanh(c[t + 1])
        dc = dc_next + dh*o*(1 - tc**2)
        da = np.concatenate([dc*g*i*(1 - i), dc*c[t]*f*(1 - f), dh*tc*o*(1 - o), dc*i*(1 - g**2)])
        dWx += np.outer(da, xs[t])
        dWh += np.outer(da, h[t])
        db += da
        dh_next = Wh.T.dot(da)
        dc_next = dc*f
    return dWx, dWh, db, dh_next, dc_next       # nobody needs dx
