"""TRUTH: right
STYLE: variant with peepholes, SHAPES declared
COURSE: generic
NOTE: peephole
ARGS: x N D, h N H, c N H, Wx D 4*H, Wh H 4*H, b 4*H, p_i H, p_f H, p_o H
CALL: h_next, c_next, cache = lstm_step_forward(x, h, c, Wx, Wh, b, p_i, p_f, p_o)
BACK: dx, dh, dc, dWx, dWh, db, dp_i, dp_f, dp_o = lstm_step_backward(dh_next, dc_next, cache)
"""
import numpy as np

GATES = "ifog"
SHAPES = {"p_i": ("H",), "p_f": ("H",), "p_o": ("H",)}


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm_step_forward(x, h, c, Wx, Wh, b, p_i, p_f, p_o):
    ai, af, ao, ag = np.split(x @ Wx + h @ Wh + b, 4, axis=1)
    i = sigmoid(ai + p_i * c)
    f = sigmoid(af + p_f * c)
    g = np.tanh(ag)
    c_next = f * c + i * g
    o = sigmoid(ao + p_o * c_next)
    t = np.tanh(c_next)
    return o * t, c_next, (x, h, c, i, f, o, g, c_next, t, Wx, Wh, p_i, p_f, p_o)


def lstm_step_backward(dh_next, dc_next, cache):
    x, h, c, i, f, o, g, c_next, t, Wx, Wh, p_i, p_f, p_o = cache
    dao = dh_next * t * o * (1 - o)
    dct = dc_next + dh_next * o * (1 - t ** 2) + dao * p_o
    dai = dct * g * i * (1 - i)
    daf = dct * c * f * (1 - f)
    dag = dct * i * (1 - g ** 2)
    da = np.hstack([dai, daf, dao, dag])
    dc = dct * f + dai * p_i + daf * p_f
    return (da @ Wx.T, da @ Wh.T, dc, x.T @ da, h.T @ da, da.sum(axis=0),
            (dai * c).sum(axis=0), (daf * c).sum(axis=0), (dao * c_next).sum(axis=0))
