"""TRUTH: wrong
STYLE: einsum, all at once after the loop, clipping by norm
COURSE: generic
FUNCTION: rnn_backward
CAUSE: norm
ARGS: x N T D, h0 N H, Wx D H, Wh H H, b H
CALL: h, cache = rnn_forward(x, h0, Wx, Wh, b)
BACK: dx, dh0, dWx, dWh, db = rnn_backward(dh, cache)
LINE: 34
"""
import numpy as np


def rnn_forward(x, h0, Wx, Wh, b):
    hs = np.empty((x.shape[0], x.shape[1] + 1, h0.shape[1]))
    hs[:, 0] = h0
    for t in range(x.shape[1]):
        hs[:, t + 1] = np.tanh(np.einsum("nd,dh->nh", x[:, t], Wx) + np.einsum("nk,kh->nh", hs[:, t], Wh) + b)
    return hs[:, 1:].copy(), (x, hs, Wx, Wh)


def rnn_backward(dh, cache):
    x, hs, Wx, Wh = cache
    T = x.shape[1]
    da = np.empty_like(dh)
    carry = np.zeros_like(dh[:, 0])
    for t in range(T - 1, -1, -1):
        da[:, t] = (dh[:, t] + carry) * (1 - hs[:, t + 1] ** 2)
        carry = np.einsum("nh,kh->nk", da[:, t], Wh)
    dx = np.einsum("nth,dh->ntd", da, Wx)
    grads = [np.einsum("ntd,nth->dh", x, da), np.einsum("ntk,nth->kh", hs[:, :-1], da), da.sum(axis=(0, 1))]
    norm = np.sqrt(sum(np.sum(g ** 2) for g in grads))
    if norm > 1:
        grads = [g / norm for g in grads]
    return (dx, carry, *grads)
