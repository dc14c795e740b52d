"""TRUTH: right
STYLE: the gates in the cache are overwritten in the backward pass, step and sequence
COURSE: cs231n
NOTE: cache
ARGS: x N D, prev_h N H, prev_c N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: next_h, next_c, cache = lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b)
BACK: dx, dprev_h, dprev_c, dWx, dWh, db = lstm_step_backward(dnext_h, dnext_c, cache)
ARGS: x N T D, h0 N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: h, cache = lstm_forward(x, h0, Wx, Wh, b)
BACK: dx, dh0, dWx, dWh, db = lstm_backward(dh, cache)
"""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    H = prev_h.shape[1]
    a = x @ Wx + prev_h @ Wh + b
    act = np.concatenate([sigmoid(a[:, :3 * H]), np.tanh(a[:, 3 * H:])], axis=1)
    next_c = act[:, H:2 * H] * prev_c + act[:, :H] * act[:, 3 * H:]
    next_h = act[:, 2 * H:3 * H] * np.tanh(next_c)
    return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, act, next_c)


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, act, next_c = cache
    H = prev_h.shape[1]
    i, f, o, g = [act[:, k * H:(k + 1) * H].copy() for k in range(4)]
    t = np.tanh(next_c)
    dc = dnext_c + dnext_h * o * (1 - t ** 2)
    # nobody needs the activations any more: write the gradient over them
    act[:, :H] = dc * g * i * (1 - i)
    act[:, H:2 * H] = dc * prev_c * f * (1 - f)
    act[:, 2 * H:3 * H] = dnext_h * t * o * (1 - o)
    act[:, 3 * H:] = dc * i * (1 - g ** 2)
    return act @ Wx.T, act @ Wh.T, dc * f, x.T @ act, prev_h.T @ act, act.sum(axis=0)


def lstm_forward(x, h0, Wx, Wh, b):
    h, c, hs, ks = h0, np.zeros_like(h0), [], []
    for t in range(x.shape[1]):
        h, c, k = lstm_step_forward(x[:, t], h, c, Wx, Wh, b)
        hs.append(h)
        ks.append(k)
    return np.stack(hs, axis=1), ks


def lstm_backward(dh, cache):
    T = dh.shape[1]
    dx, a, c, sums = [None] * T, 0, 0, [0, 0, 0]
    for t in range(T - 1, -1, -1):
        dx[t], a, c, *share = lstm_step_backward(dh[:, t] + a, c, cache[t])
        sums = [s + new for s, new in zip(sums, share)]
    return (np.stack(dx, axis=1), a, *sums)
