"""TRUTH: wrong
STYLE: features-first (n_x, m, T), forward with the bias in both products
COURSE: generic
FUNCTION: rnn_forward
CAUSE: bias
ARGS: x D N T, a0 H N, Wax H D, Waa H H, ba H 1
CALL: a, caches = rnn_forward(x, a0, Wax, Waa, ba)
BACK: dx, da0, dWax, dWaa, dba = rnn_backward(da, caches)
LINE: 22
"""
import numpy as np

LAYOUT = "features"


def rnn_forward(x, a0, Wax, Waa, ba):
    n_x, m, T = x.shape
    a = np.zeros((a0.shape[0], m, T))
    a_prev = a0
    for t in range(T):
        from_x = np.dot(Wax, x[:, :, t]) + ba
        from_a = np.dot(Waa, a_prev) + ba
        a_prev = np.tanh(from_x + from_a)
        a[:, :, t] = a_prev
    return a, (x, a0, a, Wax, Waa)


def rnn_backward(da, caches):
    x, a0, a, Wax, Waa = caches
    n_x, m, T = x.shape
    dx = np.zeros(x.shape)
    dWax, dWaa, dba = np.zeros(Wax.shape), np.zeros(Waa.shape), np.zeros((len(Waa), 1))
    da_prev = np.zeros(a0.shape)
    for t in range(T - 1, -1, -1):
        dz = (da[:, :, t] + da_prev) * (1 - a[:, :, t] ** 2)
        before = a[:, :, t - 1] if t > 0 else a0
        dx[:, :, t] = np.dot(Wax.T, dz)
        dWax += np.dot(dz, x[:, :, t].T)
        dWaa += np.dot(dz, before.T)
        dba += dz.sum(axis=1, keepdims=True)
        da_prev = np.dot(Waa.T, dz)
    return dx, da_prev, dWax, dWaa, dba
