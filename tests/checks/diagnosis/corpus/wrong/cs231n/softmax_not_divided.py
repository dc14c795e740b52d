"""TRUTH: wrong
STYLE: the loss is a mean, the gradient a sum
COURSE: cs231n
FUNCTION: temporal_softmax_loss
CAUSE: multiplied | divided | times the right
ARGS: x N T V, y N T <V, mask N T ?
CALL: loss, grad = temporal_softmax_loss(x, y, mask)
BACK: dx = grad
LINE: 20
"""
import numpy as np


def temporal_softmax_loss(x, y, mask, verbose=False):
    N, T, V = x.shape
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    p = e / e.sum(axis=-1, keepdims=True)
    target = np.eye(V)[y]
    loss = -np.sum(np.log(np.sum(p * target, axis=-1)) * mask) / N
    dx = (p - target) * mask[..., None]
    return loss, dx
