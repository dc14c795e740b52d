"""TRUTH: a right GRU with reset after the product and no bias inside it (a common form). SHOULD:
accept it without bhn."""

import numpy as np
CELL, LAYOUT, GATES, UPDATE = "gru", "row", "rzn", "keep"
sig = lambda a: 1 / (1 + np.exp(-a))
def step_forward(x, prev_h, Wx, Wh, b):
    H = prev_h.shape[1]; X, U = x @ Wx + b, prev_h @ Wh
    r, z = sig(X[:, :H] + U[:, :H]), sig(X[:, H:2*H] + U[:, H:2*H]); s = U[:, 2*H:]; n = np.tanh(X[:, 2*H:] + r * s)
    return z * prev_h + (1 - z) * n, (x, prev_h, r, z, n, s, Wx, Wh)
def step_backward(dnext_h, cache):
    x, p, r, z, n, s, Wx, Wh = cache
    dn = dnext_h * (1 - z) * (1 - n**2); dz = dnext_h * (p - n) * z * (1 - z); dr = dn * s * r * (1 - r)
    dX, dU = np.hstack([dr, dz, dn]), np.hstack([dr, dz, dn * r])
    return dX @ Wx.T, dnext_h * z + dU @ Wh.T, x.T @ dX, p.T @ dU, dX.sum(0)
