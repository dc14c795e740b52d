"""TRUTH: right
STYLE: weight gradients averaged over the batch, nothing declared
COURSE: generic
NOTE: mean | average
ARGS: x N D, h N H, W D 3*H, U H 3*H, b 3*H
CALL: h_next, cache = gru_step_forward(x, h, W, U, b)
BACK: dx, dh, dW, dU, db = gru_step_backward(dh_next, cache); dW, dU, db = dW * len(x), dU * len(x), db * len(x)
"""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def gru_step_forward(x, h, W, U, b):
    H = h.shape[1]
    a = x @ W + b
    r = sigmoid(a[:, :H] + h @ U[:, :H])
    z = sigmoid(a[:, H:2 * H] + h @ U[:, H:2 * H])
    n = np.tanh(a[:, 2 * H:] + (r * h) @ U[:, 2 * H:])
    return z * h + (1 - z) * n, (x, h, r, z, n, W, U)


def gru_step_backward(dh_next, cache):
    x, h, r, z, n, W, U = cache
    H, batch = h.shape[1], x.shape[0]
    dn = dh_next * (1 - z) * (1 - n ** 2)
    dz = dh_next * (h - n) * z * (1 - z)
    drh = dn @ U[:, 2 * H:].T
    dr = drh * h * r * (1 - r)
    da = np.concatenate([dr, dz, dn], axis=1)
    dW = np.dot(x.T, da) / batch
    dU = np.concatenate([h.T @ dr, h.T @ dz, (r * h).T @ dn], axis=1) / batch
    db = np.mean(da, axis=0)
    dh = dh_next * z + drh * r + dr @ U[:, :H].T + dz @ U[:, H:2 * H].T
    return da @ W.T, dh, dW, dU, db
