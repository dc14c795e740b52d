"""TRUTH: right
STYLE: loops over rows, vectors inside, weights (3H, D)
COURSE: generic
ARGS: x N D, prev_h N H, W 3*H D, U 3*H H, b 3*H
CALL: next_h, cache = gru_step_forward(x, prev_h, W, U, b)
BACK: dx, dprev_h, dW, dU, db = gru_step_backward(dnext_h, cache)
"""
import numpy as np

GATES = "rzn"
UPDATE = "new"


def sigmoid(v):
    return 1 / (1 + np.exp(-v))


def gru_step_forward(x, prev_h, W, U, b):
    H = prev_h.shape[1]
    next_h = np.zeros_like(prev_h)
    cache = []
    for row in range(len(x)):
        xv, hv = x[row], prev_h[row]
        r = sigmoid(W[:H] @ xv + U[:H] @ hv + b[:H])
        z = sigmoid(W[H:2*H] @ xv + U[H:2*H] @ hv + b[H:2*H])
        n = np.tanh(W[2*H:] @ xv + U[2*H:] @ (r * hv) + b[2*H:])
        next_h[row] = hv + z * (n - hv)
        cache.append((xv, hv, r, z, n, W, U))
    return next_h, cache


def gru_step_backward(dnext_h, cache):
    W, U = cache[0][5:]
    H = U.shape[1]
    dx, dprev_h = [], []
    dW, dU, db = np.zeros_like(W), np.zeros_like(U), np.zeros(len(W))
    for d, (xv, hv, r, z, n, _, _) in zip(dnext_h, cache):
        an = d * z * (1 - n ** 2)
        az = d * (n - hv) * z * (1 - z)
        into = U[2*H:].T @ an
        ar = into * hv * r * (1 - r)
        a = np.concatenate([ar, az, an])
        dW += np.outer(a, xv)
        dU[:2*H] += np.outer(a[:2*H], hv)
        dU[2*H:] += np.outer(an, r * hv)
        db += a
        dx.append(W.T @ a)
        dprev_h.append(d * (1 - z) + into * r + U[:2*H].T @ a[:2*H])
    return np.array(dx), np.array(dprev_h), dW, dU, db
