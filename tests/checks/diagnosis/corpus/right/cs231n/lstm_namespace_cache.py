"""TRUTH: right
STYLE: SimpleNamespace cache, sigmoid by tanh
COURSE: cs231n
ARGS: x N D, prev_h N H, prev_c N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: next_h, next_c, cache = lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b)
BACK: dx, dprev_h, dprev_c, dWx, dWh, db = lstm_step_backward(dnext_h, dnext_c, cache)
ARGS: x N T D, h0 N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: h, cache = lstm_forward(x, h0, Wx, Wh, b)
BACK: dx, dh0, dWx, dWh, db = lstm_backward(dh, cache)
"""
from types import SimpleNamespace as NS

import numpy as np

sigm = lambda v: .5 + .5*np.tanh(v/2)


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    s = NS(x=x, h=prev_h, c=prev_c, Wx=Wx, Wh=Wh)
    zi, zf, zo, zg = np.hsplit(x @ Wx + prev_h @ Wh + b, 4)
    s.i, s.f, s.o, s.g = sigm(zi), sigm(zf), sigm(zo), np.tanh(zg)
    s.cnew = s.f*prev_c + s.i*s.g
    s.y = np.tanh(s.cnew)
    return s.o*s.y, s.cnew, s


def lstm_step_backward(dnext_h, dnext_c, cache):
    s = cache
    dc = dnext_c + dnext_h*s.o*(1 - s.y)*(1 + s.y)
    blocks = [dc*s.g*(s.i - s.i**2),
              dc*s.c*(s.f - s.f**2),
              dnext_h*s.y*(s.o - s.o**2),
              dc*s.i*(1 - s.g)*(1 + s.g)]
    dz = np.concatenate(blocks, 1)
    return dz @ s.Wx.T, dz @ s.Wh.T, dc*s.f, s.x.T @ dz, s.h.T @ dz, dz.sum(axis=0)


def lstm_forward(x, h0, Wx, Wh, b):
    net = NS(steps=[], T=x.shape[1])
    h, c, out = h0, h0*0, []
    for xt in np.swapaxes(x, 0, 1):
        h, c, s = lstm_step_forward(xt, h, c, Wx, Wh, b)
        net.steps.append(s)
        out.append(h)
    return np.stack(out, axis=1), net


def lstm_backward(dh, cache):
    dxs, sums, ch, cc = [], None, 0, 0
    for t, s in reversed(list(enumerate(cache.steps))):
        dx, ch, cc, *rest = lstm_step_backward(dh[:, t] + ch, cc, s)
        dxs.insert(0, dx)
        sums = rest if sums is None else [p + q for p, q in zip(sums, rest)]
    return (np.stack(dxs, 1), ch, *sums)
