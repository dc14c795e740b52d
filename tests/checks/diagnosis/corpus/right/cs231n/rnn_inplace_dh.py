"""TRUTH: right
STYLE: in-place writes into dh, dict cache, .dot
COURSE: cs231n
NOTE: dh
ARGS: x N D, prev_h N H, Wx D H, Wh H H, b H
CALL: next_h, cache = rnn_step_forward(x, prev_h, Wx, Wh, b)
BACK: dx, dprev_h, dWx, dWh, db = rnn_step_backward(dnext_h, cache)
ARGS: x N T D, h0 N H, Wx D H, Wh H H, b H
CALL: h, cache = rnn_forward(x, h0, Wx, Wh, b)
BACK: dx, dh0, dWx, dWh, db = rnn_backward(dh, cache)
"""
from __future__ import print_function, division
from builtins import range
import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    # h_t = tanh(x Wx + h Wh + b)
    cache = {}
    a = np.dot(prev_h, Wh) + np.dot(x, Wx) + b
    next_h = np.tanh(a)
    cache['x'] = x
    cache['prev_h'] = prev_h
    cache['Wx'], cache['Wh'] = Wx, Wh
    cache['tanh'] = next_h
    return next_h, cache


def rnn_step_backward(dnext_h, cache):
    th = cache['tanh']
    # d tanh(a) = 1 - tanh^2(a)
    da = (1.0 - th * th) * dnext_h

    dx = np.dot(da, cache['Wx'].T)
    dWx = np.dot(cache['x'].T, da)
    dprev_h = np.dot(da, cache['Wh'].T)
    dWh = np.dot(cache['prev_h'].T, da)
    db = np.sum(da, axis=0)
    return dx, dprev_h, dWx, dWh, db


def rnn_forward(x, h0, Wx, Wh, b):
    T = x.shape[1]
    hs, caches = [], []
    h = h0
    for t in range(T):
        h, cache_t = rnn_step_forward(x[:, t], h, Wx, Wh, b)
        hs.append(h)
        caches.append(cache_t)
    return np.array(hs).transpose(1, 0, 2), {'steps': caches, 'D': x.shape[2]}


def rnn_backward(dh, cache):
    N, T, H = dh.shape
    D = cache['D']
    dx, dh0 = np.zeros((N, T, D)), np.zeros((N, H))
    dWx, dWh, db = np.zeros((D, H)), np.zeros((H, H)), np.zeros(H)

    for t in range(T - 1, -1, -1):
        out = rnn_step_backward(dh[:, t], cache['steps'][t])
        dx[:, t] += out[0]
        if t > 0:
            dh[:, t - 1] += out[1]      # give it to the step before
        else:
            dh0 += out[1]
        dWx += out[2]
        dWh += out[3]
        db += out[4]
    return dx, dh0, dWx, dWh, db
