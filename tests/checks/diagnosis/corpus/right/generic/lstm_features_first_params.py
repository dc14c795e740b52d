"""TRUTH: right
STYLE: features-first (n_x, m, T), parameters dict, one matrix per gate on [a; x]
COURSE: generic
ARGS: x D N T, a0 H N, Wf H H+D, Wi H H+D, Wc H H+D, Wo H H+D, bf H 1, bi H 1, bc H 1, bo H 1
CALL: a, caches = lstm_forward(x, a0, dict(Wf=Wf, Wi=Wi, Wc=Wc, Wo=Wo, bf=bf, bi=bi, bc=bc, bo=bo))
BACK: g = lstm_backward(da, caches); dx, da0, dWf, dWi, dWc, dWo, dbf, dbi, dbc, dbo = [g[k] for k in ("dx", "da0", "dWf", "dWi", "dWc", "dWo", "dbf", "dbi", "dbc", "dbo")]
"""
import numpy as np

LAYOUT = "features"


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm_forward(x, a0, parameters):
    p = parameters
    n_x, m, T_x = x.shape
    n_a = p["Wf"].shape[0]
    a = np.zeros((n_a, m, T_x))
    a_prev, c_prev = a0, np.zeros((n_a, m))
    caches = []
    for t in range(T_x):
        concat = np.concatenate((a_prev, x[:, :, t]), axis=0)
        ft = sigmoid(p["Wf"] @ concat + p["bf"])
        it = sigmoid(p["Wi"] @ concat + p["bi"])
        cct = np.tanh(p["Wc"] @ concat + p["bc"])
        ot = sigmoid(p["Wo"] @ concat + p["bo"])
        c_next = ft * c_prev + it * cct
        a_next = ot * np.tanh(c_next)
        a[:, :, t] = a_next
        caches.append((concat, c_prev, ft, it, cct, ot, c_next))
        a_prev, c_prev = a_next, c_next
    return a, (caches, p)


def lstm_backward(da, caches):
    steps, p = caches
    n_a, m, T_x = da.shape
    n_x = p["Wf"].shape[1] - n_a
    gradients = {"d" + k: np.zeros(v.shape) for k, v in p.items()}
    gradients["dx"] = np.zeros((n_x, m, T_x))
    da_next, dc_next = np.zeros((n_a, m)), np.zeros((n_a, m))
    for t in reversed(range(T_x)):
        concat, c_prev, ft, it, cct, ot, c_next = steps[t]
        d = da[:, :, t] + da_next
        dc = dc_next + d * ot * (1 - np.tanh(c_next) ** 2)
        pre = {"o": d * np.tanh(c_next) * ot * (1 - ot), "c": dc * it * (1 - cct ** 2),
               "i": dc * cct * it * (1 - it), "f": dc * c_prev * ft * (1 - ft)}
        dconcat = np.zeros(concat.shape)
        for k in pre:
            gradients["dW" + k] += pre[k] @ concat.T
            gradients["db" + k] += np.sum(pre[k], axis=1, keepdims=True)
            dconcat += p["W" + k].T @ pre[k]
        da_next = dconcat[:n_a]
        dc_next = dc * ft
        gradients["dx"][:, :, t] = dconcat[n_a:]
    gradients["da0"] = da_next
    return gradients
