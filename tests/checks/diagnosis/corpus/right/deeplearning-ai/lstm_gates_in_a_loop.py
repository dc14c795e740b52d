"""TRUTH: right
STYLE: loops over the gates' letters, f-strings as keys, own sigmoid, in-place sums
COURSE: deeplearning-ai
ARGS: xt D N, a_prev H N, c_prev H N, Wf H H+D, bf H 1, Wi H H+D, bi H 1, Wc H H+D, bc H 1, Wo H H+D, bo H 1, Wy V H, by V 1
CALL: a_next, c_next, y, cache = lstm_cell_forward(xt, a_prev, c_prev, dict(Wf=Wf, bf=bf, Wi=Wi, bi=bi, Wc=Wc, bc=bc, Wo=Wo, bo=bo, Wy=Wy, by=by))
BACK: g = lstm_cell_backward(da_next, dc_next, cache); dxt, da_prev, dc_prev, dWf, dbf, dWi, dbi, dWc, dbc, dWo, dbo = [g[k] for k in 'dxt da_prev dc_prev dWf dbf dWi dbi dWc dbc dWo dbo'.split()]
ARGS: x D N T, a0 H N, Wf H H+D, bf H 1, Wi H H+D, bi H 1, Wc H H+D, bc H 1, Wo H H+D, bo H 1, Wy V H, by V 1
CALL: a, y, c, caches = lstm_forward(x, a0, dict(Wf=Wf, bf=bf, Wi=Wi, bi=bi, Wc=Wc, bc=bc, Wo=Wo, bo=bo, Wy=Wy, by=by))
BACK: g = lstm_backward(da, caches); dx, da0, dWf, dbf, dWi, dbi, dWc, dbc, dWo, dbo = [g[k] for k in 'dx da0 dWf dbf dWi dbi dWc dbc dWo dbo'.split()]
"""
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z):
    e = np.exp(z - z.max(axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)


GATE_LETTERS = ("f", "i", "c", "o")


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    both = np.vstack((a_prev, xt))
    pre = {k: parameters[f"W{k}"] @ both + parameters[f"b{k}"] for k in GATE_LETTERS}
    act = {k: np.tanh(v) if k == "c" else sigmoid(v) for k, v in pre.items()}
    c_next = act["f"] * c_prev + act["i"] * act["c"]
    a_next = act["o"] * np.tanh(c_next)
    yt = softmax(parameters["Wy"] @ a_next + parameters["by"])
    return a_next, c_next, yt, (a_next, c_next, a_prev, c_prev, act, xt, parameters)


def lstm_forward(x, a0, parameters):
    T_x = x.shape[2]
    a, c = a0, np.zeros_like(a0)
    all_a, all_c, all_y, caches = [], [], [], []
    for t in range(T_x):
        a, c, y, cache = lstm_cell_forward(x[:, :, t], a, c, parameters)
        all_a.append(a)
        all_c.append(c)
        all_y.append(y)
        caches.append(cache)
    return np.stack(all_a, 2), np.stack(all_y, 2), np.stack(all_c, 2), (caches, x)


def lstm_cell_backward(da_next, dc_next, cache):
    a_next, c_next, a_prev, c_prev, act, xt, parameters = cache
    n_a = a_next.shape[0]
    tc = np.tanh(c_next)
    dc = dc_next + da_next * act["o"] * (1 - tc ** 2)
    d = {"f": dc * c_prev, "i": dc * act["c"], "c": dc * act["i"], "o": da_next * tc}
    both = np.vstack((a_prev, xt))
    dboth = np.zeros_like(both)
    gradients = {}
    for k in GATE_LETTERS:
        d[k] = d[k] * ((1 - act[k] ** 2) if k == "c" else act[k] * (1 - act[k]))
        gradients[f"dW{k}"] = d[k] @ both.T
        gradients[f"db{k}"] = d[k].sum(axis=1, keepdims=True)
        dboth += parameters[f"W{k}"].T @ d[k]
    gradients["da_prev"], gradients["dxt"] = dboth[:n_a], dboth[n_a:]
    gradients["dc_prev"] = dc * act["f"]
    return gradients


def lstm_backward(da, caches):
    steps, x = caches
    n_a, m, T_x = da.shape
    total = None
    dx = np.empty_like(x)
    g = {"da_prev": np.zeros((n_a, m)), "dc_prev": np.zeros((n_a, m))}
    for t in range(T_x - 1, -1, -1):
        g = lstm_cell_backward(da[:, :, t] + g["da_prev"], g["dc_prev"], steps[t])
        dx[:, :, t] = g["dxt"]
        weights = {k: v for k, v in g.items() if k[1] in "Wb"}
        total = weights if total is None else {k: total[k] + weights[k] for k in total}
    total.update(dx=dx, da0=g["da_prev"])
    return total
