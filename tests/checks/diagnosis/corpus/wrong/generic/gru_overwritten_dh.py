"""TRUTH: wrong
STYLE: columns, stacked (3H, D), dh overwritten by the gates' share
COURSE: generic
FUNCTION: gru_step_backward
CAUSE: dh_prev_overwritten | overwritten
ARGS: x D N, h H N, W 3*H D, U 3*H H, b 3*H 1
CALL: h_next, cache = gru_step_forward(x, h, W, U, b)
BACK: dx, dh, dW, dU, db = gru_step_backward(dh_next, cache)
LINE: 41
"""
import numpy as np

LAYOUT = "column"
GATES = "rzn"
UPDATE = "new"


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def gru_step_forward(x, h, W, U, b):
    n_h = len(h)
    a = W @ x + b
    rz = sigmoid(a[:2 * n_h] + U[:2 * n_h] @ h)
    r, z = rz[:n_h], rz[n_h:]
    n = np.tanh(a[2 * n_h:] + U[2 * n_h:] @ (r * h))
    return (1 - z) * h + z * n, (x, h, r, z, n, W, U)


def gru_step_backward(dh_next, cache):
    x, h, r, z, n, W, U = cache
    n_h = len(h)
    dh = dh_next * (1 - z)
    an = dh_next * z * (1 - n ** 2)
    az = dh_next * (n - h) * z * (1 - z)
    drh = U[2 * n_h:].T @ an
    ar = drh * h * r * (1 - r)
    dh += drh * r
    rz = np.vstack([ar, az])
    dh = U[:2 * n_h].T @ rz
    a = np.vstack([rz, an])
    dU = np.vstack([rz @ h.T, an @ (r * h).T])
    return W.T @ a, dh, a @ x.T, dU, a.sum(axis=1, keepdims=True)
