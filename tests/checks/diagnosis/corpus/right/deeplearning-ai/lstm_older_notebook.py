"""TRUTH: right
STYLE: LSTM of the older notebook (a, y, c, caches; c0 is not given), weights unpacked by name, leftovers
COURSE: deeplearning-ai
ARGS: xt D N, a_prev H N, c_prev H N, Wf H H+D, Wi H H+D, Wc H H+D, Wo H H+D, bf H 1, bi H 1, bc H 1, bo H 1, Wy V H, by V 1
CALL: parameters = dict(Wf=Wf, Wi=Wi, Wc=Wc, Wo=Wo, bf=bf, bi=bi, bc=bc, bo=bo, Wy=Wy, by=by); a, c, y, cache = lstm_cell_forward(xt, a_prev, c_prev, parameters)
BACK: g = lstm_cell_backward(da, dc, cache); dxt = g["dxt"]; da_prev = g["da_prev"]; dc_prev = g["dc_prev"]; dWf = g["dWf"]; dWi = g["dWi"]; dWc = g["dWc"]; dWo = g["dWo"]; dbf = g["dbf"]; dbi = g["dbi"]; dbc = g["dbc"]; dbo = g["dbo"]
ARGS: x D N T, a0 H N, Wf H H+D, Wi H H+D, Wc H H+D, Wo H H+D, bf H 1, bi H 1, bc H 1, bo H 1, Wy V H, by V 1
CALL: parameters = dict(Wf=Wf, Wi=Wi, Wc=Wc, Wo=Wo, bf=bf, bi=bi, bc=bc, bo=bo, Wy=Wy, by=by); a, y, cc, cache = lstm_forward(x, a0, parameters)
BACK: g = lstm_backward(da, cache); dx = g["dx"]; da0 = g["da0"]; dWf = g["dWf"]; dWi = g["dWi"]; dWc = g["dWc"]; dWo = g["dWo"]; dbf = g["dbf"]; dbi = g["dbi"]; dbc = g["dbc"]; dbo = g["dbo"]
"""
import numpy as np

sigmoid = lambda s: 1. / (1. + np.exp(-s))


def softmax(s):
    s = np.exp(s - np.amax(s, axis=0, keepdims=True))
    return s / np.sum(s, axis=0, keepdims=True)


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    n_x, m = xt.shape
    n_y, n_a = parameters["Wy"].shape
    concat = np.zeros((n_a + n_x, m), dtype=np.result_type(a_prev, xt))
    concat[: n_a, :] = a_prev
    concat[n_a :, :] = xt
    ft = sigmoid(parameters["Wf"].dot(concat) + parameters["bf"])
    it = sigmoid(parameters["Wi"].dot(concat) + parameters["bi"])
    cct = np.tanh(parameters["Wc"].dot(concat) + parameters["bc"])
    c_next = ft * c_prev + it * cct
    ot = sigmoid(parameters["Wo"].dot(concat) + parameters["bo"])
    a_next = ot * np.tanh(c_next)
    yt_pred = softmax(parameters["Wy"].dot(a_next) + parameters["by"])
    cache = (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)
    return a_next, c_next, yt_pred, cache


def lstm_forward(x, a0, parameters):
    n_x, m, T_x = x.shape
    n_y, n_a = parameters["Wy"].shape
    a, c, y = [], [], []
    a_next = a0
    c_next = np.zeros(a_next.shape)
    caches = []
    for t in range(T_x):
        a_next, c_next, yt, cache = lstm_cell_forward(x[:, :, t], a_next, c_next, parameters)
        a.append(a_next); y.append(yt); c.append(c_next)
        caches.append(cache)
    return np.stack(a, -1), np.stack(y, -1), np.stack(c, -1), (caches, x)


def lstm_cell_backward(da_next, dc_next, cache):
    a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters = cache
    n_a, m = a_next.shape
    # derivatives of the gates, before the activation
    dot = da_next * np.tanh(c_next) * ot * (1 - ot)
    dcct = (dc_next * it + ot * (1 - np.square(np.tanh(c_next))) * it * da_next) * (1 - np.square(cct))
    dit = (dc_next * cct + ot * (1 - np.square(np.tanh(c_next))) * cct * da_next) * it * (1 - it)
    dft = (dc_next * c_prev + ot * (1 - np.square(np.tanh(c_next))) * c_prev * da_next) * ft * (1 - ft)
    # parameters
    dWf = np.dot(dft, np.hstack([a_prev.T, xt.T]))
    dWi = np.dot(dit, np.hstack([a_prev.T, xt.T]))
    dWc = np.dot(dcct, np.hstack([a_prev.T, xt.T]))
    dWo = np.dot(dot, np.hstack([a_prev.T, xt.T]))
    dbf = np.sum(dft, axis=1, keepdims=True)
    dbi = np.sum(dit, axis=1, keepdims=True)
    dbc = np.sum(dcct, axis=1, keepdims=True)
    dbo = np.sum(dot, axis=1, keepdims=True)
    # inputs
    dconcat = parameters['Wf'].T.dot(dft) + parameters['Wi'].T.dot(dit) + parameters['Wc'].T.dot(dcct) + parameters['Wo'].T.dot(dot)
    da_prev = dconcat[:n_a]
    dxt = dconcat[n_a:]
    dc_prev = dc_next * ft + ot * (1 - np.square(np.tanh(c_next))) * ft * da_next
    return {"dxt": dxt, "da_prev": da_prev, "dc_prev": dc_prev, "dWf": dWf, "dbf": dbf, "dWi": dWi, "dbi": dbi,
            "dWc": dWc, "dbc": dbc, "dWo": dWo, "dbo": dbo}


def lstm_backward(da, caches):
    caches, x = caches
    n_a, m, T_x = da.shape
    n_x = x.shape[0]
    dx = np.zeros((n_x, m, T_x))
    da_prevt = np.zeros((n_a, m))
    dc_prevt = np.zeros((n_a, m))
    dWf = np.zeros((n_a, n_a + n_x)); dWi = np.zeros((n_a, n_a + n_x))
    dWc = np.zeros((n_a, n_a + n_x)); dWo = np.zeros((n_a, n_a + n_x))
    dbf = np.zeros((n_a, 1)); dbi = np.zeros((n_a, 1))
    dbc = np.zeros((n_a, 1)); dbo = np.zeros((n_a, 1))
    for t in reversed(range(T_x)):
        g = lstm_cell_backward(da_prevt + da[:, :, t], dc_prevt, caches[t])
        dx[:, :, t] = g["dxt"]
        da_prevt = g["da_prev"]
        dc_prevt = g["dc_prev"]
        dWf += g["dWf"]; dWi += g["dWi"]; dWc += g["dWc"]; dWo += g["dWo"]
        dbf += g["dbf"]; dbi += g["dbi"]; dbc += g["dbc"]; dbo += g["dbo"]
    gradients = {"dx": dx, "da0": da_prevt, "dWf": dWf, "dbf": dbf, "dWi": dWi, "dbi": dbi,
                 "dWc": dWc, "dbc": dbc, "dWo": dWo, "dbo": dbo}
    return gradients
