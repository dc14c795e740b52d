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

