"""TRUTH: right
STYLE: class with step methods, static helper, cache kept in the object's list
COURSE: generic
ARGS: x N D, prev_h N H, Wx D 3*H, Wh H 3*H, b 3*H
CALL: cell = GRUCell(); next_h, cache = cell.step_forward(x, prev_h, Wx, Wh, b)
BACK: dx, dprev_h, dWx, dWh, db = cell.step_backward(dnext_h, cache)
"""
import numpy as np


class GRUCell:
    gates = "zrn"
    update = "keep"

    @staticmethod
    def sigmoid(x):
        return 1 / (1 + np.exp(-x))

    def step_forward(self, x, prev_h, Wx, Wh, b):
        H = prev_h.shape[1]
        px = np.dot(x, Wx) + b
        z = self.sigmoid(px[:, :H] + np.dot(prev_h, Wh[:, :H]))
        r = self.sigmoid(px[:, H:2 * H] + np.dot(prev_h, Wh[:, H:2 * H]))
        rh = r * prev_h
        cand = np.tanh(px[:, 2 * H:] + np.dot(rh, Wh[:, 2 * H:]))
        next_h = z * prev_h + (1 - z) * cand
        cache = (x, prev_h, Wx, Wh, z, r, rh, cand)
        return next_h, cache

    def step_backward(self, dnext_h, cache):
        x, prev_h, Wx, Wh, z, r, rh, cand = cache
        H = prev_h.shape[1]
        dac = dnext_h * (1 - z) * (1 - cand ** 2)
        daz = dnext_h * (prev_h - cand) * z * (1 - z)
        drh = np.dot(dac, Wh[:, 2 * H:].T)
        dar = drh * prev_h * r * (1 - r)
        da = np.concatenate((daz, dar, dac), axis=1)
        dWh = np.zeros_like(Wh)
        dWh[:, :H] = np.dot(prev_h.T, daz)
        dWh[:, H:2 * H] = np.dot(prev_h.T, dar)
        dWh[:, 2 * H:] = np.dot(rh.T, dac)
        dprev_h = z * dnext_h + r * drh
        dprev_h += np.dot(daz, Wh[:, :H].T)
        dprev_h += np.dot(dar, Wh[:, H:2 * H].T)
        return np.dot(da, Wx.T), dprev_h, np.dot(x.T, da), dWh, da.sum(axis=0)
