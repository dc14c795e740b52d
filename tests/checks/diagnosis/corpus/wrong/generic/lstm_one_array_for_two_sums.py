"""TRUTH: wrong
STYLE: per-gate gradients made by a = b = zeros, so two names share one array
COURSE: generic
FUNCTION: lstm_backward
CAUSE: same array | alias | share | too much in
ARGS: x N T D, h0 N H, c0 N H, Wi D H, Wf D H, Wo D H, Wg D H, Ui H H, Uf H H, Uo H H, Ug H H, bi H, bf H, bo H, bg H
CALL: hs, cache = lstm_forward(x, h0, c0, Wi, Wf, Wo, Wg, Ui, Uf, Uo, Ug, bi, bf, bo, bg)
BACK: dx, dh0, dc0, dWi, dWf, dWo, dWg, dUi, dUf, dUo, dUg, dbi, dbf, dbo, dbg = lstm_backward(dhs, cache)
LINE: 39
"""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm_forward(x, h0, c0, Wi, Wf, Wo, Wg, Ui, Uf, Uo, Ug, bi, bf, bo, bg):
    h, c, hs, steps = h0, c0, [], []
    for t in range(x.shape[1]):
        xt = x[:, t]
        i = sigmoid(xt @ Wi + h @ Ui + bi)
        f = sigmoid(xt @ Wf + h @ Uf + bf)
        o = sigmoid(xt @ Wo + h @ Uo + bo)
        g = np.tanh(xt @ Wg + h @ Ug + bg)
        c_new = f * c + i * g
        steps.append((xt, h, c, i, f, o, g, c_new))
        h, c = o * np.tanh(c_new), c_new
        hs.append(h)
    return np.stack(hs, axis=1), (steps, (Wi, Wf, Wo, Wg), (Ui, Uf, Uo, Ug))


def lstm_backward(dhs, cache):
    steps, (Wi, Wf, Wo, Wg), (Ui, Uf, Uo, Ug) = cache
    N, T, H = dhs.shape
    dx = np.zeros((N, T, Wi.shape[0]))
    dWi = np.zeros_like(Wi); dWf = np.zeros_like(Wf); dWo = np.zeros_like(Wo); dWg = np.zeros_like(Wg)
    dUi = np.zeros_like(Ui); dUf = np.zeros_like(Uf)
    dUo = dUg = np.zeros_like(Uo)
    dbi, dbf, dbo, dbg = np.zeros(H), np.zeros(H), np.zeros(H), np.zeros(H)
    dh, dc = np.zeros((N, H)), np.zeros((N, H))
    for t in reversed(range(T)):
        xt, h, c, i, f, o, g, c_new = steps[t]
        dh = dh + dhs[:, t]
        tc = np.tanh(c_new)
        dc = dc + dh * o * (1 - tc ** 2)
        ai = dc * g * i * (1 - i)
        af = dc * c * f * (1 - f)
        ao = dh * tc * o * (1 - o)
        ag = dc * i * (1 - g ** 2)
        dWi += xt.T @ ai; dWf += xt.T @ af; dWo += xt.T @ ao; dWg += xt.T @ ag
        dUi += h.T @ ai; dUf += h.T @ af; dUo += h.T @ ao; dUg += h.T @ ag
        dbi += ai.sum(0); dbf += af.sum(0); dbo += ao.sum(0); dbg += ag.sum(0)
        dx[:, t] = ai @ Wi.T + af @ Wf.T + ao @ Wo.T + ag @ Wg.T
        dh = ai @ Ui.T + af @ Uf.T + ao @ Uo.T + ag @ Ug.T
        dc = dc * f
    return dx, dh, dc, dWi, dWf, dWo, dWg, dUi, dUf, dUo, dUg, dbi, dbf, dbo, dbg
