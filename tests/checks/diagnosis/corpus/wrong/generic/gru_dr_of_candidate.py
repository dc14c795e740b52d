"""TRUTH: wrong
STYLE: stacked (D, 3H), z keeps, named by the blog (z r h_hat)
COURSE: generic
FUNCTION: gru_step_backward
CAUSE: dr_uses | old state | where h' belongs
ARGS: x N D, h N H, W D 3*H, U H 3*H, b 3*H
CALL: out, cache = gru_step_forward(x, h, W, U, b)
BACK: dx, dh, dW, dU, db = gru_step_backward(dout, cache)
LINE: 42
"""
import numpy as np

CELL = "gru"
GATES = "zrn"
UPDATE = "keep"


def logistic(a):
    return 1.0 / (1.0 + np.exp(-a))


def gru_step_forward(x, h, W, U, b):
    Wz, Wr, Wc = np.split(W, 3, axis=1)
    Uz, Ur, Uc = np.split(U, 3, axis=1)
    bz, br, bc = np.split(b, 3)
    z = logistic(x.dot(Wz) + h.dot(Uz) + bz)
    r = logistic(x.dot(Wr) + h.dot(Ur) + br)
    h_hat = np.tanh(x.dot(Wc) + (r * h).dot(Uc) + bc)
    out = z * h + (1 - z) * h_hat
    return out, {"x": x, "h": h, "z": z, "r": r, "h_hat": h_hat, "W": W, "U": U}


def gru_step_backward(dout, cache):
    x, h, z, r, h_hat = cache["x"], cache["h"], cache["z"], cache["r"], cache["h_hat"]
    Uz, Ur, Uc = np.split(cache["U"], 3, axis=1)
    # candidate
    dc = dout * (1 - z) * (1 - h_hat ** 2)
    # update gate
    dz = dout * (h - h_hat) * z * (1 - z)
    # reset gate
    dreset_h = dc.dot(Uc.T)
    dr = dreset_h * h_hat * r * (1 - r)
    dh = dout * z + dreset_h * r + dz.dot(Uz.T) + dr.dot(Ur.T)
    dall = np.hstack([dz, dr, dc])
    dx = dall.dot(cache["W"].T)
    dW = x.T.dot(dall)
    dU = np.hstack([h.T.dot(dz), h.T.dot(dr), (r * h).T.dot(dc)])
    return dx, dh, dW, dU, dall.sum(axis=0)
