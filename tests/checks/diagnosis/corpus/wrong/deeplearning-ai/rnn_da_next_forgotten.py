"""TRUTH: wrong
STYLE: the cell forgets to multiply by da_next
COURSE: deeplearning-ai
FUNCTION: rnn_cell_backward
CAUSE: whatever gradient comes in | is not used | ignored
ARGS: xt D N, a_prev H N, Wax H D, Waa H H, Wya V H, ba H 1, by V 1
CALL: a_next, y, cache = rnn_cell_forward(xt, a_prev, dict(Wax=Wax, Waa=Waa, Wya=Wya, ba=ba, by=by))
BACK: g = rnn_cell_backward(da_next, cache); dxt, da_prev, dWax, dWaa, dba = [g[k] for k in 'dxt da_prev dWax dWaa dba'.split()]
ARGS: x D N T, a0 H N, Wax H D, Waa H H, Wya V H, ba H 1, by V 1
CALL: a, y, caches = rnn_forward(x, a0, dict(Wax=Wax, Waa=Waa, Wya=Wya, ba=ba, by=by))
BACK: g = rnn_backward(da, caches); dx, da0, dWax, dWaa, dba = [g[k] for k in 'dx da0 dWax dWaa dba'.split()]
LINE: 37
"""
import numpy as np
from rnn_utils import *


def rnn_cell_forward(xt, a_prev, parameters):
    a_next = np.tanh(parameters["Waa"] @ a_prev + parameters["Wax"] @ xt + parameters["ba"])
    yt_pred = softmax(parameters["Wya"] @ a_next + parameters["by"])
    return a_next, yt_pred, (a_next, a_prev, xt, parameters)


def rnn_forward(x, a0, parameters):
    a, y, caches = [], [], []
    a_next = a0
    for t in range(x.shape[2]):
        a_next, yt, cache = rnn_cell_forward(x[:, :, t], a_next, parameters)
        a.append(a_next)
        y.append(yt)
        caches.append(cache)
    return np.stack(a, axis=2), np.stack(y, axis=2), (caches, x)


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    dtanh = 1 - np.square(a_next)
    dxt = parameters["Wax"].T @ dtanh
    dWax = dtanh @ xt.T
    da_prev = parameters["Waa"].T @ dtanh
    dWaa = dtanh @ a_prev.T
    dba = dtanh.sum(axis=1, keepdims=True)
    return {"dxt": dxt, "da_prev": da_prev, "dWax": dWax, "dWaa": dWaa, "dba": dba}


def rnn_backward(da, caches):
    caches, x = caches
    grads = {"dx": np.zeros_like(x), "dWax": 0, "dWaa": 0, "dba": 0}
    da_prevt = np.zeros_like(da[:, :, 0])
    for t in reversed(range(x.shape[2])):
        g = rnn_cell_backward(da[:, :, t] + da_prevt, caches[t])
        da_prevt = g["da_prev"]
        grads["dx"][:, :, t] = g["dxt"]
        grads["dWax"] = grads["dWax"] + g["dWax"]
        grads["dWaa"] = grads["dWaa"] + g["dWaa"]
        grads["dba"] = grads["dba"] + g["dba"]
    grads["da0"] = da_prevt
    return grads
