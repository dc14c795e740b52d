"""TRUTH: right
STYLE: the template's rows, filled in
COURSE: numpyrnn
ARGS: x N T D, h0 N H, Wx D H, Wh H H, b H
CALL: h, caches = forward(x, h0, Wx, Wh, b)
BACK: dx, dh0, dWx, dWh, db = backward(dh, caches)
"""
import numpy as np

CELL, LAYOUT, GATES = "rnn", "row", "h"


def step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    cache = x, prev_h, next_h, Wx, Wh
    return next_h, cache


def forward(x, h0, Wx, Wh, b):
    prev_h = h0
    h, caches = [], []
    for t in range(x.shape[1]):
        prev_h, cache = step_forward(x[:, t], prev_h, Wx, Wh, b)
        h.append(prev_h)
        caches.append(cache)
    return np.stack(h, axis=1), caches


def backward(dh, caches):
    das = []
    later = 0
    for t in reversed(range(len(caches))):
        x, prev_h, next_h, Wx, Wh = caches[t]
        da = (later + dh[:, t]) * (1 - next_h ** 2)
        das.insert(0, da)
        later = da @ Wh.T
    dx = np.stack([da @ Wx.T for da in das], axis=1)
    dWx = sum(cache[0].T @ da for cache, da in zip(caches, das))
    dWh = sum(cache[1].T @ da for cache, da in zip(caches, das))
    db = sum(da.sum(axis=0) for da in das)
    return dx, later, dWx, dWh, db
