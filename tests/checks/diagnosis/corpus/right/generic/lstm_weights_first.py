"""TRUTH: right
STYLE: results in another order, gates c u f o of a blog, in-place writes
COURSE: generic
ARGS: xt N D, a_prev N H, c_prev N H, Wx D 4*H, Wa H 4*H, b 4*H
CALL: a_next, c_next, cache = lstm_step_forward(xt, a_prev, c_prev, Wx, Wa, b)
BACK: dWx, dWa, db, dxt, da_prev, dc_prev = lstm_step_backward(da_next, dc_next, cache)
"""
import numpy as np

CELL = "lstm"
GATES = "cufo"   # candidate, update, forget, output


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm_step_forward(xt, a_prev, c_prev, Wx, Wa, b):
    n = a_prev.shape[1]
    z = xt.dot(Wx) + a_prev.dot(Wa) + b
    cct = np.tanh(z[:, :n])
    u = sigmoid(z[:, n:2 * n])
    f = sigmoid(z[:, 2 * n:3 * n])
    o = sigmoid(z[:, 3 * n:])
    c_next = u * cct + f * c_prev
    a_next = o * np.tanh(c_next)
    return a_next, c_next, (xt, a_prev, c_prev, Wx, Wa, cct, u, f, o, c_next)


def lstm_step_backward(da_next, dc_next, cache):
    xt, a_prev, c_prev, Wx, Wa, cct, u, f, o, c_next = cache
    n = a_prev.shape[1]
    dc = dc_next.copy()
    dc += da_next * o * (1 - np.tanh(c_next) ** 2)
    dz = np.zeros((len(xt), 4 * n))
    dz[:, :n] += dc * u * (1 - cct ** 2)
    dz[:, n:2 * n] += dc * cct * u * (1 - u)
    dz[:, 2 * n:3 * n] += dc * c_prev * f * (1 - f)
    dz[:, 3 * n:] += da_next * np.tanh(c_next) * o * (1 - o)
    dc *= f
    return xt.T.dot(dz), a_prev.T.dot(dz), dz.sum(axis=0), dz.dot(Wx.T), dz.dot(Wa.T), dc
