"""TRUTH: wrong
STYLE: class, dh added in the loop and again in the step
COURSE: generic
FUNCTION: backward
CAUSE: upstream_twice | added twice | twice
ARGS: x N T D, h0 N H, c0 N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: net = LSTM(Wx, Wh, b); hs = net.forward(x, h0, c0)
BACK: dx, dh0, dc0, dWx, dWh, db = net.backward(dhs)
LINE: 48
"""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class LSTM:
    gates = "ifog"

    def __init__(self, Wx, Wh, b):
        self.Wx, self.Wh, self.b = Wx, Wh, b

    def forward(self, x, h0, c0):
        self.steps = []
        h, c, hs = h0, c0, []
        for t in range(x.shape[1]):
            i, f, o, g = np.split(x[:, t] @ self.Wx + h @ self.Wh + self.b, 4, axis=1)
            i, f, o, g = sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(g)
            new = f * c + i * g
            self.steps.append((x[:, t], h, c, i, f, o, g, np.tanh(new)))
            h, c = o * np.tanh(new), new
            hs.append(h)
        return np.stack(hs, axis=1)

    def one_step(self, upstream, dh, dc, step):
        x, h, c, i, f, o, g, tc = step
        dh = dh + upstream
        dc = dc + dh * o * (1 - tc ** 2)
        da = np.hstack([dc * g * i * (1 - i), dc * c * f * (1 - f), dh * tc * o * (1 - o), dc * i * (1 - g ** 2)])
        return da @ self.Wx.T, da @ self.Wh.T, dc * f, x.T @ da, h.T @ da, da.sum(axis=0)

    def backward(self, dhs):
        dx = [None] * dhs.shape[1]
        dWx, dWh, db = 0, 0, 0
        dh, dc = np.zeros_like(dhs[:, 0]), np.zeros_like(dhs[:, 0])
        for t in reversed(range(dhs.shape[1])):
            dh = dh + dhs[:, t]
            dx[t], dh, dc, a, b, c = self.one_step(dhs[:, t], dh, dc, self.steps[t])
            dWx, dWh, db = dWx + a, dWh + b, db + c
        return np.stack(dx, axis=1), dh, dc, dWx, dWh, db
