"""TRUTH: right by the handout of CMU 11-785 HW3P1, which averages weight gradients over the batch.
SHOULD: an option (--reduction mean), or RIGHT with a note."""

import numpy as np
CELL, LAYOUT = "rnn", "row"
def step_forward(x, prev_h, Wx, Wh, b):
    h = np.tanh(x @ Wx + prev_h @ Wh + b); return h, (x, prev_h, h, Wx, Wh)
def step_backward(dnext_h, cache):
    x, p, h, Wx, Wh = cache; da = dnext_h * (1 - h**2); N = len(x)
    return da @ Wx.T, da @ Wh.T, x.T @ da / N, p.T @ da / N, da.mean(0)
