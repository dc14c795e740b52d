"""TRUTH: wrong
STYLE: features-first (n_x, m, T), backward begins with ones
COURSE: generic
FUNCTION: rnn_backward
CAUSE: upstream_ignored | ones
ARGS: x D N T, a0 H N, Wx H D, Wa H H, b H 1
CALL: a, caches = rnn_forward(x, a0, Wx, Wa, b)
BACK: dx, da0, dWx, dWa, db = rnn_backward(da, caches)
LINE: 28
"""
import numpy as np

LAYOUT = "features"


def rnn_forward(x, a0, Wx, Wa, b):
    states = [a0]
    for t in range(x.shape[2]):
        states.append(np.tanh(Wx @ x[:, :, t] + Wa @ states[t] + b))
    return np.stack(states[1:], axis=2), (x, states, Wx, Wa)


def rnn_backward(da, caches):
    x, states, Wx, Wa = caches
    dx, dWx, dWa, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wa), 0
    da_prev = np.zeros_like(states[0])
    for t in reversed(range(x.shape[2])):
        upstream = np.ones_like(da[:, :, t])
        dz = (upstream + da_prev) * (1 - states[t + 1] ** 2)
        dx[:, :, t] = Wx.T @ dz
        dWx += dz @ x[:, :, t].T
        dWa += dz @ states[t].T
        db = db + dz.sum(axis=1, keepdims=True)
        da_prev = Wa.T @ dz
    return dx, da_prev, dWx, dWa, db
