"""TRUTH: right
STYLE: dnext_h changed in place, gates in a dict of slices, sums with np.add(out=)
COURSE: cs231n
NOTE: dnext_h
ARGS: x N D, prev_h N H, prev_c N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: next_h, next_c, cache = lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b)
BACK: dx, dprev_h, dprev_c, dWx, dWh, db = lstm_step_backward(dnext_h, dnext_c, cache)
ARGS: x N T D, h0 N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: h, cache = lstm_forward(x, h0, Wx, Wh, b)
BACK: dx, dh0, dWx, dWh, db = lstm_backward(dh, cache)
"""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def blocks(H):
    return {name: slice(k * H, (k + 1) * H) for k, name in enumerate("ifog")}


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    at = blocks(prev_h.shape[1])
    a = x @ Wx + prev_h @ Wh + b
    val = {k: np.tanh(a[:, at[k]]) if k == "g" else sigmoid(a[:, at[k]]) for k in at}
    next_c = val["f"] * prev_c + val["i"] * val["g"]
    val["t"] = np.tanh(next_c)
    return val["o"] * val["t"], next_c, (x, prev_h, prev_c, Wx, Wh, val)


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, v = cache
    at = blocks(prev_h.shape[1])
    da = np.zeros((x.shape[0], 4 * prev_h.shape[1]))
    da[:, at["o"]] = dnext_h * v["t"] * v["o"] * (1 - v["o"])
    dnext_h *= v["o"]                       # now the gradient of tanh(c)
    dnext_h *= 1 - v["t"] ** 2              # now that of c
    dc = dnext_c + dnext_h
    da[:, at["i"]] = dc * v["g"] * v["i"] * (1 - v["i"])
    da[:, at["f"]] = dc * prev_c * v["f"] * (1 - v["f"])
    da[:, at["g"]] = dc * v["i"] * (1 - v["g"] ** 2)
    return da @ Wx.T, da @ Wh.T, dc * v["f"], x.T @ da, prev_h.T @ da, da.sum(axis=0)


def lstm_forward(x, h0, Wx, Wh, b):
    h, c, hs, cs = h0, np.zeros_like(h0), [], []
    for t in range(x.shape[1]):
        h, c, k = lstm_step_forward(x[:, t], h, c, Wx, Wh, b)
        hs.append(h)
        cs.append(k)
    return np.stack(hs, axis=1), cs


def lstm_backward(dh, cache):
    N, T, H = dh.shape
    Wx, Wh = cache[0][3:5]
    dx, dWx, dWh, db = np.zeros((N, T, len(Wx))), np.zeros(Wx.shape), np.zeros(Wh.shape), np.zeros(4 * H)
    carry_h, carry_c = np.zeros((N, H)), np.zeros((N, H))
    for t in reversed(range(T)):
        total = dh[:, t] + carry_h
        dx[:, t], carry_h, carry_c, p, q, r = lstm_step_backward(total, carry_c, cache[t])
        for into, share in ((dWx, p), (dWh, q), (db, r)):
            np.add(into, share, out=into)
    return dx, carry_h, dWx, dWh, db
