"""TRUTH: wrong
STYLE: one gate a paragraph, upper-case names
COURSE: cs231n
FUNCTION: lstm_step_backward
CAUSE: tanh_c_path_missing | through tanh(c) to c is missing
ARGS: x N D, prev_h N H, prev_c N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: next_h, next_c, cache = lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b)
BACK: dx, dprev_h, dprev_c, dWx, dWh, db = lstm_step_backward(dnext_h, dnext_c, cache)
LINE: 32
"""
import numpy as np


def sigmoid(A):
    return 1 / (1 + np.exp(-A))


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    H = prev_h.shape[1]
    A = x @ Wx + prev_h @ Wh + b
    I = sigmoid(A[:, :H])
    F = sigmoid(A[:, H:H + H])
    O = sigmoid(A[:, H + H:H + H + H])
    G = np.tanh(A[:, H + H + H:])
    next_c = F * prev_c + I * G
    next_h = O * np.tanh(next_c)
    return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, I, F, O, G, next_c)


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, I, F, O, G, next_c = cache
    dC = dnext_c

    dO = dnext_h * np.tanh(next_c)
    dAO = dO * O * (1 - O)

    dF = dC * prev_c
    dAF = dF * F * (1 - F)

    dI = dC * G
    dAI = dI * I * (1 - I)

    dG = dC * I
    dAG = dG * (1 - G * G)

    dprev_c = dC * F
    dA = np.concatenate((dAI, dAF, dAO, dAG), axis=1)
    dx = dA @ Wx.T
    dprev_h = dA @ Wh.T
    dWx = x.T @ dA
    dWh = prev_h.T @ dA
    db = np.sum(dA, axis=0)
    return dx, dprev_h, dprev_c, dWx, dWh, db
