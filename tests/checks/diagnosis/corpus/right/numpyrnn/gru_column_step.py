"""TRUTH: right
STYLE: the template's columns, one step, einsum
COURSE: numpyrnn
ARGS: x D N, h0 H N, W_xh 3 H D, W_hh 3 H H, b_h 3 H 1
CALL: s, cache = step(x, State(h0), W_xh=W_xh, W_hh=W_hh, b_h=b_h); h = s.h
BACK: dx, ds, g = step_back(State(dh), cache, W_xh=W_xh, W_hh=W_hh, b_h=b_h); dh0, dW_xh, dW_hh, db_h = ds.h, g["W_xh"], g["W_hh"], g["b_h"]
"""
import numpy as np

from numpyrnn.activations import sigmoid
from numpyrnn.cells import State
from numpyrnn.cells.gru import Cache

CELL, LAYOUT, GATES = "gru", "column", "rzn"


def step(x, state, *, W_xh, W_hh, b_h):
    (h_prev,) = state
    a_r, a_z = W_xh[:2] @ x + W_hh[:2] @ h_prev + b_h[:2]
    r, z = sigmoid(a_r), sigmoid(a_z)
    a_n = W_xh[2] @ x + W_hh[2] @ (r * h_prev) + b_h[2]
    n = np.tanh(a_n)
    h = (1 - z) * h_prev + z * n
    return State(h), Cache(x, h_prev, r, z, n)


def step_back(dstate, cache, *, W_xh, W_hh, b_h):
    (d,) = dstate
    x, h_prev, r, z, n = cache.x, cache.h_prev, cache.r, cache.z, cache.n
    dn = d * z * (1 - n ** 2)
    q = W_hh[2].T @ dn
    dr = q * h_prev * r * (1 - r)
    dz = d * (n - h_prev) * z * (1 - z)
    da = np.array([dr, dz, dn])
    inputs = np.array([h_prev, h_prev, r * h_prev])
    back = np.einsum("ghk,ghn->kn", W_hh[:2], da[:2])
    grads = {
        "W_xh": np.einsum("ghn,dn->ghd", da, x),
        "W_hh": np.einsum("ghn,gkn->ghk", da, inputs),
        "b_h": da.sum(axis=2)[..., None],
    }
    return np.einsum("ghd,ghn->dn", W_xh, da), State(d * (1 - z) + q * r + back), grads
