"""TRUTH: wrong
STYLE: only the cells, the tanh is taken again of a_next
COURSE: deeplearning-ai
FUNCTION: rnn_cell_backward
CAUSE: slope_of_tanh_h | tanh²(h) | already a tanh | tanh twice
ARGS: xt D N, a_prev H N, Wax H D, Waa H H, Wya V H, ba H 1, by V 1
CALL: a_next, y, cache = rnn_cell_forward(xt, a_prev, dict(Wax=Wax, Waa=Waa, Wya=Wya, ba=ba, by=by))
BACK: g = rnn_cell_backward(da_next, cache); dxt, da_prev, dWax, dWaa, dba = [g[k] for k in 'dxt da_prev dWax dWaa dba'.split()]
LINE: 28
"""
import numpy as np
from rnn_utils import softmax


def rnn_cell_forward(xt, a_prev, parameters):
    Wax = parameters["Wax"]
    Waa = parameters["Waa"]
    a_next = np.tanh(np.dot(Wax, xt) + np.dot(Waa, a_prev) + parameters["ba"])
    yt_pred = softmax(np.dot(parameters["Wya"], a_next) + parameters["by"])
    return a_next, yt_pred, (a_next, a_prev, xt, parameters)


def rnn_cell_backward(da_next, cache):
    (a_next, a_prev, xt, parameters) = cache
    Wax = parameters["Wax"]
    Waa = parameters["Waa"]
    # gradient of tanh
    dtanh = da_next * (1 - np.tanh(a_next) ** 2)
    dxt = np.dot(Wax.T, dtanh)
    dWax = np.dot(dtanh, xt.T)
    da_prev = np.dot(Waa.T, dtanh)
    dWaa = np.dot(dtanh, a_prev.T)
    dba = np.sum(dtanh, 1, keepdims=True)
    return {"dxt": dxt, "da_prev": da_prev, "dWax": dWax, "dWaa": dWaa, "dba": dba}
