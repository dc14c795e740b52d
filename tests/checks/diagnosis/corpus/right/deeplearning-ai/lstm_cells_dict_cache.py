"""TRUTH: right
STYLE: only the cell functions, own sigmoid, cache as a dictionary, split weights
COURSE: deeplearning-ai
ARGS: xt D N, a_prev H N, c_prev H N, Wf H H+D, Wi H H+D, Wc H H+D, Wo H H+D, bf H 1, bi H 1, bc H 1, bo H 1, Wy V H, by V 1
CALL: parameters = dict(Wf=Wf, Wi=Wi, Wc=Wc, Wo=Wo, bf=bf, bi=bi, bc=bc, bo=bo, Wy=Wy, by=by); a, c, y, cache = lstm_cell_forward(xt, a_prev, c_prev, parameters)
BACK: g = lstm_cell_backward(da, dc, cache); dxt = g["dxt"]; da_prev = g["da_prev"]; dc_prev = g["dc_prev"]; dWf = g["dWf"]; dWi = g["dWi"]; dWc = g["dWc"]; dWo = g["dWo"]; dbf = g["dbf"]; dbi = g["dbi"]; dbc = g["dbc"]; dbo = g["dbo"]
"""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    ex = np.exp(x - np.max(x, axis=0))
    return ex / ex.sum(axis=0)


def gate(name, a_prev, xt, parameters):
    W, b = parameters["W" + name], parameters["b" + name]
    n_a = a_prev.shape[0]
    return np.dot(W[:, :n_a], a_prev) + np.dot(W[:, n_a:], xt) + b


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    ft = sigmoid(gate("f", a_prev, xt, parameters))
    it = sigmoid(gate("i", a_prev, xt, parameters))
    ot = sigmoid(gate("o", a_prev, xt, parameters))
    cct = np.tanh(gate("c", a_prev, xt, parameters))
    c_next = np.multiply(ft, c_prev) + np.multiply(it, cct)
    a_next = np.multiply(ot, np.tanh(c_next))
    yt_pred = softmax(np.dot(parameters["Wy"], a_next) + parameters["by"])
    cache = {"f": ft, "i": it, "o": ot, "cc": cct, "c_next": c_next, "a_prev": a_prev, "c_prev": c_prev,
             "xt": xt, "parameters": parameters}
    return a_next, c_next, yt_pred, cache


def lstm_cell_backward(da_next, dc_next, cache):
    ft, it, ot, cct = cache["f"], cache["i"], cache["o"], cache["cc"]
    parameters, xt, a_prev = cache["parameters"], cache["xt"], cache["a_prev"]
    n_a = a_prev.shape[0]

    # everything that goes into c_next
    dctotal = dc_next + da_next * ot * (1 - np.square(np.tanh(cache["c_next"])))
    dgate = {}
    dgate["o"] = da_next * np.tanh(cache["c_next"]) * ot * (1 - ot)
    dgate["c"] = dctotal * it * (1 - np.square(cct))
    dgate["i"] = dctotal * cct * it * (1 - it)
    dgate["f"] = dctotal * cache["c_prev"] * ft * (1 - ft)

    gradients = {"dc_prev": dctotal * ft, "da_prev": np.zeros_like(a_prev), "dxt": np.zeros_like(xt)}
    for name, dz in dgate.items():
        W = parameters["W" + name]
        gradients["da_prev"] += np.dot(W[:, :n_a].T, dz)
        gradients["dxt"] += np.dot(W[:, n_a:].T, dz)
        gradients["dW" + name] = np.hstack([np.dot(dz, a_prev.T), np.dot(dz, xt.T)])
        gradients["db" + name] = np.sum(dz, axis=1, keepdims=True)
    return gradients
