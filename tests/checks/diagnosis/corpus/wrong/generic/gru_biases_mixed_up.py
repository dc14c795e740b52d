"""TRUTH: wrong
STYLE: one matrix per gate, each gradient on its own line
COURSE: generic
FUNCTION: gru_step_backward
CAUSE: another_gradient | another gate | of bz
ARGS: x N D, h N H, Wz D H, Uz H H, bz H, Wr D H, Ur H H, br H, Wn D H, Un H H, bn H
CALL: h_next, cache = gru_step_forward(x, h, Wz, Uz, bz, Wr, Ur, br, Wn, Un, bn)
BACK: dx, dh, dWz, dUz, dbz, dWr, dUr, dbr, dWn, dUn, dbn = gru_step_backward(dh_next, cache)
LINE: 46
"""
import numpy as np

UPDATE = "keep"


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def gru_step_forward(x, h, Wz, Uz, bz, Wr, Ur, br, Wn, Un, bn):
    z = sigmoid(x.dot(Wz) + h.dot(Uz) + bz)
    r = sigmoid(x.dot(Wr) + h.dot(Ur) + br)
    n = np.tanh(x.dot(Wn) + (r * h).dot(Un) + bn)
    h_next = z * h + (1 - z) * n
    cache = x, h, z, r, n, Wz, Uz, Wr, Ur, Wn, Un
    return h_next, cache


def gru_step_backward(dh_next, cache):
    x, h, z, r, n, Wz, Uz, Wr, Ur, Wn, Un = cache

    dan = dh_next * (1 - z) * (1 - n ** 2)
    dWn = x.T.dot(dan)
    dUn = (r * h).T.dot(dan)
    dbn = dan.sum(axis=0)

    drh = dan.dot(Un.T)
    dar = drh * h * r * (1 - r)
    dWr = x.T.dot(dar)
    dUr = h.T.dot(dar)

    daz = dh_next * (h - n) * z * (1 - z)
    dWz = x.T.dot(daz)
    dUz = h.T.dot(daz)
    dbz = daz.sum(axis=0)
    dbr = daz.sum(axis=0)

    dx = daz.dot(Wz.T) + dar.dot(Wr.T) + dan.dot(Wn.T)
    dh = dh_next * z + drh * r + daz.dot(Uz.T) + dar.dot(Ur.T)
    return dx, dh, dWz, dUz, dbz, dWr, dUr, dbr, dWn, dUn, dbn
