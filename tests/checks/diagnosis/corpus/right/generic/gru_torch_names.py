"""TRUTH: right
STYLE: reset after with inner bias, W_ih W_hh b_ih b_hh (3H, D), gates r z n
COURSE: generic
ARGS: x N D, h N H, W_ih 3*H D, W_hh 3*H H, b_ih 3*H, b_hh 3*H
CALL: h_new, cache = gru_step_forward(x, h, W_ih, W_hh, b_ih, b_hh)
BACK: dx, dh, dW_ih, dW_hh, db_ih, db_hh = gru_step_backward(dh_new, cache)
"""
import numpy as np

CELL = "gru-reset-after"
UPDATE = "keep"


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def gru_step_forward(x, h, W_ih, W_hh, b_ih, b_hh):
    gi = x @ W_ih.T + b_ih
    gh = h @ W_hh.T + b_hh
    i_r, i_z, i_n = np.split(gi, 3, axis=1)
    h_r, h_z, h_n = np.split(gh, 3, axis=1)
    r = sigmoid(i_r + h_r)
    z = sigmoid(i_z + h_z)
    n = np.tanh(i_n + r * h_n)
    h_new = (1 - z) * n + z * h
    return h_new, dict(x=x, h=h, r=r, z=z, n=n, h_n=h_n, W_ih=W_ih, W_hh=W_hh)


def gru_step_backward(dh_new, cache):
    x, h, r, z, n, h_n = (cache[k] for k in ("x", "h", "r", "z", "n", "h_n"))
    dn = dh_new * (1 - z) * (1 - n * n)
    dz = dh_new * (h - n) * z * (1 - z)
    dr = dn * h_n * r * (1 - r)
    dgi = np.concatenate((dr, dz, dn), axis=1)
    dgh = np.concatenate((dr, dz, dn * r), axis=1)
    dx = dgi @ cache["W_ih"]
    dh = dgh @ cache["W_hh"] + dh_new * z
    return dx, dh, dgi.T @ x, dgh.T @ h, dgi.sum(axis=0), dgh.sum(axis=0)
