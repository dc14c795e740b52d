"""TRUTH: right
STYLE: one matrix on [h, x], (H + D, 4H), step and sequence
COURSE: generic
ARGS: x N D, h_prev N H, c_prev N H, W H+D 4*H, b 4*H
CALL: h, c, cache = lstm_step_forward(x, h_prev, c_prev, W, b)
BACK: dx, dh_prev, dc_prev, dW, db = lstm_step_backward(dh, dc, cache)
ARGS: x N T D, h0 N H, c0 N H, W H+D 4*H, b 4*H
CALL: hs, caches = lstm_forward(x, h0, c0, W, b)
BACK: dx, dh0, dc0, dW, db = lstm_backward(dhs, caches)
"""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm_step_forward(x, h_prev, c_prev, W, b):
    H = h_prev.shape[1]
    hx = np.concatenate([h_prev, x], axis=1)
    z = hx @ W + b
    f = sigmoid(z[:, :H])
    i = sigmoid(z[:, H:2 * H])
    g = np.tanh(z[:, 2 * H:3 * H])
    o = sigmoid(z[:, 3 * H:])
    c = c_prev * f + g * i
    h = o * np.tanh(c)
    return h, c, (hx, c_prev, f, i, g, o, c, W)


def lstm_step_backward(dh, dc, cache):
    hx, c_prev, f, i, g, o, c, W = cache
    H = dh.shape[1]
    tanh_c = np.tanh(c)
    dc_all = dc + dh * o * (1 - tanh_c ** 2)
    dz = np.empty((dh.shape[0], 4 * H))
    dz[:, :H] = dc_all * c_prev * f * (1 - f)
    dz[:, H:2 * H] = dc_all * g * i * (1 - i)
    dz[:, 2 * H:3 * H] = dc_all * i * (1 - g ** 2)
    dz[:, 3 * H:] = dh * tanh_c * o * (1 - o)
    dhx = dz @ W.T
    return dhx[:, H:], dhx[:, :H], dc_all * f, hx.T @ dz, dz.sum(axis=0)


def lstm_forward(x, h0, c0, W, b):
    h, c = h0, c0
    hs, caches = [], []
    for t in range(x.shape[1]):
        h, c, cache = lstm_step_forward(x[:, t], h, c, W, b)
        hs.append(h)
        caches.append(cache)
    return np.stack(hs, axis=1), caches


def lstm_backward(dhs, caches):
    N, T, H = dhs.shape
    W = caches[0][-1]
    dx = np.zeros((N, T, W.shape[0] - H))
    dW, db = np.zeros_like(W), np.zeros(W.shape[1])
    dh, dc = np.zeros((N, H)), np.zeros((N, H))
    for t in reversed(range(T)):
        dx[:, t], dh, dc, dW_t, db_t = lstm_step_backward(dhs[:, t] + dh, dc, caches[t])
        dW += dW_t
        db += db_t
    return dx, dh, dc, dW, db
