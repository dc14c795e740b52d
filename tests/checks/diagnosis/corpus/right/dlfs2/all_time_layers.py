"""TRUTH: right
STYLE: three cells and three Time classes in one file with a common parent class
COURSE: dlfs2
ARGS: x N D, h_prev N H, Wx D 1*H, Wh H 1*H, b 1*H
CALL: cell = RNN(Wx, Wh, b); h_next = cell.forward(x, h_prev)
BACK: dx, dh_prev = cell.backward(dh_next); dWx, dWh, db = cell.grads
ARGS: xs N T D, h0 N H, Wx D 1*H, Wh H 1*H, b 1*H
CALL: layer = TimeRNN(Wx, Wh, b, stateful=True); layer.set_state(h0); hs = layer.forward(xs)
BACK: dxs = layer.backward(dhs); dWx, dWh, db = layer.grads; dh0 = layer.dh
ARGS: x N D, h_prev N H, c_prev N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: cell = LSTM(Wx, Wh, b); h_next, c_next = cell.forward(x, h_prev, c_prev)
BACK: dx, dh_prev, dc_prev = cell.backward(dh_next, dc_next); dWx, dWh, db = cell.grads
ARGS: xs N T D, h0 N H, c0 N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: layer = TimeLSTM(Wx, Wh, b, stateful=True); layer.set_state(h0, c0); hs = layer.forward(xs)
BACK: dxs = layer.backward(dhs); dWx, dWh, db = layer.grads; dh0 = layer.dh
ARGS: x N D, h_prev N H, Wx D 3*H, Wh H 3*H, b 3*H
CALL: cell = GRU(Wx, Wh, b); h_next = cell.forward(x, h_prev)
BACK: dx, dh_prev = cell.backward(dh_next); dWx, dWh, db = cell.grads
ARGS: xs N T D, h0 N H, Wx D 3*H, Wh H 3*H, b 3*H
CALL: layer = TimeGRU(Wx, Wh, b, stateful=True); layer.set_state(h0); hs = layer.forward(xs)
BACK: dxs = layer.backward(dhs); dWx, dWh, db = layer.grads; dh0 = layer.dh
"""
import numpy as np
from common.layers import *
from common.functions import sigmoid


class Layer:
    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(w) for w in self.params]
        self.cache = None

    def write(self, dWx, dWh, db):
        for place, value in zip(self.grads, (dWx, dWh, db)):
            place[...] = value


class RNN(Layer):
    def forward(self, x, h_prev):
        Wx, Wh, b = self.params
        h_next = np.tanh(x @ Wx + h_prev @ Wh + b)
        self.cache = x, h_prev, h_next
        return h_next

    def backward(self, dh_next):
        x, h_prev, h_next = self.cache
        d = dh_next * (1 - h_next ** 2)
        self.write(x.T @ d, h_prev.T @ d, d.sum(0))
        return d @ self.params[0].T, d @ self.params[1].T


class LSTM(Layer):
    def forward(self, x, h_prev, c_prev):
        Wx, Wh, b = self.params
        f, g, i, o = np.hsplit(x @ Wx + h_prev @ Wh + b, 4)
        f, i, o, g = sigmoid(f), sigmoid(i), sigmoid(o), np.tanh(g)
        c_next = f * c_prev + i * g
        self.cache = x, h_prev, c_prev, f, g, i, o, np.tanh(c_next)
        return o * np.tanh(c_next), c_next

    def backward(self, dh_next, dc_next):
        x, h_prev, c_prev, f, g, i, o, tc = self.cache
        dc = dc_next + dh_next * o * (1 - tc ** 2)
        dA = np.hstack([dc * c_prev * f * (1 - f), dc * i * (1 - g ** 2), dc * g * i * (1 - i), dh_next * tc * o * (1 - o)])
        self.write(x.T @ dA, h_prev.T @ dA, dA.sum(0))
        return dA @ self.params[0].T, dA @ self.params[1].T, dc * f


class GRU(Layer):
    def forward(self, x, h_prev):
        Wx, Wh, b = self.params
        H = len(Wh)
        p = x @ Wx + b
        z = sigmoid(p[:, :H] + h_prev @ Wh[:, :H])
        r = sigmoid(p[:, H:-H] + h_prev @ Wh[:, H:-H])
        h_hat = np.tanh(p[:, -H:] + (r * h_prev) @ Wh[:, -H:])
        self.cache = x, h_prev, z, r, h_hat
        return (1 - z) * h_prev + z * h_hat

    def backward(self, dh_next):
        Wx, Wh, b = self.params
        x, h_prev, z, r, h_hat = self.cache
        H = len(Wh)
        d3 = dh_next * z * (1 - h_hat ** 2)
        back = d3 @ Wh[:, -H:].T
        d1 = dh_next * (h_hat - h_prev) * z * (1 - z)
        d2 = back * h_prev * r * (1 - r)
        d = np.hstack([d1, d2, d3])
        self.write(x.T @ d, np.hstack([h_prev.T @ d1, h_prev.T @ d2, (r * h_prev).T @ d3]), d.sum(0))
        dh_prev = dh_next * (1 - z) + back * r + d[:, :2 * H] @ Wh[:, :2 * H].T
        return d @ Wx.T, dh_prev


class Time(Layer):
    cell = None

    def __init__(self, Wx, Wh, b, stateful=False):
        super().__init__(Wx, Wh, b)
        self.stateful = stateful
        self.reset_state()

    def set_state(self, h, c=None):
        self.h = h
        self.c = c

    def reset_state(self):
        self.h = self.c = self.dh = None

    def forward(self, xs):
        N, T, D = xs.shape
        zeros = np.zeros((N, self.params[1].shape[0]))
        if not self.stateful:
            self.reset_state()
        self.h = zeros if self.h is None else self.h
        self.c = zeros if self.c is None else self.c
        self.layers, hs = [], []
        for t in range(T):
            layer = self.cell(*self.params)
            if self.cell is LSTM:
                self.h, self.c = layer.forward(xs[:, t], self.h, self.c)
            else:
                self.h = layer.forward(xs[:, t], self.h)
            self.layers.append(layer)
            hs.append(self.h)
        return np.stack(hs, axis=1)

    def backward(self, dhs):
        dxs, state = [], [0.0, 0.0] if self.cell is LSTM else [0.0]
        self.write(0, 0, 0)
        for t in reversed(range(dhs.shape[1])):
            state[0] = state[0] + dhs[:, t]
            dx, *state = self.layers[t].backward(*state)
            dxs.append(dx)
            for mine, its in zip(self.grads, self.layers[t].grads):
                mine += its
        self.dh = state[0]
        return np.stack(dxs[::-1], axis=1)


class TimeRNN(Time):
    cell = RNN


class TimeLSTM(Time):
    cell = LSTM


class TimeGRU(Time):
    cell = GRU
