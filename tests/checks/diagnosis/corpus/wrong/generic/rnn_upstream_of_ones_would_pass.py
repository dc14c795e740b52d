"""TRUTH: wrong
STYLE: vectors without a batch, dh summed over the units by mistake
COURSE: generic
FUNCTION: step_backward
CAUSE: mean | equal | sum | axis
ARGS: x D, h_prev H, Wxh H D, Whh H H, bh H
CALL: h, cache = step_forward(x, h_prev, Wxh, Whh, bh)
BACK: dx, dh_prev, dWxh, dWhh, dbh = step_backward(dh, cache)
LINE: 25
"""
import numpy as np

CELL = "rnn"
BATCH = False


def step_forward(x, h_prev, Wxh, Whh, bh):
    h = np.tanh(Wxh @ x + Whh @ h_prev + bh)
    return h, (x, h_prev, h, Wxh, Whh)


def step_backward(dh, cache):
    x, h_prev, h, Wxh, Whh = cache
    # dh is the same for every unit, isn't it?
    draw = np.mean(dh) * (1 - h ** 2)
    return Wxh.T @ draw, Whh.T @ draw, np.outer(draw, x), np.outer(draw, h_prev), draw
