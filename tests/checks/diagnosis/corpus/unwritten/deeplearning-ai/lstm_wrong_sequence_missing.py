"""TRUTH: partial
STYLE: lstm_cell_backward wrong (slope of the candidate missing), lstm_backward not written
COURSE: deeplearning-ai
STATUS: wrong
WRONG: lstm_cell_backward
UNWRITTEN: lstm_backward
"""
import numpy as np
from rnn_utils import *


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    ax = np.concatenate([a_prev, xt])
    ft = sigmoid(parameters["Wf"] @ ax + parameters["bf"])
    it = sigmoid(parameters["Wi"] @ ax + parameters["bi"])
    cct = np.tanh(parameters["Wc"] @ ax + parameters["bc"])
    ot = sigmoid(parameters["Wo"] @ ax + parameters["bo"])
    c_next = ft * c_prev + it * cct
    a_next = ot * np.tanh(c_next)
    yt = softmax(parameters["Wy"] @ a_next + parameters["by"])
    return a_next, c_next, yt, (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)


def lstm_forward(x, a0, parameters):
    a, c, y, caches = [], [], [], []
    at, ct = a0, np.zeros(a0.shape)
    for t in range(x.shape[2]):
        at, ct, yt, cache = lstm_cell_forward(x[:, :, t], at, ct, parameters)
        a.append(at), c.append(ct), y.append(yt), caches.append(cache)
    return np.stack(a, 2), np.stack(y, 2), np.stack(c, 2), (caches, x)


def lstm_cell_backward(da_next, dc_next, cache):
    a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters = cache
    n_a = len(a_next)
    dc = dc_next + da_next * ot * (1 - np.tanh(c_next) ** 2)
    d = {"f": dc * c_prev * ft * (1 - ft), "i": dc * cct * it * (1 - it), "c": dc * it,
         "o": da_next * np.tanh(c_next) * ot * (1 - ot)}
    ax = np.concatenate([a_prev, xt])
    dax = sum(parameters["W" + k].T @ v for k, v in d.items())
    out = {"dxt": dax[n_a:], "da_prev": dax[:n_a], "dc_prev": dc * ft}
    for k, v in d.items():
        out["dW" + k] = v @ ax.T
        out["db" + k] = v.sum(axis=1, keepdims=True)
    return out


def lstm_backward(da, caches):
    # TODO loop over t
    raise NotImplementedError()
