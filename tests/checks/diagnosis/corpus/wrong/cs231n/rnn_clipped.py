"""TRUTH: wrong
STYLE: clipping by value at the end, as other tutorials do
COURSE: cs231n
FUNCTION: rnn_backward
CAUSE: clip
ARGS: x N D, prev_h N H, Wx D H, Wh H H, b H
CALL: next_h, cache = rnn_step_forward(x, prev_h, Wx, Wh, b)
BACK: dx, dprev_h, dWx, dWh, db = rnn_step_backward(dnext_h, cache)
ARGS: x N T D, h0 N H, Wx D H, Wh H H, b H
CALL: h, cache = rnn_forward(x, h0, Wx, Wh, b)
BACK: dx, dh0, dWx, dWh, db = rnn_backward(dh, cache)
LINE: 49
"""
import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    z = x.dot(Wx) + prev_h.dot(Wh) + b
    return np.tanh(z), (x, prev_h, z, Wx, Wh)


def rnn_step_backward(dnext_h, cache):
    x, prev_h, z, Wx, Wh = cache
    dz = dnext_h * (1 - np.tanh(z) ** 2)
    return dz.dot(Wx.T), dz.dot(Wh.T), x.T.dot(dz), prev_h.T.dot(dz), dz.sum(0)


def rnn_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    h = np.zeros((N, T, h0.shape[1]))
    cache = []
    for t in range(T):
        h[:, t], c = rnn_step_forward(x[:, t], h0 if t == 0 else h[:, t - 1], Wx, Wh, b)
        cache.append(c)
    return h, cache


def rnn_backward(dh, cache):
    N, T, H = dh.shape
    D = cache[0][0].shape[1]
    dx, dWx, dWh, db = np.zeros((N, T, D)), np.zeros((D, H)), np.zeros((H, H)), np.zeros(H)
    carry = np.zeros((N, H))
    for t in range(T - 1, -1, -1):
        dx[:, t], carry, a, b, c = rnn_step_backward(dh[:, t] + carry, cache[t])
        dWx += a
        dWh += b
        db += c
    for grad in [dWx, dWh, db]:
        np.clip(grad, -0.5, 0.5, out=grad)     # against exploding gradients
    return dx, carry, dWx, dWh, db
