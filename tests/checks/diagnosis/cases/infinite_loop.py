"""SHOULD: stop after some seconds and say in which line."""
import numpy as np
CELL, LAYOUT = "rnn", "row"
def step_forward(x, h, Wx, Wh, b):
    n = np.tanh(x @ Wx + h @ Wh + b); return n, (x, h, n, Wx, Wh)
def step_backward(dh, k):
    x, h, n, Wx, Wh = k
    while True: pass
    da = dh * (1 - n**2); return da @ Wx.T, da @ Wh.T, x.T @ da, h.T @ da, da.sum(0)
