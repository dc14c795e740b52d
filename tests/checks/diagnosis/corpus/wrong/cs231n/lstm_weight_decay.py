"""TRUTH: wrong
STYLE: regularisation inside the sequence, helper for one gate
COURSE: cs231n
FUNCTION: lstm_backward
CAUSE: decay | multiple of
ARGS: x N T D, h0 N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: h, cache = lstm_forward(x, h0, Wx, Wh, b)
BACK: dx, dh0, dWx, dWh, db = lstm_backward(dh, cache)
LINE: 60
"""
import numpy as np

reg = 0.05


def gate(a, k, act):
    H = a.shape[1] // 4
    return act(a[:, k * H:(k + 1) * H])


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def lstm_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    h, c = h0, np.zeros_like(h0)
    hs, cache = [], []
    for t in range(T):
        a = x[:, t].dot(Wx) + h.dot(Wh) + b
        i, f, o, g = gate(a, 0, sigmoid), gate(a, 1, sigmoid), gate(a, 2, sigmoid), gate(a, 3, np.tanh)
        c_new = f * c + i * g
        h_new = o * np.tanh(c_new)
        cache.append((x[:, t], h, c, i, f, o, g, c_new, Wx, Wh))
        h, c = h_new, c_new
        hs.append(h)
    return np.stack(hs, axis=1), cache


def lstm_backward(dh, cache):
    N, T, H = dh.shape
    Wx, Wh = cache[0][-2:]
    dx = np.zeros((N, T, Wx.shape[0]))
    dWx = np.zeros_like(Wx)
    dWh = np.zeros_like(Wh)
    db = np.zeros(4 * H)
    dhn, dcn = np.zeros((N, H)), np.zeros((N, H))
    for t in reversed(range(T)):
        x, h, c, i, f, o, g, c_new, _, _ = cache[t]
        dht = dh[:, t] + dhn
        tc = np.tanh(c_new)
        dct = dcn + dht * o * (1 - tc ** 2)
        da = np.hstack([dct * g * i * (1 - i), dct * c * f * (1 - f), dht * tc * o * (1 - o), dct * i * (1 - g ** 2)])
        dx[:, t] = da.dot(Wx.T)
        dhn = da.dot(Wh.T)
        dcn = dct * f
        dWx += x.T.dot(da)
        dWh += h.T.dot(da)
        db += da.sum(0)
    dWx += reg * Wx
    return dx, dhn, dWx, dWh, db
