"""TRUTH: wrong
STYLE: the template's columns, step
COURSE: numpyrnn
FUNCTION: step_back
CAUSE: slope_unsquared | 1 - h²
ARGS: x D N, h0 H N, W_xh 1 H D, W_hh 1 H H, b_h 1 H 1
CALL: s, cache = step(x, (h0,), W_xh=W_xh, W_hh=W_hh, b_h=b_h); h = s[0]
BACK: dx, ds, g = step_back((dh,), cache, W_xh=W_xh, W_hh=W_hh, b_h=b_h); dh0, dW_xh, dW_hh, db_h = ds[0], g["W_xh"], g["W_hh"], g["b_h"]
LINE: 26
"""
import numpy as np

from numpyrnn.cells import State

CELL, LAYOUT = "rnn", "column"


def step(x, state, *, W_xh, W_hh, b_h):
    h_prev = state[0]
    h = np.tanh(W_xh[0] @ x + W_hh[0] @ h_prev + b_h[0])
    return State(h), (x, h_prev, h)


def step_back(dstate, cache, *, W_xh, W_hh, b_h):
    x, h_prev, h = cache
    da = dstate[0] * (1 - h)
    grads = {"W_xh": (da @ x.T)[None], "W_hh": (da @ h_prev.T)[None], "b_h": da.sum(axis=1)[None, :, None]}
    return W_xh[0].T @ da, State(W_hh[0].T @ da), grads
