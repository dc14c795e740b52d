"""TRUTH: right
STYLE: the book's two classes, float32 buffers (dtype='f'), params and grads as lists
COURSE: dlfs2
ARGS: x N D, h_prev N H, Wx D 1*H, Wh H 1*H, b 1*H
CALL: cell = RNN(Wx, Wh, b); h_next = cell.forward(x, h_prev)
BACK: dx, dh_prev = cell.backward(dh_next); dWx, dWh, db = cell.grads
ARGS: xs N T D, h0 N H, Wx D 1*H, Wh H 1*H, b 1*H
CALL: layer = TimeRNN(Wx, Wh, b, stateful=True); layer.set_state(h0); hs = layer.forward(xs)
BACK: dxs = layer.backward(dhs); dWx, dWh, db = layer.grads; dh0 = layer.dh
TOL: 1e-3
"""
from common.np import *
from common.layers import *
from common.functions import sigmoid


class RNN:
    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(p) for p in self.params]
        self.cache = None

    def forward(self, x, h_prev):
        Wx, Wh, b = self.params
        a = np.dot(x, Wx) + np.dot(h_prev, Wh) + b
        h_next = np.tanh(a)
        self.cache = (x, h_prev, h_next)
        return h_next

    def backward(self, dh_next):
        Wx, Wh, b = self.params
        x, h_prev, h_next = self.cache
        da = dh_next * (1 - h_next ** 2)
        dWh = np.dot(h_prev.T, da)
        dWx = np.dot(x.T, da)
        db = np.sum(da, axis=0)
        self.grads[0][...] = dWx
        self.grads[1][...] = dWh
        self.grads[2][...] = db
        return np.dot(da, Wx.T), np.dot(da, Wh.T)


class TimeRNN:
    def __init__(self, Wx, Wh, b, stateful=False):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(p) for p in self.params]
        self.layers = None
        self.h, self.dh = None, None
        self.stateful = stateful

    def forward(self, xs):
        Wx, Wh, b = self.params
        N, T, D = xs.shape
        H = Wh.shape[0]
        self.layers = []
        hs = np.empty((N, T, H), dtype='f')
        if self.h is None or not self.stateful:
            self.h = np.zeros((N, H), dtype='f')
        for t in range(T):
            cell = RNN(*self.params)
            self.h = cell.forward(xs[:, t, :], self.h)
            hs[:, t, :] = self.h
            self.layers.append(cell)
        return hs

    def backward(self, dhs):
        Wx, Wh, b = self.params
        N, T, H = dhs.shape
        D = Wx.shape[0]
        dxs = np.empty((N, T, D), dtype='f')
        dh = 0
        total = [0, 0, 0]
        for t in reversed(range(T)):
            cell = self.layers[t]
            dx, dh = cell.backward(dhs[:, t, :] + dh)
            dxs[:, t, :] = dx
            for k, grad in enumerate(cell.grads):
                total[k] += grad
        for k, grad in enumerate(total):
            self.grads[k][...] = grad
        self.dh = dh
        return dxs

    def set_state(self, h):
        self.h = h

    def reset_state(self):
        self.h = None
