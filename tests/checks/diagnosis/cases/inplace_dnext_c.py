"""TRUTH: every number right, the sequence right (the usual CS231n solution: dnext_c += ...).
SHOULD: RIGHT (exit 0) with a note naming dnext_c and its line."""

import numpy as np
CELL, LAYOUT, GATES = "lstm", "row", "ifog"
sig = lambda a: 1 / (1 + np.exp(-a))
def step_forward(x, prev_h, prev_c, Wx, Wh, b):
    H = prev_h.shape[1]; a = x @ Wx + prev_h @ Wh + b
    i, f, o, g = sig(a[:, :H]), sig(a[:, H:2*H]), sig(a[:, 2*H:3*H]), np.tanh(a[:, 3*H:])
    c = f * prev_c + i * g
    return o * np.tanh(c), c, (x, prev_h, prev_c, i, f, o, g, c, Wx, Wh)
def step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, i, f, o, g, c, Wx, Wh = cache; t = np.tanh(c)
    dnext_c += dnext_h * o * (1 - t**2); dc = dnext_c
    da = np.hstack([dc * g * i * (1 - i), dc * prev_c * f * (1 - f), dnext_h * t * o * (1 - o), dc * i * (1 - g**2)])
    return da @ Wx.T, da @ Wh.T, dc * f, x.T @ da, prev_h.T @ da, da.sum(0)
