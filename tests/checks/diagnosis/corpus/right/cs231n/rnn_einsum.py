"""TRUTH: right
STYLE: einsum, keyword names, no step inside the sequence
COURSE: cs231n
ARGS: x N T D, h0 N H, Wx D H, Wh H H, b H
CALL: h, cache = rnn_forward(x, h0, Wx, Wh, b)
BACK: dx, dh0, dWx, dWh, db = rnn_backward(dh, cache)
"""
"""Everything with einsum because I never remember where the .T goes."""
import numpy as np


def rnn_forward(x, h0, Wx, Wh, b):
    xw = np.einsum('ntd,dh->nth', x, Wx) + b
    hs = [h0]
    for t in range(x.shape[1]):
        hs.append(np.tanh(xw[:, t] + np.einsum('nh,hk->nk', hs[-1], Wh)))
    all_h = np.stack(hs, axis=1)               # (N, T+1, H), h0 included
    return all_h[:, 1:], (x, all_h, Wx, Wh)


def rnn_backward(dh, cache):
    x, all_h, Wx, Wh = cache
    T = x.shape[1]
    da = np.zeros_like(all_h[:, 1:])
    back = np.zeros_like(all_h[:, 0])
    for t in range(T)[::-1]:
        total = dh[:, t] + back
        da[:, t] = total - total * all_h[:, t + 1] ** 2
        back = np.einsum('nk,hk->nh', da[:, t], Wh)
    dx = np.einsum('nth,dh->ntd', da, Wx)
    dWx = np.einsum('ntd,nth->dh', x, da)
    dWh = np.einsum('ntk,nth->kh', all_h[:, :-1], da)
    db = np.einsum('nth->h', da)
    return dx, back, dWx, dWh, db
