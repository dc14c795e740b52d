"""TRUTH: right
STYLE: one matrix per gate (Wz, Uz, bz ...), z keeps, tuple cache, named one by one
COURSE: generic
ARGS: x N D, h_prev N H, Wz D H, Uz H H, bz H, Wr D H, Ur H H, br H, Wh D H, Uh H H, bh H
CALL: h, cache = gru_step_forward(x, h_prev, Wz, Uz, bz, Wr, Ur, br, Wh, Uh, bh)
BACK: dx, dh_prev, dWz, dUz, dbz, dWr, dUr, dbr, dWh, dUh, dbh = gru_step_backward(dh, cache)
"""
import numpy as np

UPDATE = "keep"   # h = z * h_prev + (1 - z) * h_hat


def sigmoid(x):
    return np.exp(-np.logaddexp(0, -x))


def gru_step_forward(x, h_prev, Wz, Uz, bz, Wr, Ur, br, Wh, Uh, bh):
    z = sigmoid(np.dot(x, Wz) + np.dot(h_prev, Uz) + bz)
    r = sigmoid(np.dot(x, Wr) + np.dot(h_prev, Ur) + br)
    h_hat = np.tanh(np.dot(x, Wh) + np.dot(r * h_prev, Uh) + bh)
    h = z * h_prev + (1 - z) * h_hat
    return h, (x, h_prev, z, r, h_hat, Wz, Uz, Wr, Ur, Wh, Uh)


def gru_step_backward(dh, cache):
    x, h_prev, z, r, h_hat, Wz, Uz, Wr, Ur, Wh, Uh = cache

    dh_hat = dh * (1 - z)
    dh_hat_l = dh_hat * (1 - h_hat ** 2)
    dWh = np.dot(x.T, dh_hat_l)
    dUh = np.dot((r * h_prev).T, dh_hat_l)
    dbh = np.sum(dh_hat_l, axis=0)

    drh = np.dot(dh_hat_l, Uh.T)
    dr = drh * h_prev
    dr_l = dr * r * (1 - r)
    dWr = np.dot(x.T, dr_l)
    dUr = np.dot(h_prev.T, dr_l)
    dbr = np.sum(dr_l, axis=0)

    dz = dh * h_prev - dh * h_hat
    dz_l = dz * z * (1 - z)
    dWz = np.dot(x.T, dz_l)
    dUz = np.dot(h_prev.T, dz_l)
    dbz = np.sum(dz_l, axis=0)

    dx = np.dot(dh_hat_l, Wh.T) + np.dot(dr_l, Wr.T) + np.dot(dz_l, Wz.T)
    dh_prev = dh * z + drh * r + np.dot(dr_l, Ur.T) + np.dot(dz_l, Uz.T)
    return dx, dh_prev, dWz, dUz, dbz, dWr, dUr, dbr, dWh, dUh, dbh
