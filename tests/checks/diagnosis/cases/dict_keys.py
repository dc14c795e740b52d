"""TRUTH: right, a dict with dh_prev for dprev_h. SHOULD: say which keys came and which are wanted,
or take the usual names."""
import numpy as np
CELL, LAYOUT = "rnn", "row"
def step_forward(x, h, Wx, Wh, b):
    n = np.tanh(x @ Wx + h @ Wh + b); return n, (x, h, n, Wx, Wh)
def step_backward(dh, k):
    x, h, n, Wx, Wh = k; da = dh * (1 - n**2); return {"dx": da @ Wx.T, "dh_prev": da @ Wh.T, "dWx": x.T @ da, "dWh": h.T @ da, "db": da.sum(0)}
