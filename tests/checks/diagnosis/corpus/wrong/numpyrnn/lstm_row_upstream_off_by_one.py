"""TRUTH: wrong
STYLE: the template's rows, sequence
COURSE: numpyrnn
FUNCTION: backward
CAUSE: upstream_off_by_one | dh[t - 1] | t-1
ARGS: x N T D, h0 N H, c0 N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: h, caches = forward(x, h0, c0, Wx, Wh, b)
BACK: dx, dh0, dc0, dWx, dWh, db = backward(dh, caches)
LINE: 48
"""
import numpy as np

CELL, LAYOUT, GATES = "lstm", "row", "ifog"


def sigmoid(a):
    return 0.5 * (1 + np.tanh(0.5 * a))


def step_forward(x, prev_h, prev_c, Wx, Wh, b):
    a_i, a_f, a_o, a_g = np.split(x @ Wx + prev_h @ Wh + b, 4, axis=1)
    i, f, o, g = sigmoid(a_i), sigmoid(a_f), sigmoid(a_o), np.tanh(a_g)
    next_c = f * prev_c + i * g
    tanh_c = np.tanh(next_c)
    next_h = o * tanh_c
    cache = x, prev_h, prev_c, i, f, o, g, tanh_c, Wx, Wh
    return next_h, next_c, cache


def forward(x, h0, c0, Wx, Wh, b):
    prev_h, prev_c = h0, c0
    h, caches = [], []
    for t in range(x.shape[1]):
        prev_h, prev_c, cache = step_forward(x[:, t], prev_h, prev_c, Wx, Wh, b)
        h.append(prev_h)
        caches.append(cache)
    return np.stack(h, axis=1), caches


def backward(dh, caches):
    N, T, H = dh.shape
    Wx, Wh = caches[0][-2:]
    dx = np.zeros((N, T, Wx.shape[0]))
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(4 * H)
    dprev_h, dprev_c = np.zeros((N, H)), np.zeros((N, H))
    for t in reversed(range(T)):
        x, prev_h, prev_c, i, f, o, g, tanh_c, _, _ = caches[t]
        dnext_h = dh[:, t - 1] + dprev_h
        dc = dprev_c + dnext_h * o * (1 - tanh_c**2)
        da = np.hstack([dc * g * i * (1 - i), dc * prev_c * f * (1 - f),
                        dnext_h * tanh_c * o * (1 - o), dc * i * (1 - g**2)])
        dx[:, t] = da @ Wx.T
        dWx += x.T @ da
        dWh += prev_h.T @ da
        db += da.sum(axis=0)
        dprev_h, dprev_c = da @ Wh.T, dc * f
    return dx, dprev_h, dprev_c, dWx, dWh, db
