"""TRUTH: right
STYLE: dict results with other usual names, results without dx
COURSE: generic
ARGS: x N T D, h0 N H, Wxh D H, Whh H H, bh H
CALL: hs, cache = forward(x, h0, Wxh, Whh, bh)
BACK: g = backward(dhs, cache); dh0, dWxh, dWhh, dbh = g["dh_prev"], g["dWxh"], g["dWhh"], g["dbh"]
"""
import numpy as np

CELL = "RNN"


def forward(x, h0, Wxh, Whh, bh):
    hs, cur = [], h0
    for i in range(x.shape[1]):
        cur = np.tanh(np.dot(x[:, i], Wxh) + np.dot(cur, Whh) + bh)
        hs.append(cur)
    return np.stack(hs, axis=1), {"x": x, "h0": h0, "hs": hs, "Wxh": Wxh, "Whh": Whh}


def backward(dhs, cache):
    x, hs = cache["x"], cache["hs"]
    grads = {k: np.zeros(s) for k, s in
             (("dWxh", cache["Wxh"].shape), ("dWhh", cache["Whh"].shape), ("dbh", cache["Whh"].shape[1]))}
    dnext = np.zeros_like(cache["h0"])
    for i in reversed(range(len(hs))):
        draw = (dhs[:, i] + dnext) * (1 - hs[i] * hs[i])
        grads["dbh"] += draw.sum(0)
        grads["dWxh"] += np.dot(x[:, i].T, draw)
        grads["dWhh"] += np.dot((hs[i - 1] if i > 0 else cache["h0"]).T, draw)
        dnext = np.dot(draw, cache["Whh"].T)
    grads["dh_prev"] = dnext
    return grads
