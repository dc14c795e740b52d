"""TRUTH: right
STYLE: no cells, everything in two functions, loops over the examples of the batch
COURSE: deeplearning-ai
ARGS: x D N T, a0 H N, Wax H D, Waa H H, Wya V H, ba H 1, by V 1
CALL: a, y, caches = rnn_forward(x, a0, dict(Wax=Wax, Waa=Waa, Wya=Wya, ba=ba, by=by))
BACK: g = rnn_backward(da, caches); dx, da0, dWax, dWaa, dba = [g[k] for k in 'dx da0 dWax dWaa dba'.split()]
"""
import numpy as np
from rnn_utils import softmax


def rnn_forward(x, a0, parameters):
    n_x, m, T_x = x.shape
    Wya = parameters["Wya"]
    n_y, n_a = Wya.shape
    a = np.zeros((n_a, m, T_x + 1))
    a[:, :, 0] = a0
    y_pred = np.zeros((n_y, m, T_x))
    for t in range(T_x):
        for j in range(m):
            s = parameters["Wax"] @ x[:, j, t] + parameters["Waa"] @ a[:, j, t] + parameters["ba"][:, 0]
            a[:, j, t + 1] = np.tanh(s)
        y_pred[:, :, t] = softmax(Wya @ a[:, :, t + 1] + parameters["by"])
    return a[:, :, 1:], y_pred, (a, x, parameters)


def rnn_backward(da, caches):
    a, x, parameters = caches
    n_x, m, T_x = x.shape
    gradients = {
        "dx": np.zeros(x.shape),
        "da0": np.zeros(a[:, :, 0].shape),
        "dWax": np.zeros(parameters["Wax"].shape),
        "dWaa": np.zeros(parameters["Waa"].shape),
        "dba": np.zeros(parameters["ba"].shape),
    }
    for j in range(m):
        carry = 0
        for t in range(T_x)[::-1]:
            delta = (da[:, j, t] + carry) * (1 - a[:, j, t + 1] ** 2)
            gradients["dWax"] += np.outer(delta, x[:, j, t])
            gradients["dWaa"] += np.outer(delta, a[:, j, t])
            gradients["dba"][:, 0] += delta
            gradients["dx"][:, j, t] = parameters["Wax"].T @ delta
            carry = parameters["Waa"].T @ delta
        gradients["da0"][:, j] = carry
    return gradients
