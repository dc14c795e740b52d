"""TRUTH: wrong
STYLE: the sum over time is overwritten at every step
COURSE: dlfs2
FUNCTION: TimeRNN.backward
CAUSE: overwritten | step 0 alone | last_step_alone | not summed
ARGS: xs N T D, h0 N H, Wx D 1*H, Wh H 1*H, b 1*H
CALL: layer = TimeRNN(Wx, Wh, b, stateful=True); layer.set_state(h0); hs = layer.forward(xs)
BACK: dxs = layer.backward(dhs); dWx, dWh, db = layer.grads; dh0 = layer.dh
LINE: 62
"""
import numpy as np


class RNN:
    def __init__(self, Wx, Wh, b):
        self.Wx, self.Wh, self.b = Wx, Wh, b
        self.grads = [0, 0, 0]

    def forward(self, x, h_prev):
        self.memory = (x, h_prev, np.tanh(x @ self.Wx + h_prev @ self.Wh + self.b))
        return self.memory[2]

    def backward(self, dh_next):
        x, h_prev, h_next = self.memory
        da = (1 - h_next * h_next) * dh_next
        self.grads = [x.T @ da, h_prev.T @ da, da.sum(axis=0)]
        return da @ self.Wx.T, da @ self.Wh.T


class TimeRNN:
    def __init__(self, Wx, Wh, b, stateful=False):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]
        self.stateful = stateful
        self.h = None

    def set_state(self, h):
        self.h = h

    def reset_state(self):
        self.h = None

    def forward(self, xs):
        N, T, D = xs.shape
        H = self.params[1].shape[0]
        if not self.stateful or self.h is None:
            self.h = np.zeros((N, H))
        self.layers = [RNN(*self.params) for _ in range(T)]
        hs = np.zeros((N, T, H))
        for t in range(T):
            self.h = self.layers[t].forward(xs[:, t], self.h)
            hs[:, t] = self.h
        return hs

    def backward(self, dhs):
        N, T, H = dhs.shape
        dxs = np.zeros((N, T, self.params[0].shape[0]))
        dh = np.zeros((N, H))
        for t in reversed(range(T)):
            dxs[:, t], dh = self.layers[t].backward(dhs[:, t] + dh)
            for i in range(3):
                self.grads[i][...] = self.layers[t].grads[i]
        self.dh = dh
        return dxs
