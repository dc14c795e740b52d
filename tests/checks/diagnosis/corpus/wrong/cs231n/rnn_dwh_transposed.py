"""TRUTH: wrong
STYLE: dWh the wrong way round, outer products summed by einsum
COURSE: cs231n
FUNCTION: rnn_step_backward
CAUSE: transposed
ARGS: x N D, prev_h N H, Wx D H, Wh H H, b H
CALL: next_h, cache = rnn_step_forward(x, prev_h, Wx, Wh, b)
BACK: dx, dprev_h, dWx, dWh, db = rnn_step_backward(dnext_h, cache)
LINE: 23
"""
import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(np.einsum("nd,dh->nh", x, Wx) + np.einsum("nk,kh->nh", prev_h, Wh) + b)
    return next_h, (x, prev_h, next_h, Wx, Wh)


def rnn_step_backward(dnext_h, cache):
    x, prev_h, next_h, Wx, Wh = cache
    da = dnext_h * (1 - next_h ** 2)
    dWx = np.einsum("nd,nh->dh", x, da)
    dWh = np.einsum("nh,nk->hk", da, prev_h)
    dx = np.einsum("nh,dh->nd", da, Wx)
    dprev_h = np.einsum("nh,kh->nk", da, Wh)
    return dx, dprev_h, dWx, dWh, da.sum(axis=0)
