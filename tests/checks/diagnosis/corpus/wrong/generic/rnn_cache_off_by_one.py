"""TRUTH: wrong
STYLE: step and sequence, dict caches by step number
COURSE: generic
FUNCTION: rnn_backward
CAUSE: cache_off_by_one | cache of step
ARGS: x N D, prev_h N H, Wx D H, Wh H H, b H
CALL: next_h, cache = rnn_step_forward(x, prev_h, Wx, Wh, b)
BACK: dx, dprev_h, dWx, dWh, db = rnn_step_backward(dnext_h, cache)
ARGS: x N T D, h0 N H, Wx D H, Wh H H, b H
CALL: h, cache = rnn_forward(x, h0, Wx, Wh, b)
BACK: dx, dh0, dWx, dWh, db = rnn_backward(dh, cache)
LINE: 46
"""
import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    return next_h, {"x": x, "prev": prev_h, "next": next_h, "Wx": Wx, "Wh": Wh}


def rnn_step_backward(dnext_h, c):
    da = dnext_h * (1 - c["next"] ** 2)
    return da @ c["Wx"].T, da @ c["Wh"].T, c["x"].T @ da, c["prev"].T @ da, da.sum(0)


def rnn_forward(x, h0, Wx, Wh, b):
    caches = []
    hs = []
    h = h0
    for t in range(x.shape[1]):
        h, c = rnn_step_forward(x[:, t, :], h, Wx, Wh, b)
        hs.append(h)
        caches.append(c)
    return np.stack(hs, axis=1), caches


def rnn_backward(dh, caches):
    N, T, H = dh.shape
    D = caches[0]["x"].shape[1]
    dx = np.zeros((N, T, D))
    dWx, dWh, db = np.zeros((D, H)), np.zeros((H, H)), np.zeros(H)
    dprev = np.zeros((N, H))
    # go from T down to 1
    for t in range(T, 0, -1):
        dx[:, t - 1], dprev, a, b, c = rnn_step_backward(dh[:, t - 1] + dprev, caches[t - 2])
        dWx += a
        dWh += b
        db += c
    return dx, dprev, dWx, dWh, db
