"""TRUTH: right
STYLE: h0 always zero and no argument, list of states, missing dh0
COURSE: generic
ARGS: X N T D, Wx D H, Wh H H, b H
CALL: H_all, cache = rnn_forward(X, Wx, Wh, b)
BACK: dX, dWx, dWh, db = rnn_backward(dH_all, cache)
"""
import numpy as np


def rnn_forward(X, Wx, Wh, b):
    N, T, _ = X.shape
    states = [np.zeros((N, Wh.shape[0]))]
    for t in range(T):
        states.append(np.tanh(X[:, t] @ Wx + states[t] @ Wh + b))
    return np.stack(states[1:], 1), (X, states, Wx, Wh)


def rnn_backward(dH, cache):
    X, states, Wx, Wh = cache
    T = X.shape[1]
    dX = np.zeros_like(X)
    dWx = np.zeros_like(Wx)
    dWh = np.zeros_like(Wh)
    db = np.zeros(Wh.shape[0])
    later = np.zeros_like(states[0])
    for t in range(T, 0, -1):
        dS = dH[:, t - 1] + later
        dZ = dS * (1 - states[t] ** 2)
        dX[:, t - 1] = dZ @ Wx.T
        dWx += X[:, t - 1].T @ dZ
        dWh += states[t - 1].T @ dZ
        db += dZ.sum(axis=0)
        later = dZ @ Wh.T
    return dX, dWx, dWh, db
