"""TRUTH: wrong
STYLE: two biases (PyTorch names), returns a dict
COURSE: generic
FUNCTION: rnn_backward
CAUSE: initial_state_late | came into
ARGS: x N T D, h0 N H, W_ih H D, W_hh H H, b_ih H, b_hh H
CALL: out, cache = rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh)
BACK: g = rnn_backward(dout, cache); dx, dh0, dW_ih, dW_hh, db_ih, db_hh = [g[k] for k in ("dx", "dh0", "dW_ih", "dW_hh", "db_ih", "db_hh")]
LINE: 41
"""
import numpy as np


def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h = h0
    out = []
    cache = []
    for t in range(x.shape[1]):
        new = np.tanh(x[:, t] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        cache.append((x[:, t], h, new))
        h = new
        out.append(h)
    return np.stack(out, axis=1), (cache, W_ih, W_hh)


def rnn_backward(dout, cache):
    steps, W_ih, W_hh = cache
    N, T, H = dout.shape
    dx = np.zeros((N, T, W_ih.shape[1]))
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros(H)
    dh_next = np.zeros((N, H))
    for t in range(T - 1, -1, -1):
        xt, h, new = steps[t]
        dh = dout[:, t] + dh_next
        da = dh * (1 - new ** 2)
        dx[:, t] = da @ W_ih
        dW_ih += da.T @ xt
        dW_hh += da.T @ h
        db += da.sum(axis=0)
        dh_next = da @ W_hh
    dh0 = dh
    return {"dx": dx, "dh0": dh0, "dW_ih": dW_ih, "dW_hh": dW_hh, "db_ih": db, "db_hh": db.copy()}
