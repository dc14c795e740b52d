"""TRUTH: wrong
STYLE: the forget gate's gradient takes c_next in place of c_prev
COURSE: deeplearning-ai
FUNCTION: lstm_cell_backward
CAUSE: df_uses_new_c | df uses | c_next in place of c_prev | new cell state
ARGS: xt D N, a_prev H N, c_prev H N, Wf H H+D, bf H 1, Wi H H+D, bi H 1, Wc H H+D, bc H 1, Wo H H+D, bo H 1, Wy V H, by V 1
CALL: a_next, c_next, y, cache = lstm_cell_forward(xt, a_prev, c_prev, dict(Wf=Wf, bf=bf, Wi=Wi, bi=bi, Wc=Wc, bc=bc, Wo=Wo, bo=bo, Wy=Wy, by=by))
BACK: g = lstm_cell_backward(da_next, dc_next, cache); dxt, da_prev, dc_prev, dWf, dbf, dWi, dbi, dWc, dbc, dWo, dbo = [g[k] for k in 'dxt da_prev dc_prev dWf dbf dWi dbi dWc dbc dWo dbo'.split()]
ARGS: x D N T, a0 H N, Wf H H+D, bf H 1, Wi H H+D, bi H 1, Wc H H+D, bc H 1, Wo H H+D, bo H 1, Wy V H, by V 1
CALL: a, y, c, caches = lstm_forward(x, a0, dict(Wf=Wf, bf=bf, Wi=Wi, bi=bi, Wc=Wc, bc=bc, Wo=Wo, bo=bo, Wy=Wy, by=by))
BACK: g = lstm_backward(da, caches); dx, da0, dWf, dbf, dWi, dbi, dWc, dbc, dWo, dbo = [g[k] for k in 'dx da0 dWf dbf dWi dbi dWc dbc dWo dbo'.split()]
LINE: 50
"""
import numpy as np
from rnn_utils import *


def linear(parameters, gate, concat):
    return np.dot(parameters["W" + gate], concat) + parameters["b" + gate]


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    concat = np.concatenate((a_prev, xt), axis=0)
    ft = sigmoid(linear(parameters, "f", concat))
    it = sigmoid(linear(parameters, "i", concat))
    cct = np.tanh(linear(parameters, "c", concat))
    ot = sigmoid(linear(parameters, "o", concat))
    c_next = ft * c_prev + it * cct
    a_next = ot * np.tanh(c_next)
    yt = softmax(linear(parameters, "y", a_next))
    return a_next, c_next, yt, (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)


def lstm_forward(x, a0, parameters):
    a_next, c_next = a0, np.zeros_like(a0)
    a, y, c, caches = [], [], [], []
    for t in range(x.shape[-1]):
        a_next, c_next, yt, cache = lstm_cell_forward(x[:, :, t], a_next, c_next, parameters)
        a += [a_next]
        y += [yt]
        c += [c_next]
        caches += [cache]
    return np.dstack(a), np.dstack(y), np.dstack(c), (caches, x)


def lstm_cell_backward(da_next, dc_next, cache):
    (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters) = cache
    n_a = a_next.shape[0]
    dc = dc_next + da_next * ot * (1 - np.tanh(c_next) ** 2)
    dft = dc * c_next * ft * (1 - ft)
    dit = dc * cct * it * (1 - it)
    dcct = dc * it * (1 - cct ** 2)
    dot = da_next * np.tanh(c_next) * ot * (1 - ot)
    concat = np.concatenate((a_prev, xt), axis=0)
    gradients = {"dc_prev": dc * ft}
    dconcat = 0
    for name, d in (("f", dft), ("i", dit), ("c", dcct), ("o", dot)):
        gradients["dW" + name] = np.dot(d, concat.T)
        gradients["db" + name] = np.sum(d, axis=1, keepdims=True)
        dconcat = dconcat + np.dot(parameters["W" + name].T, d)
    gradients["da_prev"] = dconcat[:n_a, :]
    gradients["dxt"] = dconcat[n_a:, :]
    return gradients


def lstm_backward(da, caches):
    caches, x = caches
    n_a, m, T_x = da.shape
    parameters = caches[0][-1]
    dx = np.zeros_like(x)
    result = {"d" + k: np.zeros_like(v) for k, v in parameters.items() if not k.endswith("y")}
    da_prev, dc_prev = np.zeros((n_a, m)), np.zeros((n_a, m))
    for t in reversed(range(T_x)):
        gradients = lstm_cell_backward(da[:, :, t] + da_prev, dc_prev, caches[t])
        da_prev, dc_prev = gradients["da_prev"], gradients["dc_prev"]
        dx[:, :, t] = gradients["dxt"]
        for k in result:
            result[k] += gradients[k]
    result["dx"] = dx
    result["da0"] = da_prev
    return result
