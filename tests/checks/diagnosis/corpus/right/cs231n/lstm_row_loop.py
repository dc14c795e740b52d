"""TRUTH: right
STYLE: loops over rows and units
COURSE: cs231n
ARGS: x N D, prev_h N H, prev_c N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: next_h, next_c, cache = lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b)
BACK: dx, dprev_h, dprev_c, dWx, dWh, db = lstm_step_backward(dnext_h, dnext_c, cache)
ARGS: x N T D, h0 N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: h, cache = lstm_forward(x, h0, Wx, Wh, b)
BACK: dx, dh0, dWx, dWh, db = lstm_backward(dh, cache)
"""
import numpy as np


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    N = x.shape[0]
    H = prev_h.shape[1]
    next_h = np.zeros((N, H))
    next_c = np.zeros((N, H))
    acts = np.zeros((N, 4 * H))
    for n in range(N):
        row = np.dot(x[n], Wx) + np.dot(prev_h[n], Wh) + b
        for k in range(4 * H):
            if k < 3 * H:
                acts[n, k] = 1.0 / (1.0 + np.exp(-row[k]))
            else:
                acts[n, k] = np.tanh(row[k])
        for j in range(H):
            next_c[n, j] = acts[n, H + j] * prev_c[n, j] + acts[n, j] * acts[n, 3 * H + j]
            next_h[n, j] = acts[n, 2 * H + j] * np.tanh(next_c[n, j])
    return next_h, next_c, [x, prev_h, prev_c, Wx, Wh, acts, next_c]


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, acts, next_c = cache
    N, H = dnext_h.shape
    dx = np.zeros_like(x)
    dprev_h = np.zeros_like(prev_h)
    dprev_c = np.zeros_like(prev_c)
    dWx = np.zeros_like(Wx)
    dWh = np.zeros_like(Wh)
    db = np.zeros(4 * H)
    for n in range(N):
        d = np.zeros(4 * H)
        for j in range(H):
            i, f, o, g = acts[n, j], acts[n, H + j], acts[n, 2 * H + j], acts[n, 3 * H + j]
            tc = np.tanh(next_c[n, j])
            dcell = dnext_c[n, j] + dnext_h[n, j] * o * (1 - tc * tc)
            d[j] = dcell * g * i * (1 - i)
            d[H + j] = dcell * prev_c[n, j] * f * (1 - f)
            d[2 * H + j] = dnext_h[n, j] * tc * o * (1 - o)
            d[3 * H + j] = dcell * i * (1 - g * g)
            dprev_c[n, j] = dcell * f
        dx[n] = Wx.dot(d)
        dprev_h[n] = Wh.dot(d)
        dWx += np.outer(x[n], d)
        dWh += np.outer(prev_h[n], d)
        db += d
    return dx, dprev_h, dprev_c, dWx, dWh, db


def lstm_forward(x, h0, Wx, Wh, b):
    T = x.shape[1]
    h = np.zeros((x.shape[0], T, h0.shape[1]))
    c = np.zeros(h0.shape)
    last = h0
    cache = []
    t = 0
    while t < T:
        last, c, k = lstm_step_forward(x[:, t], last, c, Wx, Wh, b)
        h[:, t] = last
        cache.append(k)
        t += 1
    return h, cache


def lstm_backward(dh, cache):
    T = dh.shape[1]
    Wx, Wh = cache[0][3], cache[0][4]
    dx = np.zeros((dh.shape[0], T, Wx.shape[0]))
    dWx = 0 * Wx
    dWh = 0 * Wh
    db = np.zeros(Wx.shape[1])
    a = 0 * dh[:, 0]
    c = 0 * dh[:, 0]
    t = T
    while t > 0:
        t -= 1
        r = lstm_step_backward(a + dh[:, t], c, cache[t])
        dx[:, t], a, c = r[0], r[1], r[2]
        dWx, dWh, db = dWx + r[3], dWh + r[4], db + r[5]
    return dx, a, dWx, dWh, db
