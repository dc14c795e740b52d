"""TRUTH: wrong
STYLE: only the loss, all in numpy
COURSE: cs231n
FUNCTION: temporal_softmax_loss
CAUSE: mask
ARGS: x N T V, y N T <V, mask N T ?
CALL: loss, grad = temporal_softmax_loss(x, y, mask)
BACK: dx = grad
LINE: 22
"""
import numpy as np


def temporal_softmax_loss(x, y, mask, verbose=False):
    N, T, V = x.shape
    shifted = x - np.max(x, axis=2, keepdims=True)
    logp = shifted - np.log(np.sum(np.exp(shifted), axis=2, keepdims=True))
    rows, cols = np.arange(N)[:, None], np.arange(T)[None]
    loss = -np.sum(logp[rows, cols, y] * mask) / N
    dx = np.exp(logp)
    dx[rows, cols, y] -= 1
    dx = dx / N
    return loss, dx
