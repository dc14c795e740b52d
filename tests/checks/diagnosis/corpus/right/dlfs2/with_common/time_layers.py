"""TRUTH: right
STYLE: LSTM with one dictionary for the gates, TimeLSTM keeps lists, common/ in the folder
COURSE: dlfs2
ARGS: x N D, h_prev N H, c_prev N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: m = LSTM(Wx, Wh, b); h, c = m.forward(x, h_prev, c_prev)
BACK: dx, dh_prev, dc_prev = m.backward(dh, dc); dWx, dWh, db = m.grads
ARGS: xs N T D, h0 N H, c0 N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: m = TimeLSTM(Wx, Wh, b, True); m.set_state(h0, c0); hs = m.forward(xs)
BACK: dxs = m.backward(dhs); dWx, dWh, db = m.grads; dh0 = m.dh
"""
import sys
sys.path.append('.')
import numpy as np
from common.functions import sigmoid


class LSTM:
    order = ('f', 'g', 'i', 'o')

    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(param) for param in self.params]

    def forward(self, x, h_prev, c_prev):
        Wx, Wh, b = self.params
        A = x @ Wx + h_prev @ Wh + b
        gates = dict(zip(self.order, np.split(A, 4, axis=1)))
        for k in gates:
            gates[k] = np.tanh(gates[k]) if k == 'g' else sigmoid(gates[k])
        c_next = gates['f'] * c_prev + gates['i'] * gates['g']
        h_next = gates['o'] * np.tanh(c_next)
        self.cache = x, h_prev, c_prev, c_next, gates
        return h_next, c_next

    def backward(self, dh_next, dc_next):
        Wx, Wh, b = self.params
        x, h_prev, c_prev, c_next, gates = self.cache
        tanh_c = np.tanh(c_next)
        dc = dc_next + dh_next * gates['o'] * (1 - tanh_c * tanh_c)
        d = {'f': dc * c_prev, 'g': dc * gates['i'], 'i': dc * gates['g'], 'o': dh_next * tanh_c}
        for k, s in gates.items():
            d[k] = d[k] * ((1 - s * s) if k == 'g' else s * (1 - s))
        dA = np.concatenate([d[k] for k in self.order], axis=1)
        for grad, value in zip(self.grads, (x.T @ dA, h_prev.T @ dA, dA.sum(axis=0))):
            grad[...] = value
        return dA @ Wx.T, dA @ Wh.T, dc * gates['f']


class TimeLSTM:
    def __init__(self, Wx, Wh, b, stateful=False):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(param) for param in self.params]
        self.stateful = stateful
        self.reset_state()

    def reset_state(self):
        self.h = self.c = None

    def set_state(self, h, c=None):
        self.h, self.c = h, c

    def forward(self, xs):
        N, T, D = xs.shape
        H = self.params[1].shape[0]
        h = self.h if self.stateful and self.h is not None else np.zeros((N, H))
        c = self.c if self.stateful and self.c is not None else np.zeros((N, H))
        self.layers = [LSTM(*self.params) for _ in range(T)]
        hs = []
        for t, layer in enumerate(self.layers):
            h, c = layer.forward(xs[:, t], h, c)
            hs.append(h)
        self.h, self.c = h, c
        return np.stack(hs, axis=1)

    def backward(self, dhs):
        for grad in self.grads:
            grad[...] = 0
        dh, dc, dxs = 0, 0, []
        for t in reversed(range(len(self.layers))):
            dx, dh, dc = self.layers[t].backward(dhs[:, t] + dh, dc)
            dxs.insert(0, dx)
            for total, grad in zip(self.grads, self.layers[t].grads):
                total += grad
        self.dh = dh
        return np.stack(dxs, axis=1)
