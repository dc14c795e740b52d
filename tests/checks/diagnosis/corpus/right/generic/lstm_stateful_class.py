"""TRUTH: right
STYLE: stateful class, the state is kept from call to call until reset_state
COURSE: generic
ARGS: x N T D, Wx D 4*H, Wh H 4*H, b 4*H
CALL: net = LSTM(Wx, Wh, b); net.reset_state(); hs = net.forward(x)
BACK: dx = net.backward(dhs); dWx, dWh, db = net.grads
"""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class LSTM:
    gates = "fgio"

    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(p) for p in self.params]
        self.reset_state()

    def reset_state(self):
        self.h = None
        self.c = None

    def forward(self, x):
        Wx, Wh, b = self.params
        N, T, D = x.shape
        H = Wh.shape[0]
        if self.h is None or len(self.h) != N:
            self.h, self.c = np.zeros((N, H)), np.zeros((N, H))
        self.tape = []
        hs = np.zeros((N, T, H))
        for t in range(T):
            f, g, i, o = np.split(x[:, t] @ Wx + self.h @ Wh + b, 4, axis=1)
            f, g, i, o = sigmoid(f), np.tanh(g), sigmoid(i), sigmoid(o)
            c = f * self.c + g * i
            self.tape.append((x[:, t], self.h, self.c, f, g, i, o, c))
            self.h, self.c = o * np.tanh(c), c
            hs[:, t] = self.h
        return hs

    def backward(self, dhs):
        Wx, Wh, b = self.params
        self.grads = [np.zeros_like(p) for p in self.params]
        N, T, H = dhs.shape
        dx = np.zeros((N, T, Wx.shape[0]))
        dh, dc = 0, 0
        for t in reversed(range(T)):
            x, h, c_prev, f, g, i, o, c = self.tape[t]
            dh = dh + dhs[:, t]
            y = np.tanh(c)
            dc = dc + dh * o * (1 - y ** 2)
            da = np.hstack([dc * c_prev * f * (1 - f), dc * i * (1 - g ** 2), dc * g * i * (1 - i), dh * y * o * (1 - o)])
            self.grads[0] += x.T @ da
            self.grads[1] += h.T @ da
            self.grads[2] += da.sum(axis=0)
            dx[:, t] = da @ Wx.T
            dh, dc = da @ Wh.T, dc * f
        return dx
