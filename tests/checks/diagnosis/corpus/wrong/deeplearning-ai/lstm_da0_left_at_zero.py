"""TRUTH: wrong
STYLE: da0 is made as zeros and never set, the cell's sums inside the loop
COURSE: deeplearning-ai
FUNCTION: lstm_backward
CAUSE: all zeros | never written
ARGS: x D N T, a0 H N, Wf H H+D, bf H 1, Wi H H+D, bi H 1, Wc H H+D, bc H 1, Wo H H+D, bo H 1, Wy V H, by V 1
CALL: a, y, c, caches = lstm_forward(x, a0, dict(Wf=Wf, bf=bf, Wi=Wi, bi=bi, Wc=Wc, bc=bc, Wo=Wo, bo=bo, Wy=Wy, by=by))
BACK: g = lstm_backward(da, caches); dx, da0, dWf, dbf, dWi, dbi, dWc, dbc, dWo, dbo = [g[k] for k in 'dx da0 dWf dbf dWi dbi dWc dbc dWo dbo'.split()]
LINE: 39
"""
import numpy as np
from rnn_utils import sigmoid, softmax


def lstm_forward(x, a0, parameters):
    n_a, m = a0.shape
    T_x = x.shape[2]
    a, c = np.zeros((n_a, m, T_x)), np.zeros((n_a, m, T_x))
    y = np.zeros((len(parameters["by"]), m, T_x))
    a_t, c_t, caches = a0, np.zeros((n_a, m)), []
    for t in range(T_x):
        v = np.concatenate((a_t, x[:, :, t]))
        f, i, o = (sigmoid(parameters["W" + k] @ v + parameters["b" + k]) for k in "fio")
        cc = np.tanh(parameters["Wc"] @ v + parameters["bc"])
        c_before, c_t = c_t, f * c_t + i * cc
        a_t = o * np.tanh(c_t)
        a[:, :, t], c[:, :, t] = a_t, c_t
        y[:, :, t] = softmax(parameters["Wy"] @ a_t + parameters["by"])
        caches.append((v, f, i, o, cc, c_before, c_t))
    return a, y, c, (caches, x, parameters)


def lstm_backward(da, caches):
    steps, x, parameters = caches
    n_a, m, T_x = da.shape
    g = {"dW" + k: np.zeros(parameters["W" + k].shape) for k in "fico"}
    g.update({"db" + k: np.zeros((n_a, 1)) for k in "fico"})
    g["dx"] = np.zeros(x.shape)
    g["da0"] = np.zeros((n_a, m))
    da_prevt, dc_prevt = 0, 0
    for t in range(T_x)[::-1]:
        v, f, i, o, cc, c_before, c_t = steps[t]
        d = da[:, :, t] + da_prevt
        tc = np.tanh(c_t)
        dc = dc_prevt + d * o * (1 - tc ** 2)
        pre = dict(f=dc * c_before * f * (1 - f), i=dc * cc * i * (1 - i),
                   c=dc * i * (1 - cc ** 2), o=d * tc * o * (1 - o))
        dv = 0
        for k, dk in pre.items():
            g["dW" + k] += dk @ v.T
            g["db" + k] += dk.sum(axis=1, keepdims=True)
            dv = dv + parameters["W" + k].T @ dk
        da_prevt, dc_prevt = dv[:n_a], dc * f
        g["dx"][:, :, t] = dv[n_a:]
    return g
