"""TRUTH: right
STYLE: namedtuple cache, helper that adds dictionaries, seq functions with slices of one array
COURSE: deeplearning-ai
ARGS: xt D N, a_prev H N, c_prev H N, Wf H H+D, Wi H H+D, Wc H H+D, Wo H H+D, bf H 1, bi H 1, bc H 1, bo H 1, Wy V H, by V 1
CALL: parameters = dict(Wf=Wf, Wi=Wi, Wc=Wc, Wo=Wo, bf=bf, bi=bi, bc=bc, bo=bo, Wy=Wy, by=by); a, c, y, cache = lstm_cell_forward(xt, a_prev, c_prev, parameters)
BACK: g = lstm_cell_backward(da, dc, cache); dxt = g["dxt"]; da_prev = g["da_prev"]; dc_prev = g["dc_prev"]; dWf = g["dWf"]; dWi = g["dWi"]; dWc = g["dWc"]; dWo = g["dWo"]; dbf = g["dbf"]; dbi = g["dbi"]; dbc = g["dbc"]; dbo = g["dbo"]
ARGS: x D N T, a0 H N, Wf H H+D, Wi H H+D, Wc H H+D, Wo H H+D, bf H 1, bi H 1, bc H 1, bo H 1, Wy V H, by V 1
CALL: parameters = dict(Wf=Wf, Wi=Wi, Wc=Wc, Wo=Wo, bf=bf, bi=bi, bc=bc, bo=bo, Wy=Wy, by=by); a, y, cc, cache = lstm_forward(x, a0, parameters)
BACK: g = lstm_backward(da, cache); dx = g["dx"]; da0 = g["da0"]; dWf = g["dWf"]; dWi = g["dWi"]; dWc = g["dWc"]; dWo = g["dWo"]; dbf = g["dbf"]; dbi = g["dbi"]; dbc = g["dbc"]; dbo = g["dbo"]
"""
from collections import namedtuple

import numpy as np

Cache = namedtuple("Cache", "a_next c_next a_prev c_prev ft it cct ot xt parameters")


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    e_x = np.exp(x - np.max(x))
    return e_x / e_x.sum(axis=0)


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    names = ("Wf", "bf", "Wi", "bi", "Wc", "bc", "Wo", "bo", "Wy", "by")
    Wf, bf, Wi, bi, Wc, bc, Wo, bo, Wy, by = (parameters[n] for n in names)
    ax = np.r_[a_prev, xt]
    ft = sigmoid(Wf @ ax + bf)
    it = sigmoid(Wi @ ax + bi)
    cct = np.tanh(Wc @ ax + bc)
    ot = sigmoid(Wo @ ax + bo)
    c_next = ft * c_prev + it * cct
    a_next = ot * np.tanh(c_next)
    return a_next, c_next, softmax(Wy @ a_next + by), Cache(a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)


def lstm_forward(x, a0, parameters):
    T_x = x.shape[-1]
    a, c = np.zeros(a0.shape + (T_x,)), np.zeros(a0.shape + (T_x,))
    y = np.zeros((len(parameters["by"]), x.shape[1], T_x))
    caches = []
    for t in range(T_x):
        before = (a0, np.zeros_like(a0)) if t == 0 else (a[..., t - 1], c[..., t - 1])
        a[..., t], c[..., t], y[..., t], cache = lstm_cell_forward(x[..., t], *before, parameters)
        caches.append(cache)
    return a, y, c, (caches, x)


def lstm_cell_backward(da_next, dc_next, cache):
    k = cache
    tanh_c = np.tanh(k.c_next)
    dct = dc_next + da_next * k.ot * (1 - tanh_c ** 2)
    dz = np.concatenate([dct * k.c_prev * k.ft * (1 - k.ft), dct * k.cct * k.it * (1 - k.it),
                         dct * k.it * (1 - k.cct ** 2), da_next * tanh_c * k.ot * (1 - k.ot)])
    W = np.concatenate([k.parameters[n] for n in ("Wf", "Wi", "Wc", "Wo")])
    dW, db, dax = dz @ np.r_[k.a_prev, k.xt].T, dz.sum(axis=1, keepdims=True), W.T @ dz
    n_a = k.a_prev.shape[0]
    gradients = {"dxt": dax[n_a:], "da_prev": dax[:n_a], "dc_prev": dct * k.ft}
    for j, g in enumerate("fico"):
        gradients["dW" + g] = dW[j * n_a:(j + 1) * n_a]
        gradients["db" + g] = db[j * n_a:(j + 1) * n_a]
    return gradients


def add(total, gradients):
    for name, g in gradients.items():
        if name in total:
            total[name] += g
        else:
            total[name] = g.copy()


def lstm_backward(da, caches):
    caches, x = caches
    total = {}
    dx = np.zeros(x.shape)
    da_t, dc_t = da[..., -1], np.zeros_like(da[..., -1])
    for t in range(x.shape[-1])[::-1]:
        g = lstm_cell_backward(da_t, dc_t, caches[t])
        dx[..., t] = g.pop("dxt")
        dc_t = g.pop("dc_prev")
        da_t = g.pop("da_prev")
        if t > 0:
            da_t = da_t + da[..., t - 1]
        add(total, g)
    return dict(total, dx=dx, da0=da_t)
