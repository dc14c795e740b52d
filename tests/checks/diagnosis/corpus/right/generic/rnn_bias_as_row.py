"""TRUTH: right
STYLE: bias (1, H) as a row, keepdims, columns names like a text book
COURSE: generic
ARGS: X N T D, H0 N H, U D H, W H H, b 1 H
CALL: S, cache = rnn_forward(X, H0, U, W, b)
BACK: dX, dH0, dU, dW, db = rnn_backward(dS, cache)
"""
import numpy as np


def rnn_forward(X, H0, U, W, b):
    """s_t = tanh(x_t U + s_{t-1} W + b)"""
    S = [H0]
    for t in range(X.shape[1]):
        S.append(np.tanh(X[:, t] @ U + S[-1] @ W + b))
    return np.stack(S[1:], axis=1), (X, S, U, W)


def rnn_backward(dS, cache):
    X, S, U, W = cache
    dU, dW, db = np.zeros(U.shape), np.zeros(W.shape), np.zeros((1, W.shape[1]))
    dX = np.zeros(X.shape)
    delta = np.zeros(S[0].shape)
    for t in range(X.shape[1])[::-1]:
        delta = (dS[:, t] + delta) * (1 - S[t + 1] ** 2)
        dU += X[:, t].T @ delta
        dW += S[t].T @ delta
        db += delta.sum(axis=0, keepdims=True)
        dX[:, t] = delta @ U.T
        delta = delta @ W.T
    return dX, delta, dU, dW, db
