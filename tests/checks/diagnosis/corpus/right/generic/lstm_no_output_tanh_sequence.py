"""TRUTH: right
STYLE: variant h = o c, sequence, in-place sums, helper for slopes
COURSE: generic
NOTE: tanh
ARGS: x N T D, h0 N H, c0 N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: h, cache = forward(x, h0, c0, Wx, Wh, b)
BACK: dx, dh0, dc0, dWx, dWh, db = backward(dh, cache)
"""
import numpy as np

CELL = "lstm"


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def dsigmoid(y):
    return y * (1 - y)


def dtanh(y):
    return 1 - y * y


def forward(x, h0, c0, Wx, Wh, b):
    N, T, D = x.shape
    H = h0.shape[1]
    I, F, O, G = (np.zeros((N, T, H)) for _ in range(4))
    C, S = np.zeros((N, T + 1, H)), np.zeros((N, T + 1, H))
    C[:, 0], S[:, 0] = c0, h0
    for t in range(T):
        a = x[:, t] @ Wx + S[:, t] @ Wh + b
        I[:, t] = sigmoid(a[:, :H])
        F[:, t] = sigmoid(a[:, H:2 * H])
        O[:, t] = sigmoid(a[:, 2 * H:3 * H])
        G[:, t] = np.tanh(a[:, 3 * H:])
        C[:, t + 1] = F[:, t] * C[:, t] + I[:, t] * G[:, t]
        S[:, t + 1] = O[:, t] * C[:, t + 1]
    return S[:, 1:], (x, I, F, O, G, C, S, Wx, Wh)


def backward(dh, cache):
    x, I, F, O, G, C, S, Wx, Wh = cache
    N, T, D = x.shape
    H = Wh.shape[0]
    dA = np.zeros((N, T, 4 * H))
    dS, dC = np.zeros((N, H)), np.zeros((N, H))
    for t in range(T - 1, -1, -1):
        dS += dh[:, t]
        dC += dS * O[:, t]
        dA[:, t, :H] = dC * G[:, t] * dsigmoid(I[:, t])
        dA[:, t, H:2 * H] = dC * C[:, t] * dsigmoid(F[:, t])
        dA[:, t, 2 * H:3 * H] = dS * C[:, t + 1] * dsigmoid(O[:, t])
        dA[:, t, 3 * H:] = dC * I[:, t] * dtanh(G[:, t])
        dS = dA[:, t] @ Wh.T
        dC *= F[:, t]
    dWx = x.reshape(-1, D).T @ dA.reshape(-1, 4 * H)
    dWh = S[:, :-1].reshape(-1, H).T @ dA.reshape(-1, 4 * H)
    return dA @ Wx.T, dS, dC, dWx, dWh, dA.sum(axis=(0, 1))
