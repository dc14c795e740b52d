import numpy as np
from rnn_utils import *

def gru_cell_forward(xt, c_prev, parameters):
    Wu, Wr, Wc = parameters["Wu"], parameters["Wr"], parameters["Wc"]
    bu, br, bc = parameters["bu"], parameters["br"], parameters["bc"]
    concat = np.concatenate((c_prev, xt), axis=0)
    gu = sigmoid(np.dot(Wu, concat) + bu)
    gr = sigmoid(np.dot(Wr, concat) + br)
    cct = np.tanh(np.dot(Wc, np.concatenate((gr * c_prev, xt), axis=0)) + bc)
    c_next = gu * cct + (1 - gu) * c_prev
    yt_pred = softmax(np.dot(parameters["Wy"], c_next) + parameters["by"])
    return c_next, yt_pred, (c_next, c_prev, gu, gr, cct, xt, parameters)

def gru_forward(x, c0, parameters):
    caches, cs = [], []
    c = c0
    for t in range(x.shape[2]):
        c, y, cache = gru_cell_forward(x[:, :, t], c, parameters)
        cs.append(c); caches.append(cache)
    return np.stack(cs, axis=2), None, (caches, x)

def gru_cell_backward(dc_next, cache):
    (c_next, c_prev, gu, gr, cct, xt, parameters) = cache
    n = c_prev.shape[0]
    dcct = dc_next * gu * (1 - cct ** 2)
    dgu = dc_next * (cct - c_prev) * gu * (1 - gu)
    back = parameters["Wc"].T @ dcct
    dgr = back[:n] * c_prev * gr * (1 - gr)
    concat = np.concatenate((c_prev, xt), axis=0)
    dWc = dcct @ np.concatenate((gr * c_prev, xt), axis=0).T
    dWu = dgu @ concat.T
    dWr = dgr @ concat.T
    both = parameters["Wu"].T @ dgu + parameters["Wr"].T @ dgr
    dc_prev = dc_next * (1 - gu) + back[:n] * gr + both[:n]
    dxt = back[n:] + both[n:]
    return {"dxt": dxt, "dc_prev": dc_prev, "dWu": dWu, "dWr": dWr, "dWc": dWc,
            "dbu": dgu.sum(1, keepdims=True), "dbr": dgr.sum(1, keepdims=True), "dbc": dcct.sum(1, keepdims=True)}

def gru_backward(dc, caches):
    (caches, x) = caches
    dx = np.zeros(x.shape)
    total = {}
    dc_prev = 0
    for t in reversed(range(x.shape[2])):
        g = gru_cell_backward(dc[:, :, t] + dc_prev, caches[t])
        dc_prev = g["dc_prev"]
        dx[:, :, t] = g["dxt"]
        for k in g:
            if k[:2] in ("dW", "db"):
                total[k] = total.get(k, 0) + g[k]
    return {"dx": dx, "dc0": dc_prev, **total}

