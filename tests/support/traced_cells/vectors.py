"""One sequence: x (D,), h (H,), numbers, and lists of numbers."""

import math

import numpy as np

from support.traced_cells.entry import D, Entry, H, on

W, U, BIAS, X, S = (H, D), (H, H), (H,), (D,), (H,)


def elman(x, h, Wxh, Whh, bh):
    h = np.tanh(Wxh @ x + Whh @ h + bh)
    return h


def elman_with_dot(x, h, W, U, b):
    a = np.dot(W, x) + np.dot(U, h) + b
    h = np.tanh(a)
    return h


def lstm_on_r_underscore(x, h, c, Wf, Wi, Wg, Wo):
    v = np.r_[h, x, 1.0]
    f = 1 / (1 + np.exp(-(Wf @ v)))
    i = 1 / (1 + np.exp(-(Wi @ v)))
    g = np.tanh(Wg @ v)
    o = 1 / (1 + np.exp(-(Wo @ v)))
    c = f * c + i * g
    return o * np.tanh(c), c


def with_append(x, h, W, b):
    joined = np.append(h, x)
    return np.tanh(W.dot(joined) + b)


def unit_by_unit(x, h, W, U, b):
    h_new = np.zeros(len(h))
    for j in range(len(h)):
        s = b[j]
        s = s + W[j] @ x
        s = s + np.dot(U[j], h)
        h_new[j] = np.tanh(s)
    return h_new


def three_loops(x, h, W, U, b):
    out = np.zeros_like(h)
    for j in range(U.shape[0]):
        total = b[j]
        for k in range(W.shape[1]):
            total += W[j, k] * x[k]
        for k in range(U.shape[1]):
            total += U[j, k] * h[k]
        out[j] = math.tanh(total)
    return out


def one_unit(x, h, w, u, b):
    z = w * x + u * h + b
    h = math.tanh(z)
    dz = 1 - h ** 2
    return h, dz * w


def one_unit_with_gates(x, h, w_z, u_z, w_h, u_h):
    z = 1 / (1 + math.exp(-(w_z * x + u_z * h)))
    n = math.tanh(w_h * x + u_h * h)
    return (1 - z) * h + z * n


def lists_of_numbers(x, h, W, U, b):
    new = []
    for j in range(len(h)):
        s = sum(w * v for w, v in zip(W[j], x)) + sum(u * v for u, v in zip(U[j], h)) + b[j]
        new.append(math.tanh(s))
    return new


def gradient_with_outer(dh, x, h_prev, h, W, U):
    dz = dh * (1 - h ** 2)
    dW = np.outer(dz, x)
    dU = np.outer(dz, h_prev)
    db = dz
    dx = dz @ W
    return dx, U.T @ dz, dW, dU, db


def score(h, w, b, y):
    s = w @ h + b
    p = 1 / (1 + np.exp(-s))
    loss = -(y * np.log(p) + (1 - y) * np.log(1 - p))
    dh = (p - y) * w
    return loss, dh


def squared_error(x, h, W, U, V, target):
    h = np.tanh(W @ x + U @ h)
    y = V @ h
    error = y - target
    loss = 0.5 * np.sum(error ** 2)
    mse = np.mean(np.square(error))
    return h, loss, mse


CELLS = [
    Entry("vectors: one line", on(elman, x=X, h=S, W=W, U=U, b=BIAS), "h"),
    Entry("vectors: np.dot", on(elman_with_dot, x=X, h=S, W=W, U=U, b=BIAS), "a h",
          parents={"h": "a"}),
    Entry("vectors: LSTM on np.r_", on(
          lstm_on_r_underscore, x=X, h=S, c=S, Wf=(H, H + D + 1), Wi=(H, H + D + 1),
          Wg=(H, H + D + 1), Wo=(H, H + D + 1)), "v f i g o c", parents={"f": "v", "c": "f i g"}),
    Entry("vectors: np.append", on(with_append, x=X, h=S, W=(H, H + D), b=BIAS), "joined"),
    Entry("vectors: a loop over the units", on(unit_by_unit, x=X, h=S, W=W, U=U, b=BIAS),
          "h_new s h_new[j]", parents={"s": "s"}),
    Entry("vectors: three loops", on(three_loops, x=X, h=S, W=W, U=U, b=BIAS), "total out[j]",
          parents={"out[j]": "total"}),
    Entry("vectors: one unit, in plain numbers", on(one_unit, x=0.7, h=-0.4, w=0.9, u=1.3, b=-0.2),
          "z h dz", parents={"h": "z", "dz": "h"}),
    Entry("vectors: one unit with a gate", on(
          one_unit_with_gates, x=0.7, h=-0.4, w_z=0.9, u_z=-0.3, w_h=1.3, u_h=0.2), "z n"),
    Entry("vectors: lists of numbers", on(
          lists_of_numbers, x=[0.3, -1.2, 0.5], h=[0.1, 0.4],
          W=[[0.5, -0.3, 0.8], [1.1, 0.2, -0.7]],
          U=[[0.4, 0.9], [-0.6, 0.3]], b=[0.1, -0.2]), "s"),
    Entry("vectors: gradients with np.outer", on(
          gradient_with_outer, dh=S, x=X, h_prev=S, h=S, W=W, U=U), "dz dW dU dx",
          parents={"dW": "dz"}),
    Entry("vectors: logistic score of the last state", on(score, h=S, w=S, b=0.3, y=1.0),
          "s p loss dh", parents={"loss": "p"}),
    Entry("vectors: squared error", on(
          squared_error, x=X, h=S, W=W, U=U, V=(2, H), target=(2,)), "h y error loss mse",
          parents={"loss": "error"}),
]
