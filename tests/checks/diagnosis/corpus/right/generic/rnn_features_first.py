"""TRUTH: right
STYLE: features-first (n_x, m, T), columns, dict results
COURSE: generic
ARGS: x D N T, a0 H N, Wax H D, Waa H H, ba H 1
CALL: a, caches = rnn_forward(x, a0, Wax, Waa, ba)
BACK: g = rnn_backward(da, caches); dx, da0, dWax, dWaa, dba = g["dx"], g["da0"], g["dWax"], g["dWaa"], g["dba"]
"""
import numpy as np

LAYOUT = "features"


def rnn_cell_forward(xt, a_prev, Wax, Waa, ba):
    a_next = np.tanh(np.dot(Wax, xt) + np.dot(Waa, a_prev) + ba)
    return a_next, (a_next, a_prev, xt, Wax, Waa)


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, Wax, Waa = cache
    dz = (1 - a_next * a_next) * da_next
    return {"dxt": np.dot(Wax.T, dz), "da_prev": np.dot(Waa.T, dz),
            "dWax": np.dot(dz, xt.T), "dWaa": np.dot(dz, a_prev.T),
            "dba": np.sum(dz, axis=1, keepdims=True)}


def rnn_forward(x, a0, Wax, Waa, ba):
    n_x, m, T = x.shape
    a = np.zeros((a0.shape[0], m, T))
    caches = []
    a_prev = a0
    for t in range(T):
        a_prev, cache = rnn_cell_forward(x[:, :, t], a_prev, Wax, Waa, ba)
        a[:, :, t] = a_prev
        caches.append(cache)
    return a, caches


def rnn_backward(da, caches):
    n_a, m, T = da.shape
    n_x = caches[0][2].shape[0]
    total = {"dx": np.zeros((n_x, m, T)), "dWax": np.zeros((n_a, n_x)),
             "dWaa": np.zeros((n_a, n_a)), "dba": np.zeros((n_a, 1))}
    da_prev = np.zeros((n_a, m))
    for t in reversed(range(T)):
        step = rnn_cell_backward(da[:, :, t] + da_prev, caches[t])
        da_prev = step["da_prev"]
        total["dx"][:, :, t] = step["dxt"]
        for name in ("dWax", "dWaa", "dba"):
            total[name] += step[name]
    total["da0"] = da_prev
    return total
