"""TRUTH: wrong
STYLE: forward multiplies the forget gate with h, backward of the textbook
COURSE: generic
FUNCTION: lstm_step_forward
CAUSE: f h' | h for c | h_for_c | where c' belongs | where the memory belongs
ARGS: x N D, prev_h N H, prev_c N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: next_h, next_c, cache = lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b)
BACK: dx, dprev_h, dprev_c, dWx, dWh, db = lstm_step_backward(dnext_h, dnext_c, cache)
LINE: 24
"""
import numpy as np

GATES = "ifog"


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    a = x @ Wx + prev_h @ Wh + b
    i, f, o, g = np.split(a, 4, axis=1)
    i, f, o, g = sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(g)
    next_c = f * prev_h + i * g
    tc = np.tanh(next_c)
    next_h = o * tc
    return next_h, next_c, {"x": x, "h": prev_h, "c": prev_c, "i": i, "f": f, "o": o, "g": g, "tc": tc, "Wx": Wx, "Wh": Wh}


def lstm_step_backward(dnext_h, dnext_c, k):
    dc = dnext_c + dnext_h * k["o"] * (1 - k["tc"] ** 2)
    di = dc * k["g"] * k["i"] * (1 - k["i"])
    df = dc * k["c"] * k["f"] * (1 - k["f"])
    do = dnext_h * k["tc"] * k["o"] * (1 - k["o"])
    dg = dc * k["i"] * (1 - k["g"] ** 2)
    da = np.hstack((di, df, do, dg))
    dprev_c = dc * k["f"]
    return da @ k["Wx"].T, da @ k["Wh"].T, dprev_c, k["x"].T @ da, k["h"].T @ da, da.sum(axis=0)
