"""TRUTH: wrong
STYLE: class with caches in the object, loop in the wrong direction
COURSE: generic
FUNCTION: backward
CAUSE: loop_forwards | forwards
ARGS: x N T D, h0 N H, c0 N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: net = LSTM(Wx, Wh, b); hs = net.forward(x, h0, c0)
BACK: dx, dh0, dc0, dWx, dWh, db = net.backward(dhs)
LINE: 44
"""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class LSTM:
    gates = "ifog"

    def __init__(self, Wx, Wh, b):
        self.Wx = Wx
        self.Wh = Wh
        self.b = b

    def forward(self, x, h0, c0):
        self.steps = []
        h, c = h0, c0
        hs = []
        for t in range(x.shape[1]):
            i, f, o, g = np.split(x[:, t] @ self.Wx + h @ self.Wh + self.b, 4, axis=1)
            i, f, o, g = sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(g)
            c_next = f * c + i * g
            self.steps.append((x[:, t], h, c, i, f, o, g, c_next))
            h, c = o * np.tanh(c_next), c_next
            hs.append(h)
        return np.stack(hs, axis=1)

    def backward(self, dhs):
        N, T, H = dhs.shape
        dx = np.zeros((N, T, self.Wx.shape[0]))
        dWx, dWh, db = np.zeros_like(self.Wx), np.zeros_like(self.Wh), np.zeros_like(self.b)
        dh, dc = np.zeros((N, H)), np.zeros((N, H))
        for t in range(T):
            xt, h, c, i, f, o, g, c_next = self.steps[t]
            dh = dh + dhs[:, t]
            tc = np.tanh(c_next)
            dc = dc + dh * o * (1 - tc ** 2)
            da = np.hstack([dc * g * i * (1 - i), dc * c * f * (1 - f), dh * tc * o * (1 - o), dc * i * (1 - g ** 2)])
            dx[:, t] = da @ self.Wx.T
            dWx += xt.T @ da
            dWh += h.T @ da
            db += da.sum(axis=0)
            dh, dc = da @ self.Wh.T, dc * f
        return dx, dh, dc, dWx, dWh, db
