"""TRUTH: wrong
STYLE: loops over rows, do with c in place of tanh(c)
COURSE: cs231n
FUNCTION: lstm_step_backward
CAUSE: do_uses_c
ARGS: x N D, prev_h N H, prev_c N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: next_h, next_c, cache = lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b)
BACK: dx, dprev_h, dprev_c, dWx, dWh, db = lstm_step_backward(dnext_h, dnext_c, cache)
LINE: 35
"""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    a = np.array([row @ Wx + state @ Wh + b for row, state in zip(x, prev_h)])
    H = prev_h.shape[1]
    a[:, :3 * H] = sigmoid(a[:, :3 * H])
    a[:, 3 * H:] = np.tanh(a[:, 3 * H:])
    i, f, o, g = [a[:, k * H:(k + 1) * H] for k in range(4)]
    c = f * prev_c + i * g
    return o * np.tanh(c), c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, c)


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, c = cache
    dx, dprev_h = np.zeros_like(x), np.zeros_like(prev_h)
    dprev_c = np.zeros_like(prev_c)
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(Wx.shape[1])
    for n in range(x.shape[0]):
        dc = dnext_c[n] + dnext_h[n] * o[n] * (1 - np.tanh(c[n]) ** 2)
        do = dnext_h[n] * c[n]
        da = np.concatenate([dc * g[n] * i[n] * (1 - i[n]), dc * prev_c[n] * f[n] * (1 - f[n]),
                             do * o[n] * (1 - o[n]), dc * i[n] * (1 - g[n] ** 2)])
        dx[n], dprev_h[n], dprev_c[n] = Wx @ da, Wh @ da, dc * f[n]
        dWx += np.outer(x[n], da)
        dWh += np.outer(prev_h[n], da)
        db += da
    return dx, dprev_h, dprev_c, dWx, dWh, db
