"""TRUTH: partial
STYLE: forward and step right, the sequence begun and not finished
COURSE: generic
STATUS: unwritten
RIGHT: rnn_step_backward
UNWRITTEN: rnn_backward
ARGS: x N D, prev_h N H, Wx D H, Wh H H, b H
CALL: next_h, cache = rnn_step_forward(x, prev_h, Wx, Wh, b)
BACK: dx, dprev_h, dWx, dWh, db = rnn_step_backward(dnext_h, cache)
"""
import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(np.dot(x, Wx) + np.dot(prev_h, Wh) + b)
    return next_h, dict(x=x, prev_h=prev_h, Wx=Wx, Wh=Wh, next_h=next_h)


def rnn_step_backward(dnext_h, cache):
    da = dnext_h * (1 - cache["next_h"] ** 2)
    dx = np.dot(da, cache["Wx"].T)
    dprev_h = np.dot(da, cache["Wh"].T)
    dWx = np.dot(cache["x"].T, da)
    dWh = np.dot(cache["prev_h"].T, da)
    db = np.sum(da, axis=0)
    return dx, dprev_h, dWx, dWh, db


def rnn_forward(x, h0, Wx, Wh, b):
    h, caches, out = h0, [], []
    for t in range(x.shape[1]):
        h, cache = rnn_step_forward(x[:, t], h, Wx, Wh, b)
        caches.append(cache)
        out.append(h)
    return np.stack(out, axis=1), caches


def rnn_backward(dh, caches):
    dx, dh0, dWx, dWh, db = None, None, None, None, None
    # for t in reversed(range(T)): ...
    # how do I get the gradient of the next step here???
    return dx, dh0, dWx, dWh, db
