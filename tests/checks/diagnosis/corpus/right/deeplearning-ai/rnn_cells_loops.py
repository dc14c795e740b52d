"""TRUTH: right
STYLE: only the cell functions, own softmax, loops over examples and units
COURSE: deeplearning-ai
ARGS: xt D N, a_prev H N, Wax H D, Waa H H, ba H 1, Wya V H, by V 1
CALL: parameters = dict(Wax=Wax, Waa=Waa, ba=ba, Wya=Wya, by=by); a, y, cache = rnn_cell_forward(xt, a_prev, parameters)
BACK: g = rnn_cell_backward(da, cache); dxt = g["dxt"]; da_prev = g["da_prev"]; dWax = g["dWax"]; dWaa = g["dWaa"]; dba = g["dba"]
"""
import numpy as np


def softmax(v):
    e = np.exp(v)
    return e / np.sum(e, axis=0, keepdims=True)


def rnn_cell_forward(xt, a_prev, parameters):
    Wax, Waa, ba = parameters["Wax"], parameters["Waa"], parameters["ba"]
    n_a, m = a_prev.shape
    a_next = np.zeros((n_a, m), dtype=np.result_type(xt, a_prev, Wax, Waa, ba))
    for j in range(m):
        for k in range(n_a):
            s = ba[k, 0]
            s = s + np.dot(Wax[k], xt[:, j])
            s = s + np.dot(Waa[k], a_prev[:, j])
            a_next[k, j] = np.tanh(s)
    yt_pred = softmax(np.dot(parameters["Wya"], a_next) + parameters["by"])
    return a_next, yt_pred, (a_next, a_prev, xt, parameters)


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    Wax, Waa = parameters["Wax"], parameters["Waa"]
    n_a, m = a_next.shape
    dxt = np.zeros(xt.shape)
    da_prev = np.zeros(a_prev.shape)
    dWax = np.zeros(Wax.shape)
    dWaa = np.zeros(Waa.shape)
    dba = np.zeros((n_a, 1))
    for j in range(m):
        for k in range(n_a):
            dz = da_next[k, j] * (1 - a_next[k, j] ** 2)
            dba[k] += dz
            dWax[k] += dz * xt[:, j]
            dWaa[k] += dz * a_prev[:, j]
            dxt[:, j] += dz * Wax[k]
            da_prev[:, j] += dz * Waa[k]
    gradients = {"dxt": dxt, "da_prev": da_prev, "dWax": dWax, "dWaa": dWaa, "dba": dba}
    return gradients
