"""TRUTH: db of the step is a scalar; the sequence is not written. SHOULD: "... is not written
yet"."""
import numpy as np
CELL, LAYOUT = "rnn", "row"
def step_forward(x, h, Wx, Wh, b):
    n = np.tanh(x @ Wx + h @ Wh + b); return n, (x, h, n, Wx, Wh)
def step_backward(dh, k):
    x, h, n, Wx, Wh = k; da = dh * (1 - n**2); return da @ Wx.T, da @ Wh.T, x.T @ da, h.T @ da, da.sum()
def forward(x, h0, Wx, Wh, b):
    h, cache = None, None
    return h, cache
def backward(dh, cache):
    return None, None, None, None, None
