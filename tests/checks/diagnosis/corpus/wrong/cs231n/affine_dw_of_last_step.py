"""TRUTH: wrong
STYLE: only affine and embedding, dw assigned in the loop
COURSE: cs231n
FUNCTION: temporal_affine_backward
CAUSE: overwritten | last step | not summed
ARGS: x N T D, w D M, b M
CALL: out, cache = temporal_affine_forward(x, w, b)
BACK: dx, dw, db = temporal_affine_backward(dout, cache)
ARGS: x N T <V, W V D
CALL: out, cache = word_embedding_forward(x, W)
BACK: dW = word_embedding_backward(dout, cache)
LINE: 29
"""
import numpy as np


def temporal_affine_forward(x, w, b):
    out = np.stack([x[:, t].dot(w) + b for t in range(x.shape[1])], axis=1)
    return out, (x, w)


def temporal_affine_backward(dout, cache):
    x, w = cache
    dx = np.zeros_like(x)
    dw = np.zeros_like(w)
    db = np.zeros(w.shape[1])
    for t in range(x.shape[1]):
        dx[:, t] = dout[:, t].dot(w.T)
        dw = x[:, t].T.dot(dout[:, t])
        db += dout[:, t].sum(axis=0)
    return dx, dw, db


def word_embedding_forward(x, W):
    return np.take(W, x, axis=0), (x, W.shape)


def word_embedding_backward(dout, cache):
    x, (V, D) = cache
    dW = np.zeros((V, D))
    np.add.at(dW, x.ravel(), dout.reshape(-1, D))
    return dW
