"""TRUTH: wrong
STYLE: the columns of a and of x are mixed up in the weights
COURSE: deeplearning-ai
FUNCTION: lstm_cell_backward
CAUSE: columns of | another part | [h, x] | [x, h] | rows of | [a, x]
ARGS: xt D N, a_prev H N, c_prev H N, Wf H H+D, Wi H H+D, Wc H H+D, Wo H H+D, bf H 1, bi H 1, bc H 1, bo H 1, Wy V H, by V 1
CALL: parameters = dict(Wf=Wf, Wi=Wi, Wc=Wc, Wo=Wo, bf=bf, bi=bi, bc=bc, bo=bo, Wy=Wy, by=by); a, c, y, cache = lstm_cell_forward(xt, a_prev, c_prev, parameters)
BACK: g = lstm_cell_backward(da, dc, cache); dxt = g["dxt"]; da_prev = g["da_prev"]; dc_prev = g["dc_prev"]; dWf = g["dWf"]; dWi = g["dWi"]; dWc = g["dWc"]; dWo = g["dWo"]; dbf = g["dbf"]; dbi = g["dbi"]; dbc = g["dbc"]; dbo = g["dbo"]
LINE: 57
"""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    e = np.exp(x - np.max(x))
    return e / e.sum(axis=0)


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
    n_x, m = xt.shape
    n_a, m = a_next.shape

    dc = dc_next + ot * (1 - np.square(np.tanh(c_next))) * da_next
    dot = da_next * np.tanh(c_next) * ot * (1 - ot)
    dcct = dc * it * (1 - np.square(cct))
    dit = dc * cct * it * (1 - it)
    dft = dc * c_prev * ft * (1 - ft)

    Wf = parameters["Wf"]
    Wi = parameters["Wi"]
    Wc = parameters["Wc"]
    Wo = parameters["Wo"]
    concat = np.concatenate((a_prev, xt), axis=0).T
    da_prev = Wf[:, n_x:].T @ dft + Wi[:, n_x:].T @ dit + Wc[:, n_x:].T @ dcct + Wo[:, n_x:].T @ dot
    dxt = Wf[:, :n_x].T @ dft + Wi[:, :n_x].T @ dit + Wc[:, :n_x].T @ dcct + Wo[:, :n_x].T @ dot
    dc_prev = dc * ft

    return {"dxt": dxt, "da_prev": da_prev, "dc_prev": dc_prev,
            "dWf": dft @ concat, "dbf": np.sum(dft, axis=1, keepdims=True),
            "dWi": dit @ concat, "dbi": np.sum(dit, axis=1, keepdims=True),
            "dWc": dcct @ concat, "dbc": np.sum(dcct, axis=1, keepdims=True),
            "dWo": dot @ concat, "dbo": np.sum(dot, axis=1, keepdims=True)}
