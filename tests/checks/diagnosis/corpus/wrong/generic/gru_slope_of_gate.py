"""TRUTH: wrong
STYLE: one matrix per gate, helper functions for slopes called with the gates
COURSE: generic
FUNCTION: gru_step_backward
CAUSE: slope_of | slope of the activated | twice through | already
ARGS: x N D, h_prev N H, Wz D H, Wr D H, Wn D H, Uz H H, Ur H H, Un H H, bz H, br H, bn H
CALL: h, cache = gru_step_forward(x, h_prev, Wz, Wr, Wn, Uz, Ur, Un, bz, br, bn)
BACK: dx, dh_prev, dWz, dWr, dWn, dUz, dUr, dUn, dbz, dbr, dbn = gru_step_backward(dh, cache)
LINE: 38
"""
import numpy as np

UPDATE = "new"


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def dsigmoid(x):
    return sigmoid(x) * (1 - sigmoid(x))


def dtanh(x):
    return 1 - np.tanh(x) * np.tanh(x)


def gru_step_forward(x, h_prev, Wz, Wr, Wn, Uz, Ur, Un, bz, br, bn):
    z = sigmoid(x @ Wz + h_prev @ Uz + bz)
    r = sigmoid(x @ Wr + h_prev @ Ur + br)
    n = np.tanh(x @ Wn + (r * h_prev) @ Un + bn)
    h = (1 - z) * h_prev + z * n
    return h, (x, h_prev, z, r, n, Wz, Wr, Wn, Uz, Ur, Un)


def gru_step_backward(dh, cache):
    x, h_prev, z, r, n, Wz, Wr, Wn, Uz, Ur, Un = cache
    dn = dh * z * dtanh(n)
    dz = dh * (n - h_prev) * dsigmoid(z)
    drh = dn @ Un.T
    dr = drh * h_prev * dsigmoid(r)
    dx = dz @ Wz.T + dr @ Wr.T + dn @ Wn.T
    dh_prev = dh * (1 - z) + drh * r + dz @ Uz.T + dr @ Ur.T
    return (dx, dh_prev, x.T @ dz, x.T @ dr, x.T @ dn,
            h_prev.T @ dz, h_prev.T @ dr, (r * h_prev).T @ dn,
            dz.sum(0), dr.sum(0), dn.sum(0))
