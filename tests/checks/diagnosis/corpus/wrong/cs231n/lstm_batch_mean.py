"""TRUTH: wrong
STYLE: gates as a list, mean over the batch
COURSE: cs231n
FUNCTION: lstm_step_backward
CAUSE: batch_mean | averaged over the batch | batch
ARGS: x N D, prev_h N H, prev_c N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: next_h, next_c, cache = lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b)
BACK: dx, dprev_h, dprev_c, dWx, dWh, db = lstm_step_backward(dnext_h, dnext_c, cache)
LINE: 30
"""
import numpy as np


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    z = x @ Wx + prev_h @ Wh + b
    H = z.shape[1] // 4
    z[:, :3*H] = 1 / (1 + np.exp(-z[:, :3*H]))
    z[:, 3*H:] = np.tanh(z[:, 3*H:])
    i, f, o, g = [z[:, k*H:(k + 1)*H] for k in range(4)]
    next_c = i*g + f*prev_c
    return o*np.tanh(next_c), next_c, (x, prev_h, prev_c, Wx, Wh, (i, f, o, g), next_c)


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, (i, f, o, g), next_c = cache
    m = x.shape[0]
    t = np.tanh(next_c)
    dc = dnext_c + dnext_h*o*(1 - t**2)
    dz = np.concatenate([dc*g*i*(1 - i), dc*prev_c*f*(1 - f), dnext_h*t*o*(1 - o), dc*i*(1 - g**2)], axis=1)
    dWx, dWh, db = x.T @ dz/m, prev_h.T @ dz/m, np.mean(dz, axis=0)
    return dz @ Wx.T, dz @ Wh.T, dc*f, dWx, dWh, db
