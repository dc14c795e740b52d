"""TRUTH: wrong
STYLE: one matrix per gate, dict cache, di and dg with each other's factor
COURSE: generic
FUNCTION: lstm_step_backward
CAUSE: di_dg_swapped | swapped
ARGS: x N D, h N H, c N H, Wi D H, Wf D H, Wo D H, Wg D H, Ui H H, Uf H H, Uo H H, Ug H H, bi H, bf H, bo H, bg H
CALL: h_next, c_next, cache = lstm_step_forward(x, h, c, Wi, Wf, Wo, Wg, Ui, Uf, Uo, Ug, bi, bf, bo, bg)
BACK: g_ = lstm_step_backward(dh_next, dc_next, cache); dx, dh, dc, dWi, dWf, dWo, dWg, dUi, dUf, dUo, dUg, dbi, dbf, dbo, dbg = [g_[k] for k in ("dx", "dh", "dc", "dWi", "dWf", "dWo", "dWg", "dUi", "dUf", "dUo", "dUg", "dbi", "dbf", "dbo", "dbg")]
LINE: 34
"""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm_step_forward(x, h, c, Wi, Wf, Wo, Wg, Ui, Uf, Uo, Ug, bi, bf, bo, bg):
    i = sigmoid(x @ Wi + h @ Ui + bi)
    f = sigmoid(x @ Wf + h @ Uf + bf)
    o = sigmoid(x @ Wo + h @ Uo + bo)
    g = np.tanh(x @ Wg + h @ Ug + bg)
    c_next = f * c + i * g
    h_next = o * np.tanh(c_next)
    cache = {k: v for k, v in locals().items()}
    return h_next, c_next, cache


def lstm_step_backward(dh_next, dc_next, cache):
    k = cache
    tc = np.tanh(k["c_next"])
    dc_all = dc_next + dh_next * k["o"] * (1 - tc ** 2)
    d = {}
    d["i"] = dc_all * k["i"]
    d["g"] = dc_all * k["g"]
    d["f"] = dc_all * k["c"]
    d["o"] = dh_next * tc
    for gate in "ifo":
        d[gate] = d[gate] * k[gate] * (1 - k[gate])
    d["g"] = d["g"] * (1 - k["g"] ** 2)
    grads = {"dx": sum(d[s] @ k["W" + s].T for s in "ifog"),
             "dh": sum(d[s] @ k["U" + s].T for s in "ifog"),
             "dc": dc_all * k["f"]}
    for s in "ifog":
        grads["dW" + s] = k["x"].T @ d[s]
        grads["dU" + s] = k["h"].T @ d[s]
        grads["db" + s] = d[s].sum(axis=0)
    return grads
