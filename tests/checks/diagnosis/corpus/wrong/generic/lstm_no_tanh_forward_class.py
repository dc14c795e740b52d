"""TRUTH: wrong
STYLE: class with sizes, forward without the output tanh, backward of the textbook
COURSE: generic
FUNCTION: forward
CAUSE: output tanh | o·c | o c | tanh_missing | tanh(c) is missing | without tanh
ARGS: x N T D, Wx D 4*H, Wh H 4*H, b 4*H
CALL: net = LSTMLayer(D, H); net.Wx, net.Wh, net.b = Wx, Wh, b; out = net.forward(x)
BACK: dx = net.backward(dout); dWx, dWh, db = net.dWx, net.dWh, net.db
LINE: 40
"""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class LSTMLayer:
    gates = "ifog"

    def __init__(self, input_dim, hidden_dim, seed=0):
        rng = np.random.RandomState(seed)
        self.hidden_dim = hidden_dim
        self.Wx = rng.randn(input_dim, 4 * hidden_dim) * 0.1
        self.Wh = rng.randn(hidden_dim, 4 * hidden_dim) * 0.1
        self.b = np.zeros(4 * hidden_dim)

    def forward(self, x):
        N, T, D = x.shape
        H = self.hidden_dim
        self.x = x
        self.h = [np.zeros((N, H))]
        self.c = [np.zeros((N, H))]
        self.gates_out = []
        for t in range(T):
            i, f, o, g = np.split(x[:, t] @ self.Wx + self.h[-1] @ self.Wh + self.b, 4, axis=1)
            i, f, o, g = sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(g)
            self.gates_out.append((i, f, o, g))
            self.c.append(f * self.c[-1] + i * g)
            self.h.append(o * self.c[-1])
        return np.stack(self.h[1:], axis=1)

    def backward(self, dout):
        N, T, H = dout.shape
        self.dWx, self.dWh, self.db = np.zeros_like(self.Wx), np.zeros_like(self.Wh), np.zeros_like(self.b)
        dx = np.zeros_like(self.x)
        dh, dc = np.zeros((N, H)), np.zeros((N, H))
        for t in reversed(range(T)):
            i, f, o, g = self.gates_out[t]
            dh = dh + dout[:, t]
            tanh_c = np.tanh(self.c[t + 1])
            dc = dc + dh * o * (1 - tanh_c ** 2)
            da = np.hstack([dc * g * i * (1 - i), dc * self.c[t] * f * (1 - f),
                            dh * tanh_c * o * (1 - o), dc * i * (1 - g ** 2)])
            self.dWx += self.x[:, t].T @ da
            self.dWh += self.h[t].T @ da
            self.db += da.sum(axis=0)
            dx[:, t] = da @ self.Wx.T
            dh = da @ self.Wh.T
            dc = dc * f
        return dx
