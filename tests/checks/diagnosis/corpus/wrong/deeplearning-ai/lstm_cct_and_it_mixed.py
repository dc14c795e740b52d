"""TRUTH: wrong
STYLE: dcct and dit take each other's partner
COURSE: deeplearning-ai
FUNCTION: lstm_cell_backward
CAUSE: swapped | exchanged | di_uses | dg_uses | dg uses | di uses
ARGS: xt D N, a_prev H N, c_prev H N, Wf H H+D, bf H 1, Wi H H+D, bi H 1, Wc H H+D, bc H 1, Wo H H+D, bo H 1, Wy V H, by V 1
CALL: a_next, c_next, y, cache = lstm_cell_forward(xt, a_prev, c_prev, dict(Wf=Wf, bf=bf, Wi=Wi, bi=bi, Wc=Wc, bc=bc, Wo=Wo, bo=bo, Wy=Wy, by=by))
BACK: g = lstm_cell_backward(da_next, dc_next, cache); dxt, da_prev, dc_prev, dWf, dbf, dWi, dbi, dWc, dbc, dWo, dbo = [g[k] for k in 'dxt da_prev dc_prev dWf dbf dWi dbi dWc dbc dWo dbo'.split()]
LINE: 32
"""
import numpy as np
from rnn_utils import *


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    con = np.concatenate((a_prev, xt), axis=0)
    ft = sigmoid(np.dot(parameters["Wf"], con) + parameters["bf"])
    it = sigmoid(np.dot(parameters["Wi"], con) + parameters["bi"])
    cct = np.tanh(np.dot(parameters["Wc"], con) + parameters["bc"])
    ot = sigmoid(np.dot(parameters["Wo"], con) + parameters["bo"])
    c_next = np.multiply(ft, c_prev) + np.multiply(it, cct)
    a_next = np.multiply(ot, np.tanh(c_next))
    yt = softmax(np.dot(parameters["Wy"], a_next) + parameters["by"])
    return a_next, c_next, yt, (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)


def lstm_cell_backward(da_next, dc_next, cache):
    (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters) = cache
    n_a = a_next.shape[0]
    common = dc_next + np.multiply(da_next, ot) * (1 - np.power(np.tanh(c_next), 2))
    dot = np.multiply(da_next, np.tanh(c_next)) * ot * (1 - ot)
    dcct = np.multiply(common, cct) * (1 - np.power(cct, 2))
    dit = np.multiply(common, it) * it * (1 - it)
    dft = np.multiply(common, c_prev) * ft * (1 - ft)
    con = np.concatenate((a_prev, xt), axis=0)
    dcon = (np.dot(parameters["Wf"].T, dft) + np.dot(parameters["Wi"].T, dit)
            + np.dot(parameters["Wc"].T, dcct) + np.dot(parameters["Wo"].T, dot))
    gradients = {"dxt": dcon[n_a:, :], "da_prev": dcon[:n_a, :], "dc_prev": np.multiply(common, ft),
                 "dWf": np.dot(dft, con.T), "dbf": dft.sum(axis=1, keepdims=True),
                 "dWi": np.dot(dit, con.T), "dbi": dit.sum(axis=1, keepdims=True),
                 "dWc": np.dot(dcct, con.T), "dbc": dcct.sum(axis=1, keepdims=True),
                 "dWo": np.dot(dot, con.T), "dbo": dot.sum(axis=1, keepdims=True)}
    return gradients
