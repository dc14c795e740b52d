"""TRUTH: wrong
STYLE: TimeRNN, a list of its own is filled, self.grads stay zero
COURSE: dlfs2
FUNCTION: TimeRNN.backward
CAUSE: zeros | never written | all zero
ARGS: x N D, h_prev N H, Wx D 1*H, Wh H 1*H, b 1*H
CALL: m = RNN(Wx, Wh, b); h = m.forward(x, h_prev)
BACK: dx, dh_prev = m.backward(dh); dWx, dWh, db = m.grads
ARGS: xs N T D, h0 N H, Wx D 1*H, Wh H 1*H, b 1*H
CALL: m = TimeRNN(Wx, Wh, b, True); m.set_state(h0); hs = m.forward(xs)
BACK: dxs = m.backward(dhs); dWx, dWh, db = m.grads; dh0 = m.dh
LINE: 76
"""
import numpy as np


class RNN:
    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]
        self.cache = None

    def forward(self, x, h_prev):
        Wx, Wh, b = self.params
        h_next = np.tanh(np.dot(h_prev, Wh) + np.dot(x, Wx) + b)
        self.cache = (x, h_prev, h_next)
        return h_next

    def backward(self, dh_next):
        Wx, Wh, b = self.params
        x, h_prev, h_next = self.cache
        dt = dh_next * (1 - h_next ** 2)
        self.grads[0][...] = np.dot(x.T, dt)
        self.grads[1][...] = np.dot(h_prev.T, dt)
        self.grads[2][...] = np.sum(dt, axis=0)
        return np.dot(dt, Wx.T), np.dot(dt, Wh.T)


class TimeRNN:
    def __init__(self, Wx, Wh, b, stateful=False):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]
        self.layers = None
        self.h, self.dh = None, None
        self.stateful = stateful

    def set_state(self, h):
        self.h = h

    def reset_state(self):
        self.h = None

    def forward(self, xs):
        Wx, Wh, b = self.params
        N, T, D = xs.shape
        D, H = Wx.shape
        self.layers = []
        hs = np.empty((N, T, H))
        if not self.stateful or self.h is None:
            self.h = np.zeros((N, H))
        for t in range(T):
            layer = RNN(*self.params)
            self.h = layer.forward(xs[:, t, :], self.h)
            hs[:, t, :] = self.h
            self.layers.append(layer)
        return hs

    def backward(self, dhs):
        Wx, Wh, b = self.params
        N, T, H = dhs.shape
        dxs = np.zeros((N, T, Wx.shape[0]))
        dh = np.zeros((N, H))
        grads = [np.zeros_like(p) for p in self.params]
        for t in range(T - 1, -1, -1):
            dxs[:, t, :], dh = self.layers[t].backward(dhs[:, t, :] + dh)
            grads = [total + grad for total, grad in zip(grads, self.layers[t].grads)]
        self.dh = dh
        return dxs
