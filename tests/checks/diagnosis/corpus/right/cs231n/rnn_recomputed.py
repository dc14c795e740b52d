"""TRUTH: right
STYLE: nothing of the forward pass is cached but its inputs, recomputed in backward, recursion
COURSE: cs231n
ARGS: x N T D, h0 N H, Wx D H, Wh H H, b H
CALL: h, cache = rnn_forward(x, h0, Wx, Wh, b)
BACK: dx, dh0, dWx, dWh, db = rnn_backward(dh, cache)
"""
import numpy as np


def run(x, h0, Wx, Wh, b):
    states = [h0]
    for t in range(x.shape[1]):
        states += [np.tanh(x[:, t] @ Wx + states[t] @ Wh + b)]
    return states


def rnn_forward(x, h0, Wx, Wh, b):
    return np.stack(run(x, h0, Wx, Wh, b)[1:], axis=1), (x, h0, Wx, Wh, b)


def rnn_backward(dh, cache):
    x, h0, Wx, Wh, b = cache
    states = run(*cache)

    def go_back(t, carry):
        """the gradients of steps 0 .. t"""
        if t < 0:
            return [], carry, 0, 0, 0
        dz = (dh[:, t] + carry) * (1 - states[t + 1] ** 2)
        dxs, dh0, dWx, dWh, db = go_back(t - 1, dz @ Wh.T)
        return dxs + [dz @ Wx.T], dh0, dWx + x[:, t].T @ dz, dWh + states[t].T @ dz, db + dz.sum(0)

    dxs, dh0, dWx, dWh, db = go_back(x.shape[1] - 1, np.zeros_like(h0))
    return np.stack(dxs, axis=1), dh0, dWx, dWh, db
