import numpy as np
from rnn_utils import *

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

