"""TRUTH: unwritten
STYLE: forward written, backward only a docstring and ...
COURSE: generic
"""
import numpy as np


def rnn_forward(x, h0, Wx, Wh, b):
    h = h0
    hs, cache = [], []
    for t in range(x.shape[1]):
        prev = h
        h = np.tanh(x[:, t] @ Wx + prev @ Wh + b)
        hs.append(h)
        cache.append((x[:, t], prev, h, Wx, Wh))
    return np.stack(hs, axis=1), cache


def rnn_backward(dh, cache):
    """Your turn!"""
    ...
