"""TRUTH: right
STYLE: one class for the sequence, arrays over time in place of cell objects, np.split, einsum for the weights
COURSE: dlfs2
ARGS: xs N T D, h0 N H, c0 N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: layer = TimeLSTM(Wx, Wh, b, stateful=True); layer.set_state(h0, c0); hs = layer.forward(xs)
BACK: dxs = layer.backward(dhs); dWx, dWh, db = layer.grads; dh0 = layer.dh
"""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class TimeLSTM:
    def __init__(self, Wx, Wh, b, stateful=False):
        self.params, self.stateful = [Wx, Wh, b], stateful
        self.grads = [np.zeros_like(p) for p in self.params]
        self.h = self.c = self.dh = None

    def set_state(self, h, c=None):
        self.h = h
        self.c = c

    def reset_state(self):
        self.h = self.c = None

    def forward(self, xs):
        Wx, Wh, b = self.params
        N, T, _ = xs.shape
        H = len(Wh)
        h = self.h if self.stateful and self.h is not None else np.zeros((N, H))
        c = self.c if self.stateful and self.c is not None else np.zeros((N, H))
        self.xs, self.hs, self.cs, self.gates = xs, [h], [c], []
        inputs = xs @ Wx + b
        for t in range(T):
            f, g, i, o = np.split(inputs[:, t] + h @ Wh, 4, axis=1)
            f, g, i, o = sigmoid(f), np.tanh(g), sigmoid(i), sigmoid(o)
            c = f * c + g * i
            h = o * np.tanh(c)
            self.gates.append((f, g, i, o))
            self.hs.append(h)
            self.cs.append(c)
        self.h, self.c = h, c
        return np.stack(self.hs[1:], axis=1)

    def backward(self, dhs):
        Wx, Wh, b = self.params
        N, T, H = dhs.shape
        das = np.zeros((N, T, 4 * H))
        dh, dc = np.zeros((N, H)), np.zeros((N, H))
        for t in reversed(range(T)):
            f, g, i, o = self.gates[t]
            th = np.tanh(self.cs[t + 1])
            dh = dh + dhs[:, t]
            dc = dc + dh * o * (1 - th ** 2)
            das[:, t] = np.concatenate([dc * self.cs[t] * f * (1 - f), dc * i * (1 - g ** 2),
                                        dc * g * i * (1 - i), dh * th * o * (1 - o)], axis=1)
            dh = das[:, t] @ Wh.T
            dc = dc * f
        before = np.stack(self.hs[:-1], axis=1)
        self.grads[0][...] = np.einsum('ntd,ntg->dg', self.xs, das)
        self.grads[1][...] = np.einsum('nth,ntg->hg', before, das)
        self.grads[2][...] = das.sum(axis=(0, 1))
        self.dh = dh
        return das @ Wx.T
