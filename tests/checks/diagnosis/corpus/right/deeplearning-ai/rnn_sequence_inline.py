"""TRUTH: right
STYLE: rnn_backward without the cell function, all steps in one product at the end, einsum
COURSE: deeplearning-ai
"""
import numpy as np
from rnn_utils import *


def rnn_cell_forward(xt, a_prev, parameters):
    W = np.hstack((parameters["Wax"], parameters["Waa"]))
    a_next = np.tanh(np.dot(W, np.vstack((xt, a_prev))) + parameters["ba"])
    yt_pred = softmax(np.dot(parameters["Wya"], a_next) + parameters["by"])
    return a_next, yt_pred, (a_next, a_prev, xt, parameters)


def rnn_forward(x, a0, parameters):
    n_x, m, T_x = x.shape
    Wya = parameters["Wya"]
    a = np.zeros((Wya.shape[1], m, T_x))
    y_pred = np.zeros((Wya.shape[0], m, T_x))
    a_next = a0
    caches = []
    for t in range(T_x):
        a_next, y_pred[:, :, t], cache = rnn_cell_forward(x[:, :, t], a_next, parameters)
        a[:, :, t] = a_next
        caches.append(cache)
    return a, y_pred, (caches, x)


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    dz = da_next * (1 + a_next) * (1 - a_next)
    n_x = xt.shape[0]
    W = np.hstack((parameters["Wax"], parameters["Waa"]))
    dW = np.dot(dz, np.vstack((xt, a_prev)).T)
    dxa = np.dot(W.T, dz)
    return {"dxt": dxa[:n_x], "da_prev": dxa[n_x:], "dWax": dW[:, :n_x], "dWaa": dW[:, n_x:],
            "dba": dz.sum(1, keepdims=True)}


def rnn_backward(da, caches):
    list_of_caches, x = caches
    parameters = list_of_caches[0][3]
    Wax, Waa = parameters["Wax"], parameters["Waa"]
    a = np.stack([c[0] for c in list_of_caches], axis=2)
    a_before = np.stack([c[1] for c in list_of_caches], axis=2)

    dz = np.zeros_like(da)
    for t in reversed(range(da.shape[2])):
        d = da[:, :, t].copy()
        if t + 1 < da.shape[2]:
            d += np.dot(Waa.T, dz[:, :, t + 1])
        dz[:, :, t] = d * (1 - a[:, :, t] ** 2)

    return {"dx": np.einsum("ax,amt->xmt", Wax, dz), "da0": np.dot(Waa.T, dz[:, :, 0]),
            "dWax": np.einsum("amt,xmt->ax", dz, x), "dWaa": np.einsum("amt,bmt->ab", dz, a_before),
            "dba": np.einsum("amt->a", dz)[:, None]}
