"""TRUTH: right
STYLE: a script, training loop at the end of the file, prints
COURSE: generic
ARGS: x N T D, h0 N H, Wx D H, Wh H H, b H
CALL: h, cache = rnn_forward(x, h0, Wx, Wh, b)
BACK: dx, dh0, dWx, dWh, db = rnn_backward(dh, cache)
"""
import numpy as np

np.random.seed(1)


def rnn_forward(x, h0, Wx, Wh, b):
    h = np.zeros((x.shape[0], x.shape[1], h0.shape[1]))
    prev = h0
    for t in range(x.shape[1]):
        prev = np.tanh(x[:, t].dot(Wx) + prev.dot(Wh) + b)
        h[:, t] = prev
    return h, (x, h0, h.copy(), Wx, Wh)


def rnn_backward(dh, cache):
    x, h0, h, Wx, Wh = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(len(Wh))
    dprev = np.zeros_like(h0)
    for t in reversed(range(x.shape[1])):
        da = (dh[:, t] + dprev) * (1 - h[:, t] ** 2)
        dx[:, t] = da.dot(Wx.T)
        dWx += x[:, t].T.dot(da)
        dWh += (h[:, t - 1] if t else h0).T.dot(da)
        db += da.sum(axis=0)
        dprev = da.dot(Wh.T)
    return dx, dprev, dWx, dWh, db


# train to remember the first input
N, T, D, H = 8, 4, 1, 6
Wx, Wh, b = 0.5 * np.random.randn(D, H), 0.5 * np.random.randn(H, H), np.zeros(H)
Wy = 0.5 * np.random.randn(H, 1)
for it in range(60):
    x = np.random.randn(N, T, D)
    h, cache = rnn_forward(x, np.zeros((N, H)), Wx, Wh, b)
    y = h[:, -1].dot(Wy)
    err = y - x[:, 0]
    dh = np.zeros_like(h)
    dh[:, -1] = err.dot(Wy.T)
    _, _, dWx, dWh, db = rnn_backward(dh, cache)
    Wy -= 0.02 * h[:, -1].T.dot(err)
    for p, g in ((Wx, dWx), (Wh, dWh), (b, db)):
        p -= 0.02 * g
    if it % 20 == 0:
        print("iter", it, "loss", 0.5 * np.mean(err ** 2))
