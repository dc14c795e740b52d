"""TRUTH: right
STYLE: only the layers around the cell, one-hot products, loops for the loss
COURSE: cs231n
ARGS: x N T <V, W V D
CALL: out, cache = word_embedding_forward(x, W)
BACK: dW = word_embedding_backward(dout, cache)
ARGS: x N T D, w D M, b M
CALL: out, cache = temporal_affine_forward(x, w, b)
BACK: dx, dw, db = temporal_affine_backward(dout, cache)
ARGS: x N T V, y N T <V, mask N T ?
CALL: loss, grad = temporal_softmax_loss(x, y, mask)
BACK: dx = grad
"""
import numpy as np


def word_embedding_forward(x, W):
    V, D = W.shape
    onehot = (x[..., None] == np.arange(V)).astype(W.dtype)   # N x T x V
    out = onehot @ W
    return out, onehot


def word_embedding_backward(dout, cache):
    onehot = cache
    dW = np.tensordot(onehot, dout, axes=([0, 1], [0, 1]))
    return dW


def temporal_affine_forward(x, w, b):
    out = np.matmul(x, w) + b[None, None]
    cache = {"x": x, "w": w, "b": b}
    return out, cache


def temporal_affine_backward(dout, cache):
    x = cache["x"]
    dx = np.matmul(dout, cache["w"].T)
    dw = np.zeros(cache["w"].shape)
    db = np.zeros(cache["b"].shape)
    for n in range(x.shape[0]):
        for t in range(x.shape[1]):
            dw += np.outer(x[n, t], dout[n, t])
            db += dout[n, t]
    return dx, dw, db


def temporal_softmax_loss(x, y, mask, verbose=False):
    N, T, V = x.shape
    dx = np.zeros(x.shape)
    loss = 0.0
    for n in range(N):
        for t in range(T):
            if not mask[n, t]:
                continue
            s = x[n, t] - np.max(x[n, t])
            p = np.exp(s) / np.sum(np.exp(s))
            loss -= np.log(p[y[n, t]])
            dx[n, t] = p
            dx[n, t, y[n, t]] -= 1
    return loss / N, dx / N
