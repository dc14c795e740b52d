"""TRUTH: right
STYLE: one vector without a batch, np.outer, step
COURSE: generic
ARGS: x D, h_prev H, Wxh H D, Whh H H, bh H
CALL: h, cache = step_forward(x, h_prev, Wxh, Whh, bh)
BACK: dx, dh_prev, dWxh, dWhh, dbh = step_backward(dh, cache)
"""
import numpy as np

CELL = 'rnn'


def step_forward(x, h_prev, Wxh, Whh, bh):
    h = np.tanh(Wxh.dot(x) + Whh.dot(h_prev) + bh)
    return h, (x, h_prev, h, Wxh, Whh)


def step_backward(dh, cache):
    x, h_prev, h, Wxh, Whh = cache
    draw = (1 - h * h) * dh
    dbh = draw
    dWxh = np.outer(draw, x)
    dWhh = np.outer(draw, h_prev)
    dx = Wxh.T.dot(draw)
    dh_prev = Whh.T.dot(draw)
    return dx, dh_prev, dWxh, dWhh, dbh
