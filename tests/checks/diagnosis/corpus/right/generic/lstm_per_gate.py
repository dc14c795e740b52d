"""TRUTH: right
STYLE: one matrix per gate, W_f U_f b_f, dict parameters, dict gradients
COURSE: generic
ARGS: x N T D, h0 N H, c0 N H, W_f D H, W_i D H, W_o D H, W_c D H, U_f H H, U_i H H, U_o H H, U_c H H, b_f H, b_i H, b_o H, b_c H
CALL: hs, cache = lstm_forward(x, h0, c0, dict(W_f=W_f, W_i=W_i, W_o=W_o, W_c=W_c, U_f=U_f, U_i=U_i, U_o=U_o, U_c=U_c, b_f=b_f, b_i=b_i, b_o=b_o, b_c=b_c))
BACK: dx, dh0, dc0, g = lstm_backward(dhs, cache); dW_f, dW_i, dW_o, dW_c, dU_f, dU_i, dU_o, dU_c, db_f, db_i, db_o, db_c = [g[k] for k in ("W_f", "W_i", "W_o", "W_c", "U_f", "U_i", "U_o", "U_c", "b_f", "b_i", "b_o", "b_c")]
"""
import numpy as np

CELL = "LSTM"


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm_forward(x, h0, c0, p):
    h, c = h0, c0
    hs, cache = [], []
    for t in range(x.shape[1]):
        xt = x[:, t]
        f = sigmoid(xt @ p["W_f"] + h @ p["U_f"] + p["b_f"])
        i = sigmoid(xt @ p["W_i"] + h @ p["U_i"] + p["b_i"])
        o = sigmoid(xt @ p["W_o"] + h @ p["U_o"] + p["b_o"])
        c_tilde = np.tanh(xt @ p["W_c"] + h @ p["U_c"] + p["b_c"])
        c_new = f * c + i * c_tilde
        h_new = o * np.tanh(c_new)
        cache.append((xt, h, c, f, i, o, c_tilde, c_new, p))
        h, c = h_new, c_new
        hs.append(h)
    return np.stack(hs, axis=1), cache


def lstm_backward(dhs, cache):
    p = cache[0][-1]
    grads = {k: np.zeros_like(v) for k, v in p.items()}
    T = dhs.shape[1]
    dx = [None] * T
    dh_next = np.zeros_like(dhs[:, 0])
    dc_next = np.zeros_like(dhs[:, 0])
    for t in reversed(range(T)):
        xt, h, c, f, i, o, c_tilde, c_new, _ = cache[t]
        dh = dhs[:, t] + dh_next
        dc = dc_next + dh * o * (1 - np.tanh(c_new) ** 2)
        d = {
            "f": dc * c * f * (1 - f),
            "i": dc * c_tilde * i * (1 - i),
            "o": dh * np.tanh(c_new) * o * (1 - o),
            "c": dc * i * (1 - c_tilde ** 2),
        }
        dx[t] = 0
        dh_next = 0
        for k in "fioc":
            grads["W_" + k] += xt.T @ d[k]
            grads["U_" + k] += h.T @ d[k]
            grads["b_" + k] += d[k].sum(axis=0)
            dx[t] = dx[t] + d[k] @ p["W_" + k].T
            dh_next = dh_next + d[k] @ p["U_" + k].T
        dc_next = dc * f
    return np.stack(dx, axis=1), dh_next, dc_next, grads
