"""TRUTH: wrong
STYLE: LSTM child on [h; x], dcnext is handed on without the forget gate
COURSE: min-char-rnn
FUNCTION: lossFun
CAUSE: forget_gate_not_applied | without the forget gate | dc_prev_without_f | forget gate
ARGS: s T <V, y T <V, h0 H 1, c0 H 1, Wf H H+V, Wi H H+V, Wc H H+V, Wo H H+V, Wy V H, bf H 1, bi H 1, bc H 1, bo H 1, by V 1
CALL: lossFun.__globals__.update(Wf=Wf, Wi=Wi, Wc=Wc, Wo=Wo, Wy=Wy, bf=bf, bi=bi, bc=bc, bo=bo, by=by, hidden_size=H, vocab_size=V); loss, *grads, h, c = lossFun(list(s), list(y), h0, c0)
BACK: dWf, dbf, dWi, dbi, dWc, dbc, dWo, dbo, dWy, dby = grads
LINE: 71
"""
import numpy as np

data = open('input.txt', 'r').read()
chars = list(set(data))
vocab_size = len(chars)
char_to_ix = {ch: i for i, ch in enumerate(chars)}
hidden_size = 64
n = hidden_size + vocab_size
Wf, bf = np.random.randn(hidden_size, n) * 0.1, np.zeros((hidden_size, 1))
Wi, bi = np.random.randn(hidden_size, n) * 0.1, np.zeros((hidden_size, 1))
Wc, bc = np.random.randn(hidden_size, n) * 0.1, np.zeros((hidden_size, 1))
Wo, bo = np.random.randn(hidden_size, n) * 0.1, np.zeros((hidden_size, 1))
Wy, by = np.random.randn(vocab_size, hidden_size) * 0.1, np.zeros((vocab_size, 1))


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def lossFun(inputs, targets, hprev, cprev):
    z, f, i, g, o, c, h, p = {}, {}, {}, {}, {}, {}, {}, {}
    h[-1], c[-1] = hprev, cprev
    loss = 0
    for t in range(len(inputs)):
        x = np.zeros((vocab_size, 1))
        x[inputs[t]] = 1
        z[t] = np.row_stack((h[t - 1], x)) if hasattr(np, "row_stack_") else np.vstack((h[t - 1], x))
        f[t] = sigmoid(np.dot(Wf, z[t]) + bf)
        i[t] = sigmoid(np.dot(Wi, z[t]) + bi)
        g[t] = np.tanh(np.dot(Wc, z[t]) + bc)
        o[t] = sigmoid(np.dot(Wo, z[t]) + bo)
        c[t] = f[t] * c[t - 1] + i[t] * g[t]
        h[t] = o[t] * np.tanh(c[t])
        v = np.dot(Wy, h[t]) + by
        p[t] = np.exp(v) / np.sum(np.exp(v))
        loss += -np.log(p[t][targets[t], 0])
    dWf, dWi, dWc, dWo, dWy = [np.zeros_like(a) for a in (Wf, Wi, Wc, Wo, Wy)]
    dbf, dbi, dbc, dbo, dby = [np.zeros_like(a) for a in (bf, bi, bc, bo, by)]
    dhnext, dcnext = np.zeros_like(hprev), np.zeros_like(cprev)
    for t in reversed(range(len(inputs))):
        dv = np.copy(p[t])
        dv[targets[t]] -= 1
        dWy += np.dot(dv, h[t].T)
        dby += dv
        dh = np.dot(Wy.T, dv) + dhnext
        do = dh * np.tanh(c[t]) * o[t] * (1 - o[t])
        dc = dcnext + dh * o[t] * (1 - np.tanh(c[t]) ** 2)
        dg = dc * i[t] * (1 - g[t] ** 2)
        di = dc * g[t] * i[t] * (1 - i[t])
        df = dc * c[t - 1] * f[t] * (1 - f[t])
        dWf += np.dot(df, z[t].T)
        dbf += df
        dWi += np.dot(di, z[t].T)
        dbi += di
        dWc += np.dot(dg, z[t].T)
        dbc += dg
        dWo += np.dot(do, z[t].T)
        dbo += do
        dz = np.dot(Wf.T, df) + np.dot(Wi.T, di) + np.dot(Wc.T, dg) + np.dot(Wo.T, do)
        dhnext = dz[:hidden_size]
        dcnext = dc
    return loss, dWf, dbf, dWi, dbi, dWc, dbc, dWo, dbo, dWy, dby, h[len(inputs) - 1], c[len(inputs) - 1]
