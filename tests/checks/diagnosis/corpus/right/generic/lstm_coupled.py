"""TRUTH: right
STYLE: variant with coupled gates, i = 1 - f, three blocks
COURSE: generic
NOTE: coupled
ARGS: x N D, prev_h N H, prev_c N H, Wx D 3*H, Wh H 3*H, b 3*H
CALL: next_h, next_c, cache = lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b)
BACK: dx, dprev_h, dprev_c, dWx, dWh, db = lstm_step_backward(dnext_h, dnext_c, cache)
"""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    """only three blocks: f, o, g. What is forgotten makes room for the new: i = 1 - f"""
    af, ao, ag = np.hsplit(x @ Wx + prev_h @ Wh + b, 3)
    f, o, g = sigmoid(af), sigmoid(ao), np.tanh(ag)
    next_c = f * prev_c + (1 - f) * g
    t = np.tanh(next_c)
    return o * t, next_c, (x, prev_h, prev_c, Wx, Wh, f, o, g, t)


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, f, o, g, t = cache
    dc = dnext_c + dnext_h * o * (1 - t ** 2)
    df = dc * (prev_c - g)
    dg = dc * (1 - f)
    do = dnext_h * t
    da = np.hstack([df * f * (1 - f), do * o * (1 - o), dg * (1 - g ** 2)])
    return da @ Wx.T, da @ Wh.T, dc * f, x.T @ da, prev_h.T @ da, da.sum(axis=0)
