"""TRUTH: partial
STYLE: the cell is written, the Time layer's backward is not
COURSE: dlfs2
ARGS: x N D, h_prev N H, Wx D 1*H, Wh H 1*H, b 1*H
CALL: cell = RNN(Wx, Wh, b); h_next = cell.forward(x, h_prev)
BACK: dx, dh_prev = cell.backward(dh_next); dWx, dWh, db = cell.grads
STATUS: unwritten
RIGHT: RNN.backward
UNWRITTEN: TimeRNN.backward
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
        self.h, self.stateful = None, stateful

    def forward(self, xs):
        N, T, D = xs.shape
        h = np.zeros((N, self.params[1].shape[0]))
        self.layers, hs = [], []
        for t in range(T):
            self.layers.append(RNN(*self.params))
            h = self.layers[-1].forward(xs[:, t, :], h)
            hs.append(h)
        return np.stack(hs, axis=1)

    def backward(self, dhs):
        # I do this tomorrow
        pass
