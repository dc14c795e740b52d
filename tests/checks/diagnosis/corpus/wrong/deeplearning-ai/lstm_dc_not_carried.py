"""TRUTH: wrong
STYLE: the carry of a only; dc stays at zero
COURSE: deeplearning-ai
FUNCTION: lstm_backward
CAUSE: dc_carry_missing | no carry of dc | but not dc
ARGS: xt D N, a_prev H N, c_prev H N, Wf H H+D, Wi H H+D, Wc H H+D, Wo H H+D, bf H 1, bi H 1, bc H 1, bo H 1, Wy V H, by V 1
CALL: parameters = dict(Wf=Wf, Wi=Wi, Wc=Wc, Wo=Wo, bf=bf, bi=bi, bc=bc, bo=bo, Wy=Wy, by=by); a, c, y, cache = lstm_cell_forward(xt, a_prev, c_prev, parameters)
BACK: g = lstm_cell_backward(da, dc, cache); dxt = g["dxt"]; da_prev = g["da_prev"]; dc_prev = g["dc_prev"]; dWf = g["dWf"]; dWi = g["dWi"]; dWc = g["dWc"]; dWo = g["dWo"]; dbf = g["dbf"]; dbi = g["dbi"]; dbc = g["dbc"]; dbo = g["dbo"]
ARGS: x D N T, a0 H N, Wf H H+D, Wi H H+D, Wc H H+D, Wo H H+D, bf H 1, bi H 1, bc H 1, bo H 1, Wy V H, by V 1
CALL: parameters = dict(Wf=Wf, Wi=Wi, Wc=Wc, Wo=Wo, bf=bf, bi=bi, bc=bc, bo=bo, Wy=Wy, by=by); a, y, cc, cache = lstm_forward(x, a0, parameters)
BACK: g = lstm_backward(da, cache); dx = g["dx"]; da0 = g["da0"]; dWf = g["dWf"]; dWi = g["dWi"]; dWc = g["dWc"]; dWo = g["dWo"]; dbf = g["dbf"]; dbi = g["dbi"]; dbc = g["dbc"]; dbo = g["dbo"]
LINE: 84
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


def lstm_forward(x, a0, parameters):
    caches = []
    n_x, m, T_x = x.shape
    n_y, n_a = parameters["Wy"].shape
    a, c = np.zeros((n_a, m, T_x)), np.zeros((n_a, m, T_x))
    y = np.zeros((n_y, m, T_x))
    a_next, c_next = a0, np.zeros((n_a, m))
    for t in range(T_x):
        a_next, c_next, y[:, :, t], cache = lstm_cell_forward(x[:, :, t], a_next, c_next, parameters)
        a[:, :, t], c[:, :, t] = a_next, c_next
        caches.append(cache)
    return a, y, c, (caches, x)


def lstm_cell_backward(da_next, dc_next, cache):
    (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters) = cache
    n_a, m = a_next.shape
    dot = da_next * np.tanh(c_next) * ot * (1 - ot)
    dcct = (dc_next * it + ot * (1 - np.tanh(c_next) ** 2) * it * da_next) * (1 - cct ** 2)
    dit = (dc_next * cct + ot * (1 - np.tanh(c_next) ** 2) * cct * da_next) * it * (1 - it)
    dft = (dc_next * c_prev + ot * (1 - np.tanh(c_next) ** 2) * c_prev * da_next) * ft * (1 - ft)
    concat = np.concatenate([a_prev, xt])
    dWf, dWi, dWc, dWo = [np.dot(d, concat.T) for d in (dft, dit, dcct, dot)]
    dbf, dbi, dbc, dbo = [np.sum(d, axis=1, keepdims=True) for d in (dft, dit, dcct, dot)]
    Wf, Wi, Wc, Wo = [parameters[k] for k in ("Wf", "Wi", "Wc", "Wo")]
    da_prev = Wf[:, :n_a].T.dot(dft) + Wi[:, :n_a].T.dot(dit) + Wc[:, :n_a].T.dot(dcct) + Wo[:, :n_a].T.dot(dot)
    dxt = Wf[:, n_a:].T.dot(dft) + Wi[:, n_a:].T.dot(dit) + Wc[:, n_a:].T.dot(dcct) + Wo[:, n_a:].T.dot(dot)
    dc_prev = dc_next * ft + ot * (1 - np.tanh(c_next) ** 2) * ft * da_next
    return {"dxt": dxt, "da_prev": da_prev, "dc_prev": dc_prev, "dWf": dWf, "dbf": dbf, "dWi": dWi,
            "dbi": dbi, "dWc": dWc, "dbc": dbc, "dWo": dWo, "dbo": dbo}


def lstm_backward(da, caches):
    caches, x = caches
    n_a, m, T_x = da.shape
    n_x = x.shape[0]
    dx = np.zeros(x.shape)
    back = np.zeros((n_a, m))
    sums = {k: 0 for k in ("dWf", "dbf", "dWi", "dbi", "dWc", "dbc", "dWo", "dbo")}
    for t in range(T_x - 1, -1, -1):
        g = lstm_cell_backward(da[:, :, t] + back, np.zeros((n_a, m)), caches[t])
        dx[:, :, t] = g["dxt"]
        back = g["da_prev"]
        for k in sums:
            sums[k] = sums[k] + g[k]
    sums["dx"] = dx
    sums["da0"] = back
    return sums
