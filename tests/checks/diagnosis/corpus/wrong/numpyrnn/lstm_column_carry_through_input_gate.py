"""TRUTH: wrong
STYLE: the template's columns, step, names of the textbook
COURSE: numpyrnn
FUNCTION: step_back
CAUSE: carry_through_input_gate | input gate
ARGS: x D N, h0 H N, c0 H N, W_xh 4 H D, W_hh 4 H H, b_h 4 H 1
CALL: s, cache = step(x, State(h0, c0), W_xh=W_xh, W_hh=W_hh, b_h=b_h); h, c = s
BACK: dx, ds, g = step_back(State(dh, dc), cache, W_xh=W_xh, W_hh=W_hh, b_h=b_h); dh0, dc0, dW_xh, dW_hh, db_h = ds.h, ds.c, g["W_xh"], g["W_hh"], g["b_h"]
LINE: 32
"""
import numpy as np

from numpyrnn.activations import sigmoid
from numpyrnn.cells import State

CELL, LAYOUT, GATES = "lstm", "column", "ifog"


def step(x, state, *, W_xh, W_hh, b_h):
    a_i, a_f, a_o, a_g = W_xh @ x + W_hh @ state.h + b_h
    i, f, o, g = sigmoid(a_i), sigmoid(a_f), sigmoid(a_o), np.tanh(a_g)
    c = f * state.c + i * g
    return State(o * np.tanh(c), c), dict(x=x, state=state, i=i, f=f, o=o, g=g, tanh_c=np.tanh(c))


def step_back(dstate, cache, *, W_xh, W_hh, b_h):
    i, f, o, g = (cache[k] for k in "ifog")
    x, state, tanh_c = cache["x"], cache["state"], cache["tanh_c"]
    dc = dstate.c + dstate.h * o * (1 - tanh_c**2)
    da = np.stack([dc * g * i * (1 - i), dc * state.c * f * (1 - f),
                   dstate.h * tanh_c * o * (1 - o), dc * i * (1 - g**2)])
    dc_prev = dc * i
    grads = {"W_xh": da @ x.T, "W_hh": da @ state.h.T, "b_h": da.sum(axis=2, keepdims=True)}
    dx = sum(W.T @ d for W, d in zip(W_xh, da))
    dh_prev = sum(W.T @ d for W, d in zip(W_hh, da))
    return dx, State(dh_prev, dc_prev), grads
