"""TRUTH: right
STYLE: arguments of backward in the other order (cache first), cache returned first, (4H, D + H)
COURSE: generic
ARGS: x N D, h N H, c N H, W 4*H D+H, b 4*H
CALL: cache, h_next, c_next = lstm_step_forward(x, h, c, W, b)
BACK: dx, dh, dc, dW, db = lstm_step_backward(cache, dh_next, dc_next)
"""
import numpy as np

CELL, GATES = "lstm", "figo"


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm_step_forward(x, h, c, W, b):
    xh = np.hstack([x, h])
    f, i, g, o = np.split(xh @ W.T + b, 4, axis=1)
    f, i, g, o = sigmoid(f), sigmoid(i), np.tanh(g), sigmoid(o)
    c_next = f * c + i * g
    h_next = o * np.tanh(c_next)
    cache = {"xh": xh, "D": x.shape[1], "c": c, "f": f, "i": i, "g": g, "o": o, "c_next": c_next, "W": W}
    return cache, h_next, c_next


def lstm_step_backward(cache, dh_next, dc_next):
    f, i, g, o, c = cache["f"], cache["i"], cache["g"], cache["o"], cache["c"]
    tc = np.tanh(cache["c_next"])
    dct = dc_next + dh_next * o * (1 - tc ** 2)
    da = np.hstack([dct * c * f * (1 - f), dct * g * i * (1 - i), dct * i * (1 - g ** 2), dh_next * tc * o * (1 - o)])
    dxh = da @ cache["W"]
    D = cache["D"]
    return dxh[:, :D], dxh[:, D:], dct * f, da.T @ cache["xh"], da.sum(axis=0)
