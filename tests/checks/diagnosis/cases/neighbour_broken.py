"""TRUTH: the syntax error is in line 3 of neighbour_broken_part.py. SHOULD: name the file."""

from neighbour_broken_part import z
import numpy as np
CELL, LAYOUT = "rnn", "row"
def step_f(x, h, Wx, Wh, b):
    n = np.tanh(x @ Wx + h @ Wh + b); return n, (x, h, n, Wx, Wh)
def step_b(dh, k):
    x, h, n, Wx, Wh = k; da = dh * (1 - n**2); return da @ Wx.T, da @ Wh.T, x.T @ da, h.T @ da, da.sum(0)
