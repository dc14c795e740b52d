"""TRUTH: right
STYLE: variant with a sigmoid in place of tanh, columns, dict
COURSE: generic
NOTE: sigmoid
ARGS: x D N, h H N, Wxh H D, Whh H H, bh H 1
CALL: h_new, cache = step_forward(x, h, Wxh, Whh, bh)
BACK: g = step_backward(dh_new, cache); dx, dh, dWxh, dWhh, dbh = g["dx"], g["dh"], g["dWxh"], g["dWhh"], g["dbh"]
"""
import numpy as np

CELL, LAYOUT = "rnn", "column"


def step_forward(x, h, Wxh, Whh, bh):
    h_new = 1 / (1 + np.exp(-(Wxh @ x + Whh @ h + bh)))
    return h_new, {"x": x, "h": h, "h_new": h_new, "Wxh": Wxh, "Whh": Whh}


def step_backward(dh_new, cache):
    y = cache["h_new"]
    draw = dh_new * y * (1 - y)
    return {"dx": cache["Wxh"].T @ draw, "dh": cache["Whh"].T @ draw,
            "dWxh": draw @ cache["x"].T, "dWhh": draw @ cache["h"].T,
            "dbh": draw.sum(1, keepdims=True)}
