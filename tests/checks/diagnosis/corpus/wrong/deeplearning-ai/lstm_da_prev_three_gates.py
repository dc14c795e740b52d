"""TRUTH: wrong
STYLE: one of four products is missing in da_prev, dxt has all
COURSE: deeplearning-ai
FUNCTION: lstm_cell_backward
CAUSE: lacks the share of the output gate | without the output gate
ARGS: xt D N, a_prev H N, c_prev H N, Wf H H+D, bf H 1, Wi H H+D, bi H 1, Wc H H+D, bc H 1, Wo H H+D, bo H 1, Wy V H, by V 1
CALL: a_next, c_next, y, cache = lstm_cell_forward(xt, a_prev, c_prev, dict(Wf=Wf, bf=bf, Wi=Wi, bi=bi, Wc=Wc, bc=bc, Wo=Wo, bo=bo, Wy=Wy, by=by))
BACK: g = lstm_cell_backward(da_next, dc_next, cache); dxt, da_prev, dc_prev, dWf, dbf, dWi, dbi, dWc, dbc, dWo, dbo = [g[k] for k in 'dxt da_prev dc_prev dWf dbf dWi dbi dWc dbc dWo dbo'.split()]
ARGS: x D N T, a0 H N, Wf H H+D, bf H 1, Wi H H+D, bi H 1, Wc H H+D, bc H 1, Wo H H+D, bo H 1, Wy V H, by V 1
CALL: a, y, c, caches = lstm_forward(x, a0, dict(Wf=Wf, bf=bf, Wi=Wi, bi=bi, Wc=Wc, bc=bc, Wo=Wo, bo=bo, Wy=Wy, by=by))
BACK: g = lstm_backward(da, caches); dx, da0, dWf, dbf, dWi, dbi, dWc, dbc, dWo, dbo = [g[k] for k in 'dx da0 dWf dbf dWi dbi dWc dbc dWo dbo'.split()]
LINE: 56
"""
import numpy as np
from rnn_utils import *


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    concat = np.concatenate((a_prev, xt), axis=0)
    f = sigmoid(parameters["Wf"].dot(concat) + parameters["bf"])
    i = sigmoid(parameters["Wi"].dot(concat) + parameters["bi"])
    cc = np.tanh(parameters["Wc"].dot(concat) + parameters["bc"])
    o = sigmoid(parameters["Wo"].dot(concat) + parameters["bo"])
    c_next = f * c_prev + i * cc
    a_next = o * np.tanh(c_next)
    yt = softmax(parameters["Wy"].dot(a_next) + parameters["by"])
    return a_next, c_next, yt, (a_next, c_next, a_prev, c_prev, f, i, cc, o, xt, parameters)


def lstm_forward(x, a0, parameters):
    n_x, m, T_x = x.shape
    n_y, n_a = parameters["Wy"].shape
    a = np.zeros((n_a, m, T_x))
    c = np.zeros((n_a, m, T_x))
    y = np.zeros((n_y, m, T_x))
    a_next, c_next, caches = a0, np.zeros((n_a, m)), []
    for t in range(T_x):
        a_next, c_next, yt, cache = lstm_cell_forward(x[:, :, t], a_next, c_next, parameters)
        a[:, :, t] = a_next
        c[:, :, t] = c_next
        y[:, :, t] = yt
        caches.append(cache)
    return a, y, c, (caches, x)


def lstm_cell_backward(da_next, dc_next, cache):
    (a_next, c_next, a_prev, c_prev, f, i, cc, o, xt, parameters) = cache
    n_a, m = a_next.shape
    Wf, Wi, Wc, Wo = parameters["Wf"], parameters["Wi"], parameters["Wc"], parameters["Wo"]
    do = da_next * np.tanh(c_next) * o * (1 - o)
    dc = dc_next + o * (1 - np.tanh(c_next) ** 2) * da_next
    dcc = dc * i * (1 - cc ** 2)
    di = dc * cc * i * (1 - i)
    df = dc * c_prev * f * (1 - f)
    side = np.concatenate((a_prev, xt), axis=0).T
    da_prev = Wf[:, :n_a].T.dot(df) + Wi[:, :n_a].T.dot(di) + Wc[:, :n_a].T.dot(dcc)
    dxt = Wf[:, n_a:].T.dot(df) + Wi[:, n_a:].T.dot(di) + Wc[:, n_a:].T.dot(dcc) + Wo[:, n_a:].T.dot(do)
    return {"dxt": dxt, "da_prev": da_prev, "dc_prev": f * dc,
            "dWf": df.dot(side), "dbf": df.sum(axis=1, keepdims=True),
            "dWi": di.dot(side), "dbi": di.sum(axis=1, keepdims=True),
            "dWc": dcc.dot(side), "dbc": dcc.sum(axis=1, keepdims=True),
            "dWo": do.dot(side), "dbo": do.sum(axis=1, keepdims=True)}


def lstm_backward(da, caches):
    caches, x = caches
    n_a, m, T_x = da.shape
    n_x = x.shape[0]
    dx = np.zeros((n_x, m, T_x))
    da_prevt, dc_prevt = np.zeros((n_a, m)), np.zeros((n_a, m))
    sums = {}
    for k in "fico":
        sums["dW" + k] = np.zeros((n_a, n_a + n_x))
        sums["db" + k] = np.zeros((n_a, 1))
    for t in reversed(range(T_x)):
        g = lstm_cell_backward(da[:, :, t] + da_prevt, dc_prevt, caches[t])
        da_prevt, dc_prevt = g["da_prev"], g["dc_prev"]
        dx[:, :, t] = g["dxt"]
        for k in sums:
            sums[k] += g[k]
    return {**sums, "dx": dx, "da0": da_prevt}
