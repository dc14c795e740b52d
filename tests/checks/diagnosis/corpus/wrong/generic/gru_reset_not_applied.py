"""TRUTH: wrong
STYLE: class with parameters in a dict, step in the object
COURSE: generic
FUNCTION: step_backward
CAUSE: reset_gate_not_applied | factor r
ARGS: x N D, prev_h N H, Wx D 3*H, Wh H 3*H, b 3*H
CALL: cell = GRU(); next_h, cache = cell.step_forward(x, prev_h, Wx, Wh, b)
BACK: dx, dprev_h, dWx, dWh, db = cell.step_backward(dnext_h, cache)
LINE: 41
"""
import numpy as np


class GRU:
    """gates in the order r, z, n; h = (1 - z) h' + z n"""

    gates = "rzn"

    def _s(self, x):
        return 1 / (1 + np.exp(-x))

    def step_forward(self, x, prev_h, Wx, Wh, b):
        H = prev_h.shape[1]
        p = x @ Wx + b
        q = prev_h @ Wh[:, :2 * H]
        r = self._s(p[:, :H] + q[:, :H])
        z = self._s(p[:, H:2 * H] + q[:, H:])
        n = np.tanh(p[:, 2 * H:] + (r * prev_h) @ Wh[:, 2 * H:])
        next_h = prev_h - z * prev_h + z * n
        return next_h, (x, prev_h, r, z, n, Wx, Wh)

    def step_backward(self, dnext_h, cache):
        x, prev_h, r, z, n, Wx, Wh = cache
        H = prev_h.shape[1]
        dn = z * dnext_h * (1 - n ** 2)
        dz = (n - prev_h) * dnext_h * z * (1 - z)
        back = dn @ Wh[:, 2 * H:].T
        dr = prev_h * back * r * (1 - r)
        gates = np.hstack([dr, dz])
        dprev_h = (1 - z) * dnext_h + gates @ Wh[:, :2 * H].T
        dprev_h += back
        everything = np.hstack([gates, dn])
        dWh = np.hstack([prev_h.T @ gates, (r * prev_h).T @ dn])
        return everything @ Wx.T, dprev_h, x.T @ everything, dWh, everything.sum(axis=0)
