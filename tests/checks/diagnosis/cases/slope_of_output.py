"""TRUTH: helper functions that take the pre-activation are called with the gates themselves:
sigma'(sigma(a)), tanh'(tanh(a)). The commonest real bug met (5 repositories). SHOULD: name it (the
RNN bank has slope_of_tanh_h, LSTM and GRU have not)."""

import numpy as np
CELL, LAYOUT, GATES = "lstm", "row", "ifog"
sig = lambda a: 1 / (1 + np.exp(-a))
def slope_sig(a): return sig(a) * (1 - sig(a))
def slope_tanh(a): return 1 - np.tanh(a)**2
def step_forward(x, prev_h, prev_c, Wx, Wh, b):
    H = prev_h.shape[1]; a = x @ Wx + prev_h @ Wh + b
    i, f, o, g = sig(a[:, :H]), sig(a[:, H:2*H]), sig(a[:, 2*H:3*H]), np.tanh(a[:, 3*H:])
    c = f * prev_c + i * g
    return o * np.tanh(c), c, (x, prev_h, prev_c, i, f, o, g, c, Wx, Wh)
def step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, i, f, o, g, c, Wx, Wh = cache; t = np.tanh(c)
    dc = dnext_c + dnext_h * o * (1 - t**2)
    da = np.hstack([dc * g * slope_sig(i), dc * prev_c * slope_sig(f), dnext_h * t * slope_sig(o), dc * i * slope_tanh(g)])
    return da @ Wx.T, da @ Wh.T, dc * f, x.T @ da, prev_h.T @ da, da.sum(0)
