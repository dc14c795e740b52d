"""TRUTH: a right backward pass whose cache holds c where the template's holds tanh(c); the forward
pass is not in the file. SHOULD: say whose cache was given, and compare the names it is unpacked
into."""
import numpy as np
CELL, LAYOUT, GATES = "lstm", "row", "ifog"
sig = lambda a: 1 / (1 + np.exp(-a))
def step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, i, f, o, g, c, Wx, Wh = cache; t = np.tanh(c)
    dc = dnext_c + dnext_h * o * (1 - t**2)
    da = np.hstack([dc * g * i * (1 - i), dc * prev_c * f * (1 - f), dnext_h * t * o * (1 - o), dc * i * (1 - g**2)])
    return da @ Wx.T, da @ Wh.T, dc * f, x.T @ da, prev_h.T @ da, da.sum(0)
