"""TRUTH: right
STYLE: last-state only net, h0 always zero, gates in one product
COURSE: generic
ARGS: x N T D, Wx D 4*H, Wh H 4*H, b 4*H
CALL: h, cache = lstm_forward(x, Wx, Wh, b)
BACK: dx, dWx, dWh, db = lstm_backward(dh, cache)
"""
import numpy as np

CELL = "lstm"
GATES = "ifog"
OUTPUT = "last"
H0 = "zero"


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm_forward(x, Wx, Wh, b):
    N, T, D = x.shape
    H = Wh.shape[0]
    h, c = np.zeros((N, H)), np.zeros((N, H))
    cache = []
    for t in range(T):
        a = x[:, t] @ Wx + h @ Wh + b
        i, f, o = sigmoid(a[:, :H]), sigmoid(a[:, H:2*H]), sigmoid(a[:, 2*H:3*H])
        g = np.tanh(a[:, 3*H:])
        c_old, h_old = c, h
        c = f * c_old + i * g
        h = o * np.tanh(c)
        cache.append((x[:, t], h_old, c_old, i, f, o, g, c))
    return h, (cache, Wx, Wh)


def lstm_backward(dh, cache):
    steps, Wx, Wh = cache
    dWx = np.zeros_like(Wx)
    dWh = np.zeros_like(Wh)
    db = np.zeros(Wx.shape[1])
    dx = []
    dc = np.zeros_like(dh)
    for xt, h_old, c_old, i, f, o, g, c in reversed(steps):
        tc = np.tanh(c)
        dc = dc + dh * o * (1 - tc * tc)
        da = np.hstack([dc * g * i * (1 - i), dc * c_old * f * (1 - f), dh * tc * o * (1 - o), dc * i * (1 - g * g)])
        dWx += xt.T @ da
        dWh += h_old.T @ da
        db += da.sum(0)
        dx.append(da @ Wx.T)
        dh = da @ Wh.T
        dc = dc * f
    dx.reverse()
    return np.stack(dx, axis=1), dWx, dWh, db
