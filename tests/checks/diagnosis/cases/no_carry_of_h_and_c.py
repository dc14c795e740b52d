"""TRUTH: neither da nor dc is handed on in the loop (13 of 20 public solutions of one course's
ungraded lstm_backward); the step is right. SHOULD: one cause: the loop hands nothing on."""

import numpy as np
CELL, LAYOUT, GATES = "lstm", "row", "ifog"
sig = lambda a: 1 / (1 + np.exp(-a))
def step_f(x, prev_h, prev_c, Wx, Wh, b):
    H = prev_h.shape[1]; a = x @ Wx + prev_h @ Wh + b
    i, f, o, g = sig(a[:, :H]), sig(a[:, H:2*H]), sig(a[:, 2*H:3*H]), np.tanh(a[:, 3*H:])
    c = f * prev_c + i * g
    return o * np.tanh(c), c, (x, prev_h, prev_c, i, f, o, g, c, Wx, Wh)
def step_b(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, i, f, o, g, c, Wx, Wh = cache; t = np.tanh(c)
    dc = dnext_c + dnext_h * o * (1 - t**2)
    da = np.hstack([dc * g * i * (1 - i), dc * prev_c * f * (1 - f), dnext_h * t * o * (1 - o), dc * i * (1 - g**2)])
    return da @ Wx.T, da @ Wh.T, dc * f, x.T @ da, prev_h.T @ da, da.sum(0)
def forward(x, h0, Wx, Wh, b):
    h, c, hs, ks = h0, np.zeros_like(h0), [], []
    for t in range(x.shape[1]):
        h, c, k = step_f(x[:, t], h, c, Wx, Wh, b); hs.append(h); ks.append(k)
    return np.stack(hs, 1), ks
def backward(dh, ks):
    T = dh.shape[1]; dx = np.zeros((len(dh), T, len(ks[0][8]))); s = [0, 0, 0]
    for t in reversed(range(T)):
        dx[:, t], dh0, dc0, *g = step_b(dh[:, t], np.zeros_like(dh[:, t]), ks[t]); s = [a + b for a, b in zip(s, g)]
    return dx, dh0, *s
