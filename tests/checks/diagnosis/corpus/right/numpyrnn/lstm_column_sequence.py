"""TRUTH: right
STYLE: the template's columns, filled in gate by gate
COURSE: numpyrnn
ARGS: x T D N, h0 H N, c0 H N, W_xh 4 H D, W_hh 4 H H, b_h 4 H 1
CALL: h, caches = forward(x, State(h0, c0), W_xh=W_xh, W_hh=W_hh, b_h=b_h)
BACK: dx, ds, g = backward(dh, State(0 * h0, 0 * c0), caches, W_xh=W_xh, W_hh=W_hh, b_h=b_h); dh0, dc0, dW_xh, dW_hh, db_h = ds.h, ds.c, g["W_xh"], g["W_hh"], g["b_h"]
"""
import numpy as np

from numpyrnn.activations import sigmoid
from numpyrnn.cells import State
from numpyrnn.cells.lstm import Cache

CELL, LAYOUT, GATES = "lstm", "column", "ifog"


def step(x, state, *, W_xh, W_hh, b_h):
    h_prev, c_prev = state
    a_i, a_f, a_o, a_g = W_xh @ x + W_hh @ h_prev + b_h
    i, f, o = sigmoid(a_i), sigmoid(a_f), sigmoid(a_o)
    g = np.tanh(a_g)
    c = f * c_prev + i * g
    tanh_c = np.tanh(c)
    h = o * tanh_c
    return State(h, c), Cache(x, h_prev, c_prev, i, f, o, g, c, tanh_c)


def forward(x, state, **params):
    h, caches = [], []
    for x_t in x:
        state, cache = step(x_t, state, **params)
        h.append(state.h)
        caches.append(cache)
    return np.stack(h), caches


def backward(dh, dstate, caches, **params):
    W_xh, W_hh = params["W_xh"], params["W_hh"]
    grads = {k: np.zeros_like(v) for k, v in params.items()}
    dx = [None] * len(dh)
    d, dc = dstate.h, dstate.c
    for t in range(len(dh) - 1, -1, -1):
        k = caches[t]
        d = d + dh[t]
        dc = dc + d * k.o * (1 - k.tanh_c ** 2)
        da = [dc * k.g * k.i * (1 - k.i),
              dc * k.c_prev * k.f * (1 - k.f),
              d * k.tanh_c * k.o * (1 - k.o),
              dc * k.i * (1 - k.g ** 2)]
        dx[t], d = 0, 0
        for gate in range(4):
            grads["W_xh"][gate] += da[gate] @ k.x.T
            grads["W_hh"][gate] += da[gate] @ k.h_prev.T
            grads["b_h"][gate] += da[gate].sum(axis=1, keepdims=True)
            dx[t] = dx[t] + W_xh[gate].T @ da[gate]
            d = d + W_hh[gate].T @ da[gate]
        dc = dc * k.f
    return np.stack(dx), State(d, dc), grads
