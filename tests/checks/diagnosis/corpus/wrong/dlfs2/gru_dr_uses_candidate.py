"""TRUTH: wrong
STYLE: GRU alone, the candidate in the place of the old state in dr
COURSE: dlfs2
FUNCTION: GRU.backward
CAUSE: dr_uses_candidate | dr has the factor n
LINE: 40
"""
import numpy as np
from common.functions import sigmoid


class GRU:
    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]
        self.cache = None

    def forward(self, x, h_prev):
        Wx, Wh, b = self.params
        H = Wh.shape[0]
        Wxz, Wxr, Wxh = np.split(Wx, 3, axis=1)
        Whz, Whr, Whh = np.split(Wh, 3, axis=1)
        bz, br, bh = np.split(b, 3)
        z = sigmoid(np.dot(x, Wxz) + np.dot(h_prev, Whz) + bz)
        r = sigmoid(np.dot(x, Wxr) + np.dot(h_prev, Whr) + br)
        h_hat = np.tanh(np.dot(x, Wxh) + np.dot(r * h_prev, Whh) + bh)
        h_next = (1 - z) * h_prev + z * h_hat
        self.cache = (x, h_prev, z, r, h_hat)
        return h_next

    def backward(self, dh_next):
        Wx, Wh, b = self.params
        x, h_prev, z, r, h_hat = self.cache
        Wxz, Wxr, Wxh = np.split(Wx, 3, axis=1)
        Whz, Whr, Whh = np.split(Wh, 3, axis=1)

        dt_h = dh_next * z * (1 - h_hat ** 2)
        dhr = np.dot(dt_h, Whh.T)
        dt_z = dh_next * (h_hat - h_prev) * z * (1 - z)
        dt_r = dhr * h_hat * r * (1 - r)

        dh_prev = dh_next * (1 - z)
        dh_prev += dhr * r
        dh_prev += np.dot(dt_z, Whz.T)
        dh_prev += np.dot(dt_r, Whr.T)
        dx = np.dot(dt_z, Wxz.T) + np.dot(dt_r, Wxr.T) + np.dot(dt_h, Wxh.T)

        self.grads[0][...] = np.hstack([np.dot(x.T, dt) for dt in (dt_z, dt_r, dt_h)])
        self.grads[1][...] = np.hstack([np.dot(h_prev.T, dt_z), np.dot(h_prev.T, dt_r), np.dot((r * h_prev).T, dt_h)])
        self.grads[2][...] = np.hstack([dt.sum(axis=0) for dt in (dt_z, dt_r, dt_h)])
        return dx, dh_prev
