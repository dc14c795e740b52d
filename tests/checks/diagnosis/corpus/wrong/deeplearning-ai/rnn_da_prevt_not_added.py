"""TRUTH: wrong
STYLE: da_prevt is kept but not added to da of the step before
COURSE: deeplearning-ai
FUNCTION: rnn_backward
CAUSE: no carry | carry_missing | nothing_handed_on | hands nothing on | not handed on
ARGS: xt D N, a_prev H N, Wax H D, Waa H H, Wya V H, ba H 1, by V 1
CALL: a_next, y, cache = rnn_cell_forward(xt, a_prev, dict(Wax=Wax, Waa=Waa, Wya=Wya, ba=ba, by=by))
BACK: g = rnn_cell_backward(da_next, cache); dxt, da_prev, dWax, dWaa, dba = [g[k] for k in 'dxt da_prev dWax dWaa dba'.split()]
ARGS: x D N T, a0 H N, Wax H D, Waa H H, Wya V H, ba H 1, by V 1
CALL: a, y, caches = rnn_forward(x, a0, dict(Wax=Wax, Waa=Waa, Wya=Wya, ba=ba, by=by))
BACK: g = rnn_backward(da, caches); dx, da0, dWax, dWaa, dba = [g[k] for k in 'dx da0 dWax dWaa dba'.split()]
LINE: 62
"""
import numpy as np
from rnn_utils import *


def rnn_cell_forward(xt, a_prev, parameters):
    a_next = np.tanh(np.dot(parameters["Wax"], xt) + np.dot(parameters["Waa"], a_prev) + parameters["ba"])
    yt_pred = softmax(np.dot(parameters["Wya"], a_next) + parameters["by"])
    cache = (a_next, a_prev, xt, parameters)
    return a_next, yt_pred, cache


def rnn_forward(x, a0, parameters):
    n_x, m, T_x = x.shape
    n_y, n_a = parameters["Wya"].shape
    a = np.zeros((n_a, m, T_x))
    y_pred = np.zeros((n_y, m, T_x))
    caches = []
    a_next = a0
    for t in range(T_x):
        a_next, yt_pred, cache = rnn_cell_forward(x[:, :, t], a_next, parameters)
        a[:, :, t] = a_next
        y_pred[:, :, t] = yt_pred
        caches.append(cache)
    return a, y_pred, (caches, x)


def rnn_cell_backward(da_next, cache):
    (a_next, a_prev, xt, parameters) = cache
    dtanh = da_next * (1 - a_next * a_next)
    gradients = {}
    gradients["dxt"] = np.dot(parameters["Wax"].T, dtanh)
    gradients["dWax"] = np.dot(dtanh, xt.T)
    gradients["da_prev"] = np.dot(parameters["Waa"].T, dtanh)
    gradients["dWaa"] = np.dot(dtanh, a_prev.T)
    gradients["dba"] = np.sum(dtanh, axis=1, keepdims=True)
    return gradients


def rnn_backward(da, caches):
    (caches, x) = caches
    n_a, m, T_x = da.shape
    n_x = x.shape[0]
    dx = np.zeros((n_x, m, T_x))
    dWax = np.zeros((n_a, n_x))
    dWaa = np.zeros((n_a, n_a))
    dba = np.zeros((n_a, 1))
    da_prevt = np.zeros((n_a, m))
    for t in range(T_x - 1, -1, -1):
        da_next = da[:, :, t]
        gradients = rnn_cell_backward(da_next, caches[t])
        da_prevt = gradients["da_prev"]
        dx[:, :, t] = gradients["dxt"]
        dWax = dWax + gradients["dWax"]
        dWaa = dWaa + gradients["dWaa"]
        dba = dba + gradients["dba"]
    gradients = {"dx": dx, "da0": da_prevt, "dWax": dWax, "dWaa": dWaa, "dba": dba}
    return gradients
