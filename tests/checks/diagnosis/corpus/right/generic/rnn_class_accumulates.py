"""TRUTH: right
STYLE: class that adds gradients up until zero_grad, as PyTorch does
COURSE: generic
ARGS: x N T D, h0 N H, Wx D H, Wh H H, b H
CALL: net = RNN(D, H); net.Wx, net.Wh, net.b = Wx, Wh, b; hs = net.forward(x, h0)
BACK: dx, dh0 = net.backward(dhs); dWx, dWh, db = net.dWx, net.dWh, net.db
"""
import numpy as np


class RNN:
    def __init__(self, n_in, n_hidden):
        self.Wx = np.random.randn(n_in, n_hidden) / np.sqrt(n_in)
        self.Wh = np.random.randn(n_hidden, n_hidden) / np.sqrt(n_hidden)
        self.b = np.zeros(n_hidden)
        self.zero_grad()

    def zero_grad(self):
        self.dWx = np.zeros_like(self.Wx)
        self.dWh = np.zeros_like(self.Wh)
        self.db = np.zeros_like(self.b)

    def forward(self, x, h0):
        self.x, self.hs = x, [h0]
        for t in range(x.shape[1]):
            self.hs.append(np.tanh(x[:, t] @ self.Wx + self.hs[t] @ self.Wh + self.b))
        return np.stack(self.hs[1:], axis=1)

    def backward(self, dhs):
        dx, dh = np.zeros_like(self.x), np.zeros_like(self.hs[0])
        for t in range(dhs.shape[1])[::-1]:
            da = (dh + dhs[:, t]) * (1 - self.hs[t + 1] ** 2)
            self.dWx += self.x[:, t].T @ da
            self.dWh += self.hs[t].T @ da
            self.db += da.sum(axis=0)
            dx[:, t] = da @ self.Wx.T
            dh = da @ self.Wh.T
        return dx, dh
