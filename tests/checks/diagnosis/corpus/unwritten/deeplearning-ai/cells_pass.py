"""TRUTH: unwritten
STYLE: forward passes written, the two backward cells are pass
COURSE: deeplearning-ai
"""
import numpy as np

sigmoid = lambda x: 1 / (1 + np.exp(-x))


def softmax(x):
    e = np.exp(x - np.max(x))
    return e / e.sum(axis=0)


def rnn_cell_forward(xt, a_prev, parameters):
    Wax, Waa, Wya, ba, by = [parameters[k] for k in ("Wax", "Waa", "Wya", "ba", "by")]
    a_next = np.tanh(Wax @ xt + Waa @ a_prev + ba)
    return a_next, softmax(Wya @ a_next + by), (a_next, a_prev, xt, parameters)


def rnn_cell_backward(da_next, cache):
    """Still to do."""


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    ax = np.concatenate([a_prev, xt])
    ft = sigmoid(parameters["Wf"] @ ax + parameters["bf"])
    it = sigmoid(parameters["Wi"] @ ax + parameters["bi"])
    cct = np.tanh(parameters["Wc"] @ ax + parameters["bc"])
    ot = sigmoid(parameters["Wo"] @ ax + parameters["bo"])
    c_next = ft * c_prev + it * cct
    a_next = ot * np.tanh(c_next)
    return a_next, c_next, softmax(parameters["Wy"] @ a_next + parameters["by"]), (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)


def lstm_cell_backward(da_next, dc_next, cache):
    pass
