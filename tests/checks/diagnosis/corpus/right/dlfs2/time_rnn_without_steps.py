"""TRUTH: right
STYLE: TimeRNN alone with the loop inside, einsum for the weights, asserts
COURSE: dlfs2
ARGS: xs N T D, h0 N H, Wx D 1*H, Wh H 1*H, b 1*H
CALL: m = TimeRNN(Wx, Wh, b, True); m.set_state(h0); hs = m.forward(xs)
BACK: dxs = m.backward(dhs); dWx, dWh, db = m.grads; dh0 = m.dh
"""
import numpy as np


class TimeRNN:
    def __init__(self, Wx, Wh, b, stateful=False):
        self.params = [Wx, Wh, b]
        self.grads = [None, None, None]
        self.stateful = stateful
        self.h = None
        self.dh = None

    def forward(self, xs):
        Wx, Wh, b = self.params
        N, T, D = xs.shape
        H = Wh.shape[0]
        if self.h is None or not self.stateful:
            self.h = np.zeros((N, H))
        states = [self.h]
        for t in range(T):
            states.append(np.tanh(xs[:, t].dot(Wx) + states[-1].dot(Wh) + b))
        self.h = states[-1]
        self.xs, self.states = xs, np.array(states)      # (T+1, N, H)
        assert self.states.shape == (T + 1, N, H)
        return self.states[1:].transpose(1, 0, 2)

    def backward(self, dhs):
        Wx, Wh, b = self.params
        das = np.zeros((dhs.shape[1], dhs.shape[0], dhs.shape[2]))
        dh = np.zeros((dhs.shape[0], dhs.shape[2]))
        for t in reversed(range(dhs.shape[1])):
            dh = dh + dhs[:, t]
            das[t] = dh * (1 - self.states[t + 1] ** 2)
            dh = das[t].dot(Wh.T)
        self.dh = dh
        self.grads[0] = np.einsum('ntd,tnh->dh', self.xs, das)
        self.grads[1] = np.einsum('tni,tnj->ij', self.states[:-1], das)
        self.grads[2] = das.sum(axis=(0, 1))
        return np.einsum('tnh,dh->ntd', das, Wx)

    def set_state(self, h):
        self.h = h

    def reset_state(self):
        self.h = None
