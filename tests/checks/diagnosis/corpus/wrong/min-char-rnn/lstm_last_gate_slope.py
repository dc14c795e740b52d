"""TRUTH: wrong
STYLE: LSTM child with Wx and Wh per gate, the slope of the last gate is forgotten
COURSE: min-char-rnn
FUNCTION: lossFun
CAUSE: slope_missing_o | σ' of the output gate
ARGS: s T <V, y T <V, h0 H 1, c0 H 1, Wxi H V, Whi H H, bi H 1, Wxf H V, Whf H H, bf H 1, Wxg H V, Whg H H, bg H 1, Wxo H V, Who H H, bo H 1, Why V H, by V 1
CALL: lossFun.__globals__.update(Wxi=Wxi, Whi=Whi, bi=bi, Wxf=Wxf, Whf=Whf, bf=bf, Wxo=Wxo, Who=Who, bo=bo, Wxg=Wxg, Whg=Whg, bg=bg, Why=Why, by=by, hidden_size=H, vocab_size=V); loss, *grads, h, c = lossFun(list(s), list(y), h0, c0)
BACK: dWxi, dWxf, dWxg, dWxo, dWhi, dWhf, dWhg, dWho, dbi, dbf, dbg, dbo, dWhy, dby = grads
LINE: 66
"""
import numpy as np

data = open('input.txt', 'r').read()
chars = list(set(data))
vocab_size, hidden_size = len(chars), 100
char_to_ix = {ch: i for i, ch in enumerate(chars)}
H, V = hidden_size, vocab_size
Wxi, Wxf, Wxg, Wxo = [np.random.randn(H, V) * 0.01 for _ in range(4)]
Whi, Whf, Whg, Who = [np.random.randn(H, H) * 0.01 for _ in range(4)]
bi, bf, bg, bo = [np.zeros((H, 1)) for _ in range(4)]
Why, by = np.random.randn(V, H) * 0.01, np.zeros((V, 1))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lossFun(inputs, targets, hprev, cprev):
    x, i, f, g, o, c, h, p = ({} for _ in range(8))
    h[-1], c[-1] = np.copy(hprev), np.copy(cprev)
    loss = 0
    for t in range(len(inputs)):
        x[t] = np.zeros((vocab_size, 1))
        x[t][inputs[t]] = 1
        i[t] = sigmoid(Wxi @ x[t] + Whi @ h[t - 1] + bi)
        f[t] = sigmoid(Wxf @ x[t] + Whf @ h[t - 1] + bf)
        g[t] = np.tanh(Wxg @ x[t] + Whg @ h[t - 1] + bg)
        o[t] = sigmoid(Wxo @ x[t] + Who @ h[t - 1] + bo)
        c[t] = f[t] * c[t - 1] + i[t] * g[t]
        h[t] = o[t] * np.tanh(c[t])
        y = Why @ h[t] + by
        p[t] = np.exp(y) / np.sum(np.exp(y))
        loss += -np.log(p[t][targets[t], 0])
    dWxi, dWxf, dWxg, dWxo = [np.zeros_like(w) for w in (Wxi, Wxf, Wxg, Wxo)]
    dWhi, dWhf, dWhg, dWho = [np.zeros_like(w) for w in (Whi, Whf, Whg, Who)]
    dbi, dbf, dbg, dbo = [np.zeros_like(w) for w in (bi, bf, bg, bo)]
    dWhy, dby = np.zeros_like(Why), np.zeros_like(by)
    dhnext, dcnext = np.zeros_like(h[-1]), np.zeros_like(c[-1])
    for t in reversed(range(len(inputs))):
        dy = np.copy(p[t])
        dy[targets[t]] -= 1
        dWhy += dy @ h[t].T
        dby += dy
        dh = Why.T @ dy + dhnext
        dc = dh * o[t] * (1 - np.tanh(c[t]) ** 2) + dcnext
        # input gate
        di = dc * g[t]
        di = di * i[t] * (1 - i[t])
        # forget gate
        df = dc * c[t - 1]
        df = df * f[t] * (1 - f[t])
        # new memory
        dg = dc * i[t]
        dg = dg * (1 - g[t] ** 2)
        # output gate
        do = dh * np.tanh(c[t])
        for dWx, dWh, db, d in ((dWxi, dWhi, dbi, di), (dWxf, dWhf, dbf, df), (dWxg, dWhg, dbg, dg), (dWxo, dWho, dbo, do)):
            dWx += d @ x[t].T
            dWh += d @ h[t - 1].T
            db += d
        dhnext = Whi.T @ di + Whf.T @ df + Whg.T @ dg + Who.T @ do
        dcnext = dc * f[t]
    return loss, dWxi, dWxf, dWxg, dWxo, dWhi, dWhf, dWhg, dWho, dbi, dbf, dbg, dbo, dWhy, dby, h[len(inputs) - 1], c[len(inputs) - 1]
