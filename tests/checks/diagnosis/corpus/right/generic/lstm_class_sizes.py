"""TRUTH: right
STYLE: class made with (input_size, hidden_size), params and grads dicts, zero states
COURSE: generic
ARGS: x N T D, Wx D 4*H, Wh H 4*H, b 4*H
CALL: net = LSTM(D, H); net.params.update(Wx=Wx, Wh=Wh, b=b); out = net.forward(x)
BACK: dx = net.backward(dout); dWx, dWh, db = net.grads["Wx"], net.grads["Wh"], net.grads["b"]
"""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class LSTM(object):
    gates = "ifog"

    def __init__(self, input_size, hidden_size):
        self.D, self.H = input_size, hidden_size
        s = 1 / np.sqrt(hidden_size)
        self.params = {
            "Wx": np.random.uniform(-s, s, (input_size, 4 * hidden_size)),
            "Wh": np.random.uniform(-s, s, (hidden_size, 4 * hidden_size)),
            "b": np.zeros(4 * hidden_size),
        }
        self.grads = {}

    def forward(self, x):
        Wx, Wh, b = self.params["Wx"], self.params["Wh"], self.params["b"]
        N, T, _ = x.shape
        H = self.H
        h, c = np.zeros((N, H)), np.zeros((N, H))
        self.cache = []
        out = np.zeros((N, T, H))
        for t in range(T):
            a = x[:, t].dot(Wx) + h.dot(Wh) + b
            i, f, o = sigmoid(a[:, :H]), sigmoid(a[:, H:2*H]), sigmoid(a[:, 2*H:3*H])
            g = np.tanh(a[:, 3*H:])
            c_new = f * c + i * g
            self.cache.append((x[:, t], h, c, i, f, o, g, c_new))
            h, c = o * np.tanh(c_new), c_new
            out[:, t] = h
        return out

    def backward(self, dout):
        Wx, Wh = self.params["Wx"], self.params["Wh"]
        self.grads = {k: np.zeros_like(v) for k, v in self.params.items()}
        N, T, H = dout.shape
        dx = np.zeros((N, T, self.D))
        dh, dc = np.zeros((N, H)), np.zeros((N, H))
        for t in range(T - 1, -1, -1):
            xt, h, c, i, f, o, g, c_new = self.cache[t]
            dh = dh + dout[:, t]
            tc = np.tanh(c_new)
            dc = dc + dh * o * (1 - tc ** 2)
            da = np.hstack([dc * g * i * (1 - i), dc * c * f * (1 - f), dh * tc * o * (1 - o), dc * i * (1 - g ** 2)])
            self.grads["Wx"] += xt.T.dot(da)
            self.grads["Wh"] += h.T.dot(da)
            self.grads["b"] += da.sum(axis=0)
            dx[:, t] = da.dot(Wx.T)
            dh, dc = da.dot(Wh.T), dc * f
        return dx
