"""TRUTH: right for one vector at a time (no batch). SHOULD: x comes as (N, D); your code takes one
vector: BATCH = False."""
import numpy as np
CELL, LAYOUT = "rnn", "row"
def step_forward(x, prev_h, Wx, Wh, b):
    h = np.tanh(Wx.T.dot(x) + Wh.T.dot(prev_h) + b); return h, (x, prev_h, h, Wx, Wh)
def step_backward(dnext_h, cache):
    x, p, h, Wx, Wh = cache; da = dnext_h * (1 - h**2)
    return Wx @ da, Wh @ da, np.outer(x, da), np.outer(p, da), da
