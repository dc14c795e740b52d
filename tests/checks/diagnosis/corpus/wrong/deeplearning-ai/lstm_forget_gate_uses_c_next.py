"""TRUTH: wrong
STYLE: cells only, the memory of this step in the forget gate
COURSE: deeplearning-ai
FUNCTION: lstm_cell_backward
CAUSE: df_uses_c | c_{t-1} belongs | c_t where
LINE: 38
"""
import numpy as np
from rnn_utils import *


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    Wf, bf = parameters["Wf"], parameters["bf"]
    Wi, bi = parameters["Wi"], parameters["bi"]
    Wc, bc = parameters["Wc"], parameters["bc"]
    Wo, bo = parameters["Wo"], parameters["bo"]
    Wy, by = parameters["Wy"], parameters["by"]

    concat = np.concatenate([a_prev, xt])
    ft = sigmoid(np.dot(Wf, concat) + bf)
    it = sigmoid(np.dot(Wi, concat) + bi)
    cct = np.tanh(np.dot(Wc, concat) + bc)
    c_next = ft * c_prev + it * cct
    ot = sigmoid(np.dot(Wo, concat) + bo)
    a_next = ot * np.tanh(c_next)
    yt_pred = softmax(np.dot(Wy, a_next) + by)
    return a_next, c_next, yt_pred, (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)


def lstm_cell_backward(da_next, dc_next, cache):
    (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters) = cache
    n_a = a_next.shape[0]
    parts = {}
    d_c = dc_next + da_next * ot * (1 - np.tanh(c_next) ** 2)
    parts["o"] = da_next * np.tanh(c_next) * ot * (1 - ot)
    parts["c"] = d_c * it * (1 - cct ** 2)
    parts["i"] = d_c * cct * it * (1 - it)
    parts["f"] = d_c * c_next * ft * (1 - ft)
    ax = np.concatenate((a_prev, xt), axis=0)
    dax = np.zeros_like(ax)
    grads = {}
    for g in parts:
        grads["dW" + g] = np.dot(parts[g], ax.T)
        grads["db" + g] = parts[g].sum(axis=1, keepdims=True)
        dax += np.dot(parameters["W" + g].T, parts[g])
    grads["da_prev"] = dax[:n_a, :]
    grads["dxt"] = dax[n_a:, :]
    grads["dc_prev"] = d_c * ft
    return grads
