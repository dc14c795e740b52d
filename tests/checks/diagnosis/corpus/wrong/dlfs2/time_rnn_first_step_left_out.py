"""TRUTH: wrong
STYLE: range(1, T) leaves out step 0 of the loop backwards
COURSE: dlfs2
FUNCTION: TimeRNN.backward
CAUSE: first step | step 0
ARGS: xs N T D, h0 N H, Wx D 1*H, Wh H 1*H, b 1*H
CALL: layer = TimeRNN(Wx, Wh, b, stateful=True); layer.set_state(h0); hs = layer.forward(xs)
BACK: dxs = layer.backward(dhs); dWx, dWh, db = layer.grads; dh0 = layer.dh
LINE: 47
"""
import numpy as np


class TimeRNN:
    def __init__(self, Wx, Wh, b, stateful=False):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]
        self.stateful, self.h, self.dh = stateful, None, None

    def set_state(self, h):
        self.h = h

    def reset_state(self):
        self.h = None

    def forward(self, xs):
        Wx, Wh, b = self.params
        N, T, D = xs.shape
        H = Wh.shape[0]
        if not self.stateful or self.h is None:
            self.h = np.zeros((N, H))
        self.xs = xs
        self.hs = np.zeros((N, T + 1, H))
        self.hs[:, 0] = self.h
        for t in range(T):
            self.hs[:, t + 1] = np.tanh(xs[:, t] @ Wx + self.hs[:, t] @ Wh + b)
        self.h = self.hs[:, T]
        return self.hs[:, 1:]

    def backward(self, dhs):
        Wx, Wh, b = self.params
        dWx, dWh, db = self.grads
        dWx[...], dWh[...], db[...] = 0, 0, 0
        N, T, H = dhs.shape
        dxs = np.zeros_like(self.xs)
        dh = np.zeros((N, H))
        for t in reversed(range(1, T)):
            da = (dhs[:, t] + dh) * (1 - self.hs[:, t + 1] ** 2)
            dWx += self.xs[:, t].T @ da
            dWh += self.hs[:, t].T @ da
            db += da.sum(axis=0)
            dxs[:, t] = da @ Wx.T
            dh = da @ Wh.T
        self.dh = dh
        return dxs
