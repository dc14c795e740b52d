"""TRUTH: right
STYLE: a folder with common/functions.py and common/np.py beside the file, no stateful state kept as a view
COURSE: dlfs2
ARGS: x N D, h_prev N H, Wx D 1*H, Wh H 1*H, b 1*H
CALL: cell = RNN(Wx, Wh, b); h_next = cell.forward(x, h_prev)
BACK: dx, dh_prev = cell.backward(dh_next); dWx, dWh, db = cell.grads
ARGS: xs N T D, h0 N H, Wx D 1*H, Wh H 1*H, b 1*H
CALL: layer = TimeRNN(Wx, Wh, b, stateful=True); layer.set_state(h0); hs = layer.forward(xs)
BACK: dxs = layer.backward(dhs); dWx, dWh, db = layer.grads; dh0 = layer.dh
"""
import sys
sys.path.append('..')
from common.np import *
from common.functions import sigmoid, softmax


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
        dt = dh_next - dh_next * h_next * h_next
        self.grads[2][:] = np.ones(len(dt)) @ dt
        self.grads[1][:] = h_prev.T @ dt
        self.grads[0][:] = x.T @ dt
        return dt @ Wx.T, dt @ Wh.T


class TimeRNN:
    def __init__(self, Wx, Wh, b, stateful=False):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]
        self.h = None
        self.stateful = stateful

    def forward(self, xs):
        N, T, D = xs.shape
        H = self.params[2].size
        if self.stateful is False or self.h is None:
            self.h = np.zeros((N, H))
        self.layers = []
        hs = []
        for x in xs.transpose(1, 0, 2):
            self.layers.append(RNN(*self.params))
            self.h = self.layers[-1].forward(x, self.h)
            hs.append(self.h)
        return np.array(hs).transpose(1, 0, 2)

    def backward(self, dhs):
        dh = np.zeros_like(self.h)
        dxs = []
        sums = [np.zeros_like(p) for p in self.params]
        for layer, d in zip(reversed(self.layers), dhs.transpose(1, 0, 2)[::-1]):
            dx, dh = layer.backward(d + dh)
            dxs.insert(0, dx)
            sums = [s + g for s, g in zip(sums, layer.grads)]
        for mine, s in zip(self.grads, sums):
            mine[...] = s
        self.dh = dh
        return np.array(dxs).transpose(1, 0, 2)

    def set_state(self, h):
        self.h = h

    def reset_state(self):
        self.h = None
