"""TRUTH: right
STYLE: class with forward and backward, the parameters are given to __init__, gradients as attributes
COURSE: generic
ARGS: x N T D, h0 N H, Wx D H, Wh H H, b H
CALL: net = RNN(Wx, Wh, b); hs = net.forward(x, h0)
BACK: dx, dh0 = net.backward(dhs); dWx, dWh, db = net.dWx, net.dWh, net.db
"""
import numpy as np


class RNN:
    """A simple recurrent layer."""

    def __init__(self, Wx, Wh, b):
        self.Wx, self.Wh, self.b = Wx, Wh, b
        self.dWx = self.dWh = self.db = None

    def forward(self, x, h0):
        self.x = x
        self.states = [h0]
        for t in range(x.shape[1]):
            a = x[:, t] @ self.Wx + self.states[-1] @ self.Wh + self.b
            self.states.append(np.tanh(a))
        return np.stack(self.states[1:], axis=1)

    def backward(self, dhs):
        self.dWx = np.zeros_like(self.Wx)
        self.dWh = np.zeros_like(self.Wh)
        self.db = np.zeros_like(self.b)
        dx = np.zeros_like(self.x)
        dh = np.zeros_like(self.states[0])
        for t in reversed(range(dhs.shape[1])):
            da = (dhs[:, t] + dh) * (1 - self.states[t + 1] ** 2)
            self.dWx += self.x[:, t].T @ da
            self.dWh += self.states[t].T @ da
            self.db += da.sum(axis=0)
            dx[:, t] = da @ self.Wx.T
            dh = da @ self.Wh.T
        return dx, dh
