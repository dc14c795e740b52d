"""TRUTH: right
STYLE: variant with coupled gates, sequence, per-gate matrices on [x, h]
COURSE: generic
NOTE: coupled
ARGS: X N T D, h0 N H, c0 N H, Wf D+H H, Wo D+H H, Wg D+H H, bf H, bo H, bg H
CALL: hs, cache = lstm_forward(X, h0, c0, Wf, Wo, Wg, bf, bo, bg)
BACK: dX, dh0, dc0, dWf, dWo, dWg, dbf, dbo, dbg = lstm_backward(dhs, cache)
"""
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def lstm_forward(X, h0, c0, Wf, Wo, Wg, bf, bo, bg):
    h, c, hs, tape = h0, c0, [], []
    for t in range(X.shape[1]):
        xh = np.concatenate([X[:, t], h], axis=1)
        f = sigmoid(xh @ Wf + bf)
        o = sigmoid(xh @ Wo + bo)
        g = np.tanh(xh @ Wg + bg)
        c_new = f * c + (1.0 - f) * g
        tape.append((xh, c, f, o, g, c_new))
        h, c = o * np.tanh(c_new), c_new
        hs.append(h)
    return np.stack(hs, axis=1), (tape, Wf, Wo, Wg)


def lstm_backward(dhs, cache):
    tape, Wf, Wo, Wg = cache
    N, T, H = dhs.shape
    D = Wf.shape[0] - H
    dX = np.zeros((N, T, D))
    dWf, dWo, dWg = np.zeros_like(Wf), np.zeros_like(Wo), np.zeros_like(Wg)
    dbf, dbo, dbg = np.zeros(H), np.zeros(H), np.zeros(H)
    dh, dc = np.zeros((N, H)), np.zeros((N, H))
    for t in reversed(range(T)):
        xh, c, f, o, g, c_new = tape[t]
        dh += dhs[:, t]
        y = np.tanh(c_new)
        dc += dh * o * (1 - y ** 2)
        daf = dc * (c - g) * f * (1 - f)
        dao = dh * y * o * (1 - o)
        dag = dc * (1 - f) * (1 - g ** 2)
        dWf += xh.T @ daf
        dWo += xh.T @ dao
        dWg += xh.T @ dag
        dbf += daf.sum(0)
        dbo += dao.sum(0)
        dbg += dag.sum(0)
        dxh = daf @ Wf.T + dao @ Wo.T + dag @ Wg.T
        dX[:, t], dh = dxh[:, :D], dxh[:, D:]
        dc = dc * f
    return dX, dh, dc, dWf, dWo, dWg, dbf, dbo, dbg
