"""TRUTH: wrong
STYLE: only the cell functions, np.sum over the wrong axis
COURSE: deeplearning-ai
FUNCTION: rnn_cell_backward
CAUSE: axis | shape
ARGS: xt D N, a_prev H N, Wax H D, Waa H H, ba H 1, Wya V H, by V 1
CALL: parameters = dict(Wax=Wax, Waa=Waa, ba=ba, Wya=Wya, by=by); a, y, cache = rnn_cell_forward(xt, a_prev, parameters)
BACK: g = rnn_cell_backward(da, cache); dxt = g["dxt"]; da_prev = g["da_prev"]; dWax = g["dWax"]; dWaa = g["dWaa"]; dba = g["dba"]
LINE: 45
"""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    e = np.exp(x - np.max(x))
    return e / e.sum(axis=0)


def rnn_cell_forward(xt, a_prev, parameters):
    Wax = parameters["Wax"]
    Waa = parameters["Waa"]
    Wya = parameters["Wya"]
    ba = parameters["ba"]
    by = parameters["by"]
    a_next = np.tanh(Wax.dot(xt) + Waa.dot(a_prev) + ba)
    yt_pred = softmax(Wya.dot(a_next) + by)
    cache = (a_next, a_prev, xt, parameters)
    return a_next, yt_pred, cache


def rnn_cell_backward(da_next, cache):
    (a_next, a_prev, xt, parameters) = cache
    Wax = parameters["Wax"]
    Waa = parameters["Waa"]

    dtanh = da_next * (1 - a_next * a_next)
    dxt = Wax.T.dot(dtanh)
    dWax = dtanh.dot(xt.T)
    da_prev = Waa.T.dot(dtanh)
    dWaa = dtanh.dot(a_prev.T)
    dba = np.sum(dtanh, axis=0, keepdims=True)
    gradients = {"dxt": dxt, "da_prev": da_prev, "dWax": dWax, "dWaa": dWaa, "dba": dba}
    return gradients
