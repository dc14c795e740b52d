"""TRUTH: wrong
STYLE: the Time layers inherit their methods from a parent class, whose loop adds dh twice
COURSE: dlfs2
FUNCTION: Time.backward
CAUSE: twice | counted again | added again
ARGS: x N D, h_prev N H, Wx D 1*H, Wh H 1*H, b 1*H
CALL: cell = RNN(Wx, Wh, b); h_next = cell.forward(x, h_prev)
BACK: dx, dh_prev = cell.backward(dh_next); dWx, dWh, db = cell.grads
ARGS: xs N T D, h0 N H, Wx D 1*H, Wh H 1*H, b 1*H
CALL: layer = TimeRNN(Wx, Wh, b, stateful=True); layer.set_state(h0); hs = layer.forward(xs)
BACK: dxs = layer.backward(dhs); dWx, dWh, db = layer.grads; dh0 = layer.dh
ARGS: x N D, h_prev N H, Wx D 3*H, Wh H 3*H, b 3*H
CALL: cell = GRU(Wx, Wh, b); h_next = cell.forward(x, h_prev)
BACK: dx, dh_prev = cell.backward(dh_next); dWx, dWh, db = cell.grads
ARGS: xs N T D, h0 N H, Wx D 3*H, Wh H 3*H, b 3*H
CALL: layer = TimeGRU(Wx, Wh, b, stateful=True); layer.set_state(h0); hs = layer.forward(xs)
BACK: dxs = layer.backward(dhs); dWx, dWh, db = layer.grads; dh0 = layer.dh
LINE: 94
"""
import numpy as np
from common.functions import sigmoid


class RNN:
    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(w) for w in self.params]

    def forward(self, x, h_prev):
        Wx, Wh, b = self.params
        self.x, self.h_prev, self.h_next = x, h_prev, np.tanh(x @ Wx + h_prev @ Wh + b)
        return self.h_next

    def backward(self, dh_next):
        d = dh_next * (1 - self.h_next ** 2)
        self.grads = [self.x.T @ d, self.h_prev.T @ d, d.sum(axis=0)]
        return d @ self.params[0].T, d @ self.params[1].T


class GRU:
    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(w) for w in self.params]

    def forward(self, x, h_prev):
        Wx, Wh, b = self.params
        H = len(Wh)
        z = sigmoid(x @ Wx[:, :H] + h_prev @ Wh[:, :H] + b[:H])
        r = sigmoid(x @ Wx[:, H:2*H] + h_prev @ Wh[:, H:2*H] + b[H:2*H])
        h_hat = np.tanh(x @ Wx[:, 2*H:] + (r * h_prev) @ Wh[:, 2*H:] + b[2*H:])
        self.cache = x, h_prev, z, r, h_hat
        return (1 - z) * h_prev + z * h_hat

    def backward(self, dh_next):
        Wx, Wh, b = self.params
        H = len(Wh)
        x, h_prev, z, r, h_hat = self.cache
        dn = dh_next * z * (1 - h_hat ** 2)
        dhr = dn @ Wh[:, 2*H:].T
        dz = dh_next * (h_hat - h_prev) * z * (1 - z)
        dr = dhr * h_prev * r * (1 - r)
        d = np.hstack((dz, dr, dn))
        dWh = np.hstack((h_prev.T @ dz, h_prev.T @ dr, (r * h_prev).T @ dn))
        self.grads = [x.T @ d, dWh, d.sum(axis=0)]
        return d @ Wx.T, dh_next * (1 - z) + dhr * r + np.hstack((dz, dr)) @ Wh[:, :2*H].T


class Time:
    def __init__(self, Wx, Wh, b, stateful=False):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(w) for w in self.params]
        self.stateful, self.h, self.dh = stateful, None, None

    def forward(self, xs):
        N, T, D = xs.shape
        H = self.params[1].shape[0]
        if self.h is None or not self.stateful:
            self.h = np.zeros((N, H))
        self.layers, hs = [], np.zeros((N, T, H))
        for t in range(T):
            self.layers.append(self.make())
            self.h = self.layers[t].forward(xs[:, t], self.h)
            hs[:, t] = self.h
        return hs

    def backward(self, dhs):
        N, T, H = dhs.shape
        dxs = np.zeros((N, T, self.params[0].shape[0]))
        dh = np.zeros((N, H))
        for grad in self.grads:
            grad[...] = 0
        for t in reversed(range(T)):
            dh = dh + dhs[:, t]
            dxs[:, t], dh = self.layers[t].backward(dh + dhs[:, t])
            for grad, part in zip(self.grads, self.layers[t].grads):
                grad += part
        self.dh = dh
        return dxs

    def set_state(self, h):
        self.h = h

    def reset_state(self):
        self.h = None


class TimeRNN(Time):
    def make(self):
        return RNN(*self.params)


class TimeGRU(Time):
    def make(self):
        return GRU(*self.params)
