"""TRUTH: wrong
STYLE: dh_prev starts as dh_next, the factor 1 - z is forgotten
COURSE: dlfs2
FUNCTION: GRU.backward
CAUSE: 1 - z | direct path
ARGS: x N D, h_prev N H, Wx D 3*H, Wh H 3*H, b 3*H
CALL: cell = GRU(Wx, Wh, b); h_next = cell.forward(x, h_prev)
BACK: dx, dh_prev = cell.backward(dh_next); dWx, dWh, db = cell.grads
ARGS: xs N T D, h0 N H, Wx D 3*H, Wh H 3*H, b 3*H
CALL: layer = TimeGRU(Wx, Wh, b, stateful=True); layer.set_state(h0); hs = layer.forward(xs)
BACK: dxs = layer.backward(dhs); dWx, dWh, db = layer.grads; dh0 = layer.dh
LINE: 38
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
        xz, xr, xh = np.split(x @ Wx + b, 3, axis=1)
        Whz, Whr, Whh = np.split(Wh, 3, axis=1)
        z = sigmoid(xz + h_prev @ Whz)
        r = sigmoid(xr + h_prev @ Whr)
        h_hat = np.tanh(xh + (r * h_prev) @ Whh)
        self.cache = (x, h_prev, z, r, h_hat)
        return (1 - z) * h_prev + z * h_hat

    def backward(self, dh_next):
        Wx, Wh, b = self.params
        Whz, Whr, Whh = np.split(Wh, 3, axis=1)
        x, h_prev, z, r, h_hat = self.cache
        dh_prev = dh_next.copy()
        dth = dh_next * z * (1 - h_hat ** 2)
        dhr = dth @ Whh.T
        dh_prev += dhr * r
        dtz = dh_next * (h_hat - h_prev) * z * (1 - z)
        dh_prev += dtz @ Whz.T
        dtr = dhr * h_prev * r * (1 - r)
        dh_prev += dtr @ Whr.T
        dt = np.hstack((dtz, dtr, dth))
        self.grads[0][...] = x.T @ dt
        self.grads[1][...] = np.hstack((h_prev.T @ dtz, h_prev.T @ dtr, (r * h_prev).T @ dth))
        self.grads[2][...] = dt.sum(axis=0)
        return dt @ Wx.T, dh_prev


class TimeGRU:
    def __init__(self, Wx, Wh, b, stateful=False):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]
        self.layers = None
        self.h, self.dh = None, None
        self.stateful = stateful

    def forward(self, xs):
        N, T, D = xs.shape
        H = self.params[1].shape[0]
        self.layers = []
        hs = np.empty((N, T, H))
        if not self.stateful or self.h is None:
            self.h = np.zeros((N, H))
        for t in range(T):
            layer = GRU(*self.params)
            self.h = layer.forward(xs[:, t, :], self.h)
            hs[:, t, :] = self.h
            self.layers.append(layer)
        return hs

    def backward(self, dhs):
        N, T, H = dhs.shape
        dxs = np.empty((N, T, self.params[0].shape[0]))
        dh, grads = 0, [0, 0, 0]
        for t in reversed(range(T)):
            dxs[:, t, :], dh = self.layers[t].backward(dhs[:, t, :] + dh)
            grads = [total + new for total, new in zip(grads, self.layers[t].grads)]
        for i in range(len(grads)):
            self.grads[i][...] = grads[i]
        self.dh = dh
        return dxs

    def set_state(self, h):
        self.h = h

    def reset_state(self):
        self.h = None
