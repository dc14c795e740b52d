"""TRUTH: wrong
STYLE: the slope of the output gate is forgotten, of the others not
COURSE: deeplearning-ai
FUNCTION: lstm_cell_backward
CAUSE: slope_missing_o | of the output gate is missing
ARGS: xt D N, a_prev H N, c_prev H N, Wf H H+D, bf H 1, Wi H H+D, bi H 1, Wc H H+D, bc H 1, Wo H H+D, bo H 1, Wy V H, by V 1
CALL: a_next, c_next, y, cache = lstm_cell_forward(xt, a_prev, c_prev, dict(Wf=Wf, bf=bf, Wi=Wi, bi=bi, Wc=Wc, bc=bc, Wo=Wo, bo=bo, Wy=Wy, by=by))
BACK: g = lstm_cell_backward(da_next, dc_next, cache); dxt, da_prev, dc_prev, dWf, dbf, dWi, dbi, dWc, dbc, dWo, dbo = [g[k] for k in 'dxt da_prev dc_prev dWf dbf dWi dbi dWc dbc dWo dbo'.split()]
LINE: 31
"""
import numpy as np
from rnn_utils import *


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    Wf, Wi, Wc, Wo, Wy = (parameters[k] for k in ("Wf", "Wi", "Wc", "Wo", "Wy"))
    bf, bi, bc, bo, by = (parameters[k] for k in ("bf", "bi", "bc", "bo", "by"))
    v = np.vstack([a_prev, xt])
    ft, it, ot = sigmoid(Wf @ v + bf), sigmoid(Wi @ v + bi), sigmoid(Wo @ v + bo)
    cct = np.tanh(Wc @ v + bc)
    c_next = ft * c_prev + it * cct
    a_next = ot * np.tanh(c_next)
    return a_next, c_next, softmax(Wy @ a_next + by), (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)


def lstm_cell_backward(da_next, dc_next, cache):
    (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters) = cache
    n_a, m = a_next.shape
    v = np.vstack([a_prev, xt])
    dc_next = dc_next + da_next * ot * (1 - np.tanh(c_next) ** 2)
    dot = da_next * np.tanh(c_next)
    dcct = dc_next * it * (1 - cct ** 2)
    dit = dc_next * cct * it * (1 - it)
    dft = dc_next * c_prev * ft * (1 - ft)
    dv = parameters["Wo"].T @ dot + parameters["Wc"].T @ dcct + parameters["Wi"].T @ dit + parameters["Wf"].T @ dft
    gradients = {"dxt": dv[n_a:], "da_prev": dv[:n_a], "dc_prev": dc_next * ft}
    gradients["dWf"], gradients["dbf"] = dft @ v.T, dft.sum(1, keepdims=True)
    gradients["dWi"], gradients["dbi"] = dit @ v.T, dit.sum(1, keepdims=True)
    gradients["dWc"], gradients["dbc"] = dcct @ v.T, dcct.sum(1, keepdims=True)
    gradients["dWo"], gradients["dbo"] = dot @ v.T, dot.sum(1, keepdims=True)
    return gradients
