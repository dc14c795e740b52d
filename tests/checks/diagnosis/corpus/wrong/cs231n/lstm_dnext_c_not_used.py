"""TRUTH: wrong
STYLE: dnext_c comes in and is never used, one expression a gate
COURSE: cs231n
FUNCTION: lstm_step_backward
CAUSE: dc_carry_missing | dnext_c | no carry of dc
ARGS: x N D, prev_h N H, prev_c N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: next_h, next_c, cache = lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b)
BACK: dx, dprev_h, dprev_c, dWx, dWh, db = lstm_step_backward(dnext_h, dnext_c, cache)
LINE: 28
"""
import numpy as np


def sig(a):
    return 1 / (1 + np.exp(-a))


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    i, f, o, g = np.array_split(x.dot(Wx) + prev_h.dot(Wh) + b, 4, axis=1)
    i, f, o, g = sig(i), sig(f), sig(o), np.tanh(g)
    next_c = i * g + f * prev_c
    cache = dict(x=x, h=prev_h, c=prev_c, i=i, f=f, o=o, g=g, t=np.tanh(next_c), Wx=Wx, Wh=Wh)
    return o * cache["t"], next_c, cache


def lstm_step_backward(dnext_h, dnext_c, cache):
    i, f, o, g, t = (cache[k] for k in "ifogt")
    dc = dnext_h * o * (1 - t * t)
    da = np.hstack((dc * g * i * (1 - i),
                    dc * cache["c"] * f * (1 - f),
                    dnext_h * t * o * (1 - o),
                    dc * i * (1 - g * g)))
    return da.dot(cache["Wx"].T), da.dot(cache["Wh"].T), dc * f, cache["x"].T.dot(da), cache["h"].T.dot(da), da.sum(0)
