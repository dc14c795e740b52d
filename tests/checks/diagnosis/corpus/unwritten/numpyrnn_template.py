"""TRUTH: unwritten
STYLE: the template of the command, still empty
COURSE: numpyrnn
"""
import numpy as np

CELL, LAYOUT, GATES = "lstm", "row", "ifog"


def sigmoid(a):
    return 0.5 * (1 + np.tanh(0.5 * a))


def step_forward(x, prev_h, prev_c, Wx, Wh, b):
    """x (N, D), prev_h and prev_c (N, H), Wx (D, 4H), Wh (H, 4H), b (4H,)."""
    a_i, a_f, a_o, a_g = np.split(x @ Wx + prev_h @ Wh + b, 4, axis=1)
    i, f, o, g = sigmoid(a_i), sigmoid(a_f), sigmoid(a_o), np.tanh(a_g)
    next_c = f * prev_c + i * g
    tanh_c = np.tanh(next_c)
    next_h = o * tanh_c
    cache = x, prev_h, prev_c, i, f, o, g, tanh_c, Wx, Wh
    return next_h, next_c, cache


def step_backward(dnext_h, dnext_c, cache):
    """one step back; cache is what step_forward returned beside the state."""
    # To be written. It ends with
    # return dx, dprev_h, dprev_c, dWx, dWh, db
