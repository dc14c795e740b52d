"""TRUTH: wrong
STYLE: the cell state's gradient leaves out the part that comes through a
COURSE: deeplearning-ai
FUNCTION: lstm_cell_backward
CAUSE: dc_prev_before_tanh | lacks what came through h | tanh(c) path is missing
ARGS: xt D N, a_prev H N, c_prev H N, Wf H H+D, bf H 1, Wi H H+D, bi H 1, Wc H H+D, bc H 1, Wo H H+D, bo H 1, Wy V H, by V 1
CALL: a_next, c_next, y, cache = lstm_cell_forward(xt, a_prev, c_prev, dict(Wf=Wf, bf=bf, Wi=Wi, bi=bi, Wc=Wc, bc=bc, Wo=Wo, bo=bo, Wy=Wy, by=by))
BACK: g = lstm_cell_backward(da_next, dc_next, cache); dxt, da_prev, dc_prev, dWf, dbf, dWi, dbi, dWc, dbc, dWo, dbo = [g[k] for k in 'dxt da_prev dc_prev dWf dbf dWi dbi dWc dbc dWo dbo'.split()]
LINE: 44
"""
import numpy as np
from rnn_utils import *


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    concat = np.concatenate((a_prev, xt), axis=0)
    ft = sigmoid(np.dot(parameters["Wf"], concat) + parameters["bf"])
    it = sigmoid(np.dot(parameters["Wi"], concat) + parameters["bi"])
    cct = np.tanh(np.dot(parameters["Wc"], concat) + parameters["bc"])
    c_next = ft * c_prev + it * cct
    ot = sigmoid(np.dot(parameters["Wo"], concat) + parameters["bo"])
    a_next = ot * np.tanh(c_next)
    yt_pred = softmax(np.dot(parameters["Wy"], a_next) + parameters["by"])
    cache = (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)
    return a_next, c_next, yt_pred, cache


def lstm_cell_backward(da_next, dc_next, cache):
    (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters) = cache
    n_x, m = xt.shape
    n_a, m = a_next.shape
    tanh_c = np.tanh(c_next)
    slope = ot * (1 - tanh_c ** 2)
    dot = da_next * tanh_c * ot * (1 - ot)
    dcct = (dc_next + slope * da_next) * it * (1 - cct ** 2)
    dit = (dc_next + slope * da_next) * cct * it * (1 - it)
    dft = (dc_next + slope * da_next) * c_prev * ft * (1 - ft)
    inputs = np.concatenate((a_prev, xt), axis=0)
    grads = {"dW" + k: np.dot(d, inputs.T) for k, d in zip("fico", (dft, dit, dcct, dot))}
    grads.update({"db" + k: np.sum(d, axis=1, keepdims=True) for k, d in zip("fico", (dft, dit, dcct, dot))})
    both = sum(np.dot(parameters["W" + k].T, d) for k, d in zip("fico", (dft, dit, dcct, dot)))
    grads["da_prev"] = both[:n_a]
    grads["dxt"] = both[n_a:]
    grads["dc_prev"] = dc_next * ft
    return grads
