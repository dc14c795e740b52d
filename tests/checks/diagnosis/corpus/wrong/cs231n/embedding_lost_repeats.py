"""TRUTH: wrong
STYLE: only embedding and affine, fancy-index add
COURSE: cs231n
FUNCTION: word_embedding_backward
CAUSE: add.at | repeat | more than once | twice
ARGS: x N T <V, W V D
CALL: out, cache = word_embedding_forward(x, W)
BACK: dW = word_embedding_backward(dout, cache)
ARGS: x N T D, w D M, b M
CALL: out, cache = temporal_affine_forward(x, w, b)
BACK: dx, dw, db = temporal_affine_backward(dout, cache)
LINE: 26
"""
import numpy as np


def word_embedding_forward(x, W):
    out = W[x, :]
    cache = x, W
    return out, cache


def word_embedding_backward(dout, cache):
    x, W = cache
    dW = np.zeros_like(W)
    dW[x] += dout
    return dW


def temporal_affine_forward(x, w, b):
    N, T, D = x.shape
    out = x.reshape(-1, D).dot(w) + b
    return out.reshape(N, T, -1), (x, w)


def temporal_affine_backward(dout, cache):
    x, w = cache
    dflat = dout.reshape(-1, dout.shape[2])
    dx = dflat.dot(w.T).reshape(x.shape)
    dw = x.reshape(-1, x.shape[2]).T.dot(dflat)
    return dx, dw, dflat.sum(axis=0)
