"""TRUTH: partial
STYLE: RNN written, LSTM cell written forward only
COURSE: deeplearning-ai
STATUS: unwritten
RIGHT: rnn_cell_backward, rnn_backward
UNWRITTEN: lstm_cell_backward
"""
import numpy as np
from rnn_utils import *


def rnn_cell_forward(xt, a_prev, parameters):
    a_next = np.tanh(np.dot(parameters["Wax"], xt) + np.dot(parameters["Waa"], a_prev) + parameters["ba"])
    yt_pred = softmax(np.dot(parameters["Wya"], a_next) + parameters["by"])
    return a_next, yt_pred, (a_next, a_prev, xt, parameters)


def rnn_forward(x, a0, parameters):
    a, y, caches, at = [], [], [], a0
    for t in range(x.shape[2]):
        at, yt, cache = rnn_cell_forward(x[:, :, t], at, parameters)
        a.append(at)
        y.append(yt)
        caches.append(cache)
    return np.stack(a, 2), np.stack(y, 2), (caches, x)


def rnn_cell_backward(da_next, cache):
    (a_next, a_prev, xt, parameters) = cache
    dtanh = (1 - a_next ** 2) * da_next
    return {"dxt": parameters["Wax"].T @ dtanh, "da_prev": parameters["Waa"].T @ dtanh,
            "dWax": dtanh @ xt.T, "dWaa": dtanh @ a_prev.T, "dba": dtanh.sum(axis=1, keepdims=True)}


def rnn_backward(da, caches):
    (caches, x) = caches
    dx, back, sums = np.zeros(x.shape), 0, [0, 0, 0]
    for t in reversed(range(x.shape[2])):
        g = rnn_cell_backward(da[:, :, t] + back, caches[t])
        dx[:, :, t], back = g["dxt"], g["da_prev"]
        sums = [s + g[k] for s, k in zip(sums, ("dWax", "dWaa", "dba"))]
    return {"dx": dx, "da0": back, "dWax": sums[0], "dWaa": sums[1], "dba": sums[2]}


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    concat = np.concatenate((a_prev, xt))
    ft, it, ot = [sigmoid(parameters["W" + k] @ concat + parameters["b" + k]) for k in "fio"]
    cct = np.tanh(parameters["Wc"] @ concat + parameters["bc"])
    c_next = ft * c_prev + it * cct
    a_next = ot * np.tanh(c_next)
    yt_pred = softmax(parameters["Wy"] @ a_next + parameters["by"])
    return a_next, c_next, yt_pred, (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)


def lstm_cell_backward(da_next, dc_next, cache):
    (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters) = cache
    # dot = None
    # dcct = None
    gradients = None
    return gradients
