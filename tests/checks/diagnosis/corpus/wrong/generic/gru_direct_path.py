"""TRUTH: wrong
STYLE: columns, one matrix on [h; x] per gate, dict results
COURSE: generic
FUNCTION: gru_step_backward
CAUSE: direct_path | direct path
ARGS: x D N, h H N, W_r H H+D, W_z H H+D, W_n H H+D, b_r H 1, b_z H 1, b_n H 1
CALL: h_next, cache = gru_step_forward(x, h, W_r, W_z, W_n, b_r, b_z, b_n)
BACK: g = gru_step_backward(dh_next, cache); dx, dh, dW_r, dW_z, dW_n, db_r, db_z, db_n = [g[k] for k in ("dx", "dh", "dW_r", "dW_z", "dW_n", "db_r", "db_z", "db_n")]
LINE: 42
"""
import numpy as np

CELL = "gru"
LAYOUT = "column"
UPDATE = "new"


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def gru_step_forward(x, h, W_r, W_z, W_n, b_r, b_z, b_n):
    hx = np.vstack([h, x])
    r = sigmoid(W_r @ hx + b_r)
    z = sigmoid(W_z @ hx + b_z)
    rhx = np.vstack([r * h, x])
    n = np.tanh(W_n @ rhx + b_n)
    h_next = (1 - z) * h + z * n
    return h_next, (h, hx, r, z, rhx, n, W_r, W_z, W_n)


def gru_step_backward(dh_next, cache):
    h, hx, r, z, rhx, n, W_r, W_z, W_n = cache
    H = h.shape[0]
    g = {}
    da_n = dh_next * z * (1 - n ** 2)
    da_z = dh_next * (n - h) * z * (1 - z)
    d_rhx = W_n.T @ da_n
    da_r = d_rhx[:H] * h * r * (1 - r)
    d_hx = W_r.T @ da_r + W_z.T @ da_z
    g["dx"] = d_hx[H:] + d_rhx[H:]
    g["dh"] = d_hx[:H] + d_rhx[:H] * r
    for name, da, inp in (("r", da_r, hx), ("z", da_z, hx), ("n", da_n, rhx)):
        g["dW_" + name] = da @ inp.T
        g["db_" + name] = da.sum(axis=1, keepdims=True)
    return g
