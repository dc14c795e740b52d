import numpy as np
from rnn_utils import *

def rnn_cell_forward(xt, a_prev, parameters):
    Wax, Waa, Wya = parameters["Wax"], parameters["Waa"], parameters["Wya"]
    ba, by = parameters["ba"], parameters["by"]
    a_next = np.tanh(np.dot(Waa, a_prev) + np.dot(Wax, xt) + ba)
    yt_pred = softmax(np.dot(Wya, a_next) + by)
    return a_next, yt_pred, (a_next, a_prev, xt, parameters)

def rnn_forward(x, a0, parameters):
    caches = []
    n_x, m, T_x = x.shape
    n_y, n_a = parameters["Wya"].shape
    a = np.zeros((n_a, m, T_x))
    y_pred = np.zeros((n_y, m, T_x))
    a_next = a0
    for t in range(T_x):
        a_next, yt_pred, cache = rnn_cell_forward(x[:, :, t], a_next, parameters)
        a[:, :, t] = a_next
        y_pred[:, :, t] = yt_pred
        caches.append(cache)
    return a, y_pred, (caches, x)

def rnn_cell_backward(da_next, cache):
    (a_next, a_prev, xt, parameters) = cache
    Wax, Waa = parameters["Wax"], parameters["Waa"]
    dtanh = (1 - a_next ** 2) * da_next
    dxt = np.dot(Wax.T, dtanh)
    dWax = np.dot(dtanh, xt.T)
    da_prev = np.dot(Waa.T, dtanh)
    dWaa = np.dot(dtanh, a_prev.T)
    dba = np.sum(dtanh, axis=1, keepdims=True)
    return {"dxt": dxt, "da_prev": da_prev, "dWax": dWax, "dWaa": dWaa, "dba": dba}

def rnn_backward(da, caches):
    (caches, x) = caches
    (a1, a0, x1, parameters) = caches[0]
    n_a, m, T_x = da.shape
    n_x, m = x1.shape
    dx = np.zeros((n_x, m, T_x))
    dWax = np.zeros((n_a, n_x))
    dWaa = np.zeros((n_a, n_a))
    dba = np.zeros((n_a, 1))
    da_prevt = np.zeros((n_a, m))
    for t in reversed(range(T_x)):
        g = rnn_cell_backward(da[:, :, t] + da_prevt, caches[t])
        da_prevt = g["da_prev"]
        dx[:, :, t] = g["dxt"]
        dWax += g["dWax"]
        dWaa += g["dWaa"]
        dba += g["dba"]
    return {"dx": dx, "da0": da_prevt, "dWax": dWax, "dWaa": dWaa, "dba": dba}

def gru_cell_forward(xt, a_prev, parameters):
    Wu, Wr, Wc = parameters["Wu"], parameters["Wr"], parameters["Wc"]
    bu, br, bc = parameters["bu"], parameters["br"], parameters["bc"]
    concat = np.concatenate((a_prev, xt), axis=0)
    gu = sigmoid(np.dot(Wu, concat) + bu)
    gr = sigmoid(np.dot(Wr, concat) + br)
    cct = np.tanh(np.dot(Wc, np.concatenate((gr * a_prev, xt), axis=0)) + bc)
    a_next = gu * cct + (1 - gu) * a_prev
    yt_pred = softmax(np.dot(parameters["Wy"], a_next) + parameters["by"])
    return a_next, yt_pred, (a_next, a_prev, gu, gr, cct, xt, parameters)

def gru_forward(x, a0, parameters):
    caches, cs = [], []
    c = a0
    for t in range(x.shape[2]):
        c, y, cache = gru_cell_forward(x[:, :, t], c, parameters)
        cs.append(c); caches.append(cache)
    return np.stack(cs, axis=2), None, (caches, x)

def gru_cell_backward(da_next, cache):
    (a_next, a_prev, gu, gr, cct, xt, parameters) = cache
    n = a_prev.shape[0]
    dcct = da_next * gu * (1 - cct ** 2)
    dgu = da_next * (cct - a_prev) * gu * (1 - gu)
    back = parameters["Wc"].T @ dcct
    dgr = back[:n] * a_prev * gr * (1 - gr)
    concat = np.concatenate((a_prev, xt), axis=0)
    dWc = dcct @ np.concatenate((gr * a_prev, xt), axis=0).T
    dWu = dgu @ concat.T
    dWr = dgr @ concat.T
    both = parameters["Wu"].T @ dgu + parameters["Wr"].T @ dgr
    da_prev = da_next * (1 - gu) + back[:n] * gr + both[:n]
    dxt = back[n:] + both[n:]
    return {"dxt": dxt, "da_prev": da_prev, "dWu": dWu, "dWr": dWr, "dWc": dWc,
            "dbu": dgu.sum(1, keepdims=True), "dbr": dgr.sum(1, keepdims=True), "dbc": dcct.sum(1, keepdims=True)}

def gru_backward(da, caches):
    (caches, x) = caches
    dx = np.zeros(x.shape)
    total = {}
    da_prev = 0
    for t in reversed(range(x.shape[2])):
        g = gru_cell_backward(da[:, :, t] + da_prev, caches[t])
        da_prev = g["da_prev"]
        dx[:, :, t] = g["dxt"]
        for k in g:
            if k[:2] in ("dW", "db"):
                total[k] = total.get(k, 0) + g[k]
    return {"dx": dx, "da0": da_prev, **total}

