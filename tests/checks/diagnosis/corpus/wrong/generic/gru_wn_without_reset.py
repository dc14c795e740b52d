"""TRUTH: wrong
STYLE: sequence (N, T, D) without step, arrays for every gate, in-place sums
COURSE: generic
FUNCTION: gru_backward
CAUSE: W_hn_without_reset | r h' | reset
ARGS: x N T D, h0 N H, Wx D 3*H, Wh H 3*H, b 3*H
CALL: h, cache = gru_forward(x, h0, Wx, Wh, b)
BACK: dx, dh0, dWx, dWh, db = gru_backward(dh, cache)
LINE: 49
"""
import numpy as np

UPDATE = "keep"


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def gru_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    H = h0.shape[1]
    hs, rs, zs, ns = np.zeros((T + 1, N, H)), np.zeros((T, N, H)), np.zeros((T, N, H)), np.zeros((T, N, H))
    hs[0] = h0
    for t in range(T):
        a = x[:, t].dot(Wx) + b
        rs[t] = sigmoid(a[:, :H] + hs[t].dot(Wh[:, :H]))
        zs[t] = sigmoid(a[:, H:2*H] + hs[t].dot(Wh[:, H:2*H]))
        ns[t] = np.tanh(a[:, 2*H:] + (rs[t] * hs[t]).dot(Wh[:, 2*H:]))
        hs[t + 1] = zs[t] * hs[t] + (1 - zs[t]) * ns[t]
    return hs[1:].swapaxes(0, 1), (x, hs, rs, zs, ns, Wx, Wh)


def gru_backward(dh, cache):
    x, hs, rs, zs, ns, Wx, Wh = cache
    N, T, D = x.shape
    H = Wh.shape[0]
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(3 * H)
    d = np.zeros((N, H))
    for t in reversed(range(T)):
        h, r, z, n = hs[t], rs[t], zs[t], ns[t]
        d += dh[:, t]
        dn = d * (1 - z) * (1 - n * n)
        dz = d * (h - n) * z * (1 - z)
        drh = dn.dot(Wh[:, 2*H:].T)
        dr = drh * h * r * (1 - r)
        da = np.hstack((dr, dz, dn))
        dWx += x[:, t].T.dot(da)
        dWh += h.T.dot(da)
        db += da.sum(0)
        dx[:, t] += da.dot(Wx.T)
        d = d * z + drh * r + da[:, :2*H].dot(Wh[:, :2*H].T)
    return dx, d, dWx, dWh, db
