"""TRUTH: wrong
STYLE: loops over rows, gates o f i g
COURSE: generic
FUNCTION: lstm_step_backward
CAUSE: dc_prev_before_tanh | through h and tanh(c)
ARGS: x N D, prev_h N H, prev_c N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: next_h, next_c, cache = lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b)
BACK: dx, dprev_h, dprev_c, dWx, dWh, db = lstm_step_backward(dnext_h, dnext_c, cache)
LINE: 39
"""
import numpy as np

GATES = "ofig"


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    N, H = prev_h.shape
    next_h, next_c = np.zeros((N, H)), np.zeros((N, H))
    rows = []
    for n in range(N):
        a = x[n] @ Wx + prev_h[n] @ Wh + b
        o, f, i = sigmoid(a[:H]), sigmoid(a[H:2*H]), sigmoid(a[2*H:3*H])
        g = np.tanh(a[3*H:])
        next_c[n] = f * prev_c[n] + i * g
        next_h[n] = o * np.tanh(next_c[n])
        rows.append((o, f, i, g))
    return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, rows, next_c)


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, rows, next_c = cache
    dx, dprev_h, dprev_c = np.zeros_like(x), np.zeros_like(prev_h), np.zeros_like(prev_c)
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(Wx.shape[1])
    for n, (o, f, i, g) in enumerate(rows):
        dprev_c[n] = dnext_c[n] * f
        tc = np.tanh(next_c[n])
        dc = dnext_c[n] + dnext_h[n] * o * (1 - tc ** 2)
        da = np.concatenate([dnext_h[n] * tc * o * (1 - o),
                             dc * prev_c[n] * f * (1 - f),
                             dc * g * i * (1 - i),
                             dc * i * (1 - g ** 2)])
        dx[n] = Wx @ da
        dprev_h[n] = Wh @ da
        dWx += x[n][:, None] * da
        dWh += prev_h[n][:, None] * da
        db += da
    return dx, dprev_h, dprev_c, dWx, dWh, db
