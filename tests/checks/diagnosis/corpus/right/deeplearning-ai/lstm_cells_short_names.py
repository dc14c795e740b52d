"""TRUTH: right
STYLE: only the cells, a helper d_sig, the output gate's slope by dot, the cache as it comes
COURSE: deeplearning-ai
ARGS: xt D N, a_prev H N, c_prev H N, Wf H H+D, bf H 1, Wi H H+D, bi H 1, Wc H H+D, bc H 1, Wo H H+D, bo H 1, Wy V H, by V 1
CALL: a_next, c_next, y, cache = lstm_cell_forward(xt, a_prev, c_prev, dict(Wf=Wf, bf=bf, Wi=Wi, bi=bi, Wc=Wc, bc=bc, Wo=Wo, bo=bo, Wy=Wy, by=by))
BACK: g = lstm_cell_backward(da_next, dc_next, cache); dxt, da_prev, dc_prev, dWf, dbf, dWi, dbi, dWc, dbc, dWo, dbo = [g[k] for k in 'dxt da_prev dc_prev dWf dbf dWi dbi dWc dbc dWo dbo'.split()]
"""
import numpy as np
from rnn_utils import sigmoid, softmax


def d_sig(s):
    return s * (1 - s)


def d_tanh(t):
    return 1 - t ** 2


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    n_a, m = a_prev.shape
    n_x, _ = xt.shape
    concat = np.zeros((n_a + n_x, m))
    concat[: n_a, :] = a_prev
    concat[n_a:, :] = xt
    f = sigmoid(parameters["Wf"] @ concat + parameters["bf"])
    i = sigmoid(parameters["Wi"] @ concat + parameters["bi"])
    g = np.tanh(parameters["Wc"] @ concat + parameters["bc"])
    o = sigmoid(parameters["Wo"] @ concat + parameters["bo"])
    c_next = f * c_prev + i * g
    a_next = o * np.tanh(c_next)
    yt_pred = softmax(parameters["Wy"] @ a_next + parameters["by"])
    return a_next, c_next, yt_pred, (a_next, c_next, a_prev, c_prev, f, i, g, o, xt, parameters)


def lstm_cell_backward(da_next, dc_next, cache):
    (a_next, c_next, a_prev, c_prev, f, i, g, o, xt, parameters) = cache
    n_a = a_next.shape[0]
    t = np.tanh(c_next)
    dct = dc_next + d_tanh(t) * o * da_next
    do = d_sig(o) * t * da_next
    di = d_sig(i) * g * dct
    dg = d_tanh(g) * i * dct
    df = d_sig(f) * c_prev * dct
    m = xt.shape[1]
    one = np.ones((m, 1))
    Wf, Wi, Wc, Wo = [parameters[w] for w in ["Wf", "Wi", "Wc", "Wo"]]
    concat = np.r_[a_prev, xt]
    da_prev = Wf[:, :n_a].T @ df + Wi[:, :n_a].T @ di + Wc[:, :n_a].T @ dg + Wo[:, :n_a].T @ do
    dxt = Wf[:, n_a:].T @ df + Wi[:, n_a:].T @ di + Wc[:, n_a:].T @ dg + Wo[:, n_a:].T @ do
    gradients = {"dxt": dxt, "da_prev": da_prev, "dc_prev": dct * f,
                 "dWf": df @ concat.T, "dbf": df @ one, "dWi": di @ concat.T, "dbi": di @ one,
                 "dWc": dg @ concat.T, "dbc": dg @ one, "dWo": do @ concat.T, "dbo": do @ one}
    return gradients
