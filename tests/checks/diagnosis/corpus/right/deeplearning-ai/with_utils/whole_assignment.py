"""TRUTH: right
STYLE: RNN and LSTM in one file with rnn_utils in the folder, short names, loops over a dict of gradients
COURSE: deeplearning-ai
ARGS: xt D N, a_prev H N, Wax H D, Waa H H, ba H 1, Wya V H, by V 1
CALL: parameters = dict(Wax=Wax, Waa=Waa, ba=ba, Wya=Wya, by=by); a, y, cache = rnn_cell_forward(xt, a_prev, parameters)
BACK: g = rnn_cell_backward(da, cache); dxt = g["dxt"]; da_prev = g["da_prev"]; dWax = g["dWax"]; dWaa = g["dWaa"]; dba = g["dba"]
ARGS: x D N T, a0 H N, Wax H D, Waa H H, ba H 1, Wya V H, by V 1
CALL: parameters = dict(Wax=Wax, Waa=Waa, ba=ba, Wya=Wya, by=by); a, y, cache = rnn_forward(x, a0, parameters)
BACK: g = rnn_backward(da, cache); dx = g["dx"]; da0 = g["da0"]; dWax = g["dWax"]; dWaa = g["dWaa"]; dba = g["dba"]
ARGS: xt D N, a_prev H N, c_prev H N, Wf H H+D, Wi H H+D, Wc H H+D, Wo H H+D, bf H 1, bi H 1, bc H 1, bo H 1, Wy V H, by V 1
CALL: parameters = dict(Wf=Wf, Wi=Wi, Wc=Wc, Wo=Wo, bf=bf, bi=bi, bc=bc, bo=bo, Wy=Wy, by=by); a, c, y, cache = lstm_cell_forward(xt, a_prev, c_prev, parameters)
BACK: g = lstm_cell_backward(da, dc, cache); dxt = g["dxt"]; da_prev = g["da_prev"]; dc_prev = g["dc_prev"]; dWf = g["dWf"]; dWi = g["dWi"]; dWc = g["dWc"]; dWo = g["dWo"]; dbf = g["dbf"]; dbi = g["dbi"]; dbc = g["dbc"]; dbo = g["dbo"]
ARGS: x D N T, a0 H N, Wf H H+D, Wi H H+D, Wc H H+D, Wo H H+D, bf H 1, bi H 1, bc H 1, bo H 1, Wy V H, by V 1
CALL: parameters = dict(Wf=Wf, Wi=Wi, Wc=Wc, Wo=Wo, bf=bf, bi=bi, bc=bc, bo=bo, Wy=Wy, by=by); a, y, cc, cache = lstm_forward(x, a0, parameters)
BACK: g = lstm_backward(da, cache); dx = g["dx"]; da0 = g["da0"]; dWf = g["dWf"]; dWi = g["dWi"]; dWc = g["dWc"]; dWo = g["dWo"]; dbf = g["dbf"]; dbi = g["dbi"]; dbc = g["dbc"]; dbo = g["dbo"]
"""
from rnn_utils import *

import numpy as np


def rnn_cell_forward(xt, a_prev, parameters):
    p = parameters
    z = p["Wax"] @ xt + p["Waa"] @ a_prev + p["ba"]
    a_next = np.tanh(z)
    return a_next, softmax(p["Wya"] @ a_next + p["by"]), (a_next, a_prev, xt, p)


def rnn_forward(x, a0, parameters):
    steps, at = [], a0
    for xt in np.moveaxis(x, 2, 0):
        at, yt, cache = rnn_cell_forward(xt, at, parameters)
        steps.append((at, yt, cache))
    a = np.stack([s[0] for s in steps], axis=2)
    y_pred = np.stack([s[1] for s in steps], axis=2)
    return a, y_pred, ([s[2] for s in steps], x)


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, p = cache
    d = da_next - da_next * a_next ** 2
    return dict(dxt=p["Wax"].T @ d, da_prev=p["Waa"].T @ d, dWax=d @ xt.T, dWaa=d @ a_prev.T,
                dba=d.sum(axis=1).reshape(-1, 1))


def rnn_backward(da, caches):
    caches, x = caches
    total = {}
    dx = np.empty(x.shape)
    back = 0
    for t in range(x.shape[2] - 1, -1, -1):
        grads = rnn_cell_backward(da[:, :, t] + back, caches[t])
        dx[:, :, t] = grads.pop("dxt")
        back = grads.pop("da_prev")
        for key in grads:
            total[key] = total.get(key, 0) + grads[key]
    total["dx"] = dx
    total["da0"] = back
    return total


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    p = parameters
    ax = np.vstack((a_prev, xt))
    ft, it, ot = (sigmoid(p["W" + k] @ ax + p["b" + k]) for k in "fio")
    cct = np.tanh(p["Wc"] @ ax + p["bc"])
    c_next = ft * c_prev + it * cct
    a_next = ot * np.tanh(c_next)
    yt_pred = softmax(p["Wy"] @ a_next + p["by"])
    return a_next, c_next, yt_pred, (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, p)


def lstm_forward(x, a0, parameters):
    at, ct = a0, np.zeros_like(a0)
    caches, a, y, c = [], [], [], []
    for t in range(x.shape[2]):
        at, ct, yt, cache = lstm_cell_forward(x[:, :, t], at, ct, parameters)
        a.append(at)
        y.append(yt)
        c.append(ct)
        caches.append(cache)
    return np.dstack(a), np.dstack(y), np.dstack(c), (caches, x)


def lstm_cell_backward(da_next, dc_next, cache):
    a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, p = cache
    n_a = len(a_next)
    tc = np.tanh(c_next)
    dc = dc_next + da_next * ot * (1 - tc * tc)
    d = {"f": dc * c_prev * ft * (1 - ft), "i": dc * cct * it * (1 - it),
         "c": dc * it * (1 - cct * cct), "o": da_next * tc * ot * (1 - ot)}
    ax = np.vstack((a_prev, xt))
    dax = sum(p["W" + k].T @ d[k] for k in "fico")
    grads = {"da_prev": dax[:n_a], "dxt": dax[n_a:], "dc_prev": dc * ft}
    for k in "fico":
        grads["dW" + k] = d[k] @ ax.T
        grads["db" + k] = d[k].sum(axis=1, keepdims=True)
    return grads


def lstm_backward(da, caches):
    caches, x = caches
    total, dx = {}, np.empty(x.shape)
    da_back, dc_back = np.zeros_like(da[:, :, 0]), np.zeros_like(da[:, :, 0])
    for t in range(x.shape[2] - 1, -1, -1):
        grads = lstm_cell_backward(da[:, :, t] + da_back, dc_back, caches[t])
        dx[:, :, t], da_back, dc_back = grads.pop("dxt"), grads.pop("da_prev"), grads.pop("dc_prev")
        for key in grads:
            total[key] = total.get(key, 0) + grads[key]
    total.update(dx=dx, da0=da_back)
    return total
