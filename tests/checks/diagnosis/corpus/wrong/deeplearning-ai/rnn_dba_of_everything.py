"""TRUTH: wrong
STYLE: np.sum without an axis, broadcast into dba in the loop
COURSE: deeplearning-ai
FUNCTION: rnn_cell_backward
CAUSE: all equal | without an axis
ARGS: xt D N, a_prev H N, Wax H D, Waa H H, Wya V H, ba H 1, by V 1
CALL: a_next, y, cache = rnn_cell_forward(xt, a_prev, dict(Wax=Wax, Waa=Waa, Wya=Wya, ba=ba, by=by))
BACK: g = rnn_cell_backward(da_next, cache); dxt, da_prev, dWax, dWaa, dba = [g[k] for k in 'dxt da_prev dWax dWaa dba'.split()]
ARGS: x D N T, a0 H N, Wax H D, Waa H H, Wya V H, ba H 1, by V 1
CALL: a, y, caches = rnn_forward(x, a0, dict(Wax=Wax, Waa=Waa, Wya=Wya, ba=ba, by=by))
BACK: g = rnn_backward(da, caches); dx, da0, dWax, dWaa, dba = [g[k] for k in 'dx da0 dWax dWaa dba'.split()]
LINE: 40
"""
import numpy as np
from rnn_utils import *


def rnn_cell_forward(xt, a_prev, parameters):
    Wax, Waa, Wya, ba, by = (parameters[k] for k in ("Wax", "Waa", "Wya", "ba", "by"))
    a_next = np.tanh(Wax.dot(xt) + Waa.dot(a_prev) + ba)
    return a_next, softmax(Wya.dot(a_next) + by), (a_next, a_prev, xt, parameters)


def rnn_forward(x, a0, parameters):
    T_x = x.shape[2]
    a = np.zeros(a0.shape + (T_x,))
    y_pred = np.zeros((parameters["Wya"].shape[0], x.shape[1], T_x))
    caches = []
    for t in range(T_x):
        a0, y_pred[..., t], cache = rnn_cell_forward(x[..., t], a0, parameters)
        a[..., t] = a0
        caches.append(cache)
    return a, y_pred, (caches, x)


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    dtanh = da_next * (1 - a_next ** 2)
    n_a = a_next.shape[0]
    dba = np.ones((n_a, 1)) * np.sum(dtanh)
    gradients = {"dxt": parameters["Wax"].T.dot(dtanh), "da_prev": parameters["Waa"].T.dot(dtanh),
                 "dWax": dtanh.dot(xt.T), "dWaa": dtanh.dot(a_prev.T), "dba": dba}
    return gradients


def rnn_backward(da, caches):
    caches, x = caches
    parameters = caches[0][-1]
    n_a, m, T_x = da.shape
    dx = np.zeros(x.shape)
    dWax, dWaa, dba = np.zeros(parameters["Wax"].shape), np.zeros((n_a, n_a)), np.zeros((n_a, 1))
    da_prevt = np.zeros((n_a, m))
    for t in reversed(range(T_x)):
        g = rnn_cell_backward(da_prevt + da[..., t], caches[t])
        dx[..., t], da_prevt = g["dxt"], g["da_prev"]
        dWax += g["dWax"]
        dWaa += g["dWaa"]
        dba += g["dba"]
    return {"dx": dx, "da0": da_prevt, "dWax": dWax, "dWaa": dWaa, "dba": dba}
