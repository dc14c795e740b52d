"""TRUTH: right
STYLE: an LSTM child: one matrix per gate on [h; x], globals Wf Wi Wc Wo, dicts by step, clipping
COURSE: min-char-rnn
ARGS: s T <V, y T <V, h0 H 1, c0 H 1, Wf H H+V, Wi H H+V, Wc H H+V, Wo H H+V, Wy V H, bf H 1, bi H 1, bc H 1, bo H 1, by V 1
CALL: lossFun.__globals__.update(Wf=Wf, Wi=Wi, Wc=Wc, Wo=Wo, Wy=Wy, bf=bf, bi=bi, bc=bc, bo=bo, by=by, hidden_size=H, vocab_size=V); loss, *grads, h, c = lossFun(list(s), list(y), h0, c0)
BACK: dWf, dWi, dWc, dWo, dWy, dbf, dbi, dbc, dbo, dby = grads
"""
import numpy as np

data = open("input.txt").read()
chars = sorted(list(set(data)))
vocab_size = len(chars)
char_to_ix = {ch: i for i, ch in enumerate(chars)}
ix_to_char = dict(enumerate(chars))

hidden_size = 100
seq_length = 25
learning_rate = 0.1
z_size = hidden_size + vocab_size

Wf = np.random.randn(hidden_size, z_size) * 0.1
Wi = np.random.randn(hidden_size, z_size) * 0.1
Wc = np.random.randn(hidden_size, z_size) * 0.1
Wo = np.random.randn(hidden_size, z_size) * 0.1
Wy = np.random.randn(vocab_size, hidden_size) * 0.1
bf = np.ones((hidden_size, 1))
bi = np.zeros((hidden_size, 1))
bc = np.zeros((hidden_size, 1))
bo = np.zeros((hidden_size, 1))
by = np.zeros((vocab_size, 1))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def dsigmoid(y):
    return y * (1 - y)


def dtanh(y):
    return 1 - y * y


def lossFun(inputs, targets, hprev, cprev):
    xs, zs, f, i, cc, o, c, h, ps = {}, {}, {}, {}, {}, {}, {}, {}, {}
    h[-1] = np.copy(hprev)
    c[-1] = np.copy(cprev)
    loss = 0
    for t in range(len(inputs)):
        xs[t] = np.zeros((vocab_size, 1))
        xs[t][inputs[t]] = 1
        zs[t] = np.vstack((h[t - 1], xs[t]))
        f[t] = sigmoid(np.dot(Wf, zs[t]) + bf)
        i[t] = sigmoid(np.dot(Wi, zs[t]) + bi)
        cc[t] = np.tanh(np.dot(Wc, zs[t]) + bc)
        o[t] = sigmoid(np.dot(Wo, zs[t]) + bo)
        c[t] = f[t] * c[t - 1] + i[t] * cc[t]
        h[t] = o[t] * np.tanh(c[t])
        y = np.dot(Wy, h[t]) + by
        ps[t] = np.exp(y) / np.sum(np.exp(y))
        loss -= np.log(ps[t][targets[t], 0])

    dWf, dWi, dWc, dWo, dWy = [np.zeros_like(w) for w in (Wf, Wi, Wc, Wo, Wy)]
    dbf, dbi, dbc, dbo, dby = [np.zeros_like(b) for b in (bf, bi, bc, bo, by)]
    dhnext = np.zeros_like(h[0])
    dcnext = np.zeros_like(c[0])
    for t in reversed(range(len(inputs))):
        dy = np.copy(ps[t])
        dy[targets[t]] -= 1
        dWy += np.dot(dy, h[t].T)
        dby += dy
        dh = np.dot(Wy.T, dy) + dhnext
        do = dh * np.tanh(c[t]) * dsigmoid(o[t])
        dc = dcnext + dh * o[t] * dtanh(np.tanh(c[t]))
        dcc = dc * i[t] * dtanh(cc[t])
        di = dc * cc[t] * dsigmoid(i[t])
        df = dc * c[t - 1] * dsigmoid(f[t])
        dWf += np.dot(df, zs[t].T)
        dWi += np.dot(di, zs[t].T)
        dWc += np.dot(dcc, zs[t].T)
        dWo += np.dot(do, zs[t].T)
        dbf += df
        dbi += di
        dbc += dcc
        dbo += do
        dz = np.dot(Wf.T, df) + np.dot(Wi.T, di) + np.dot(Wc.T, dcc) + np.dot(Wo.T, do)
        dhnext = dz[:hidden_size, :]
        dcnext = f[t] * dc
    for g in [dWf, dWi, dWc, dWo, dWy, dbf, dbi, dbc, dbo, dby]:
        np.clip(g, -5, 5, out=g)
    return loss, dWf, dWi, dWc, dWo, dWy, dbf, dbi, dbc, dbo, dby, h[len(inputs) - 1], c[len(inputs) - 1]


pointer, n = 0, 0
hprev, cprev = np.zeros((hidden_size, 1)), np.zeros((hidden_size, 1))
while n < 10 ** 6:
    if pointer + seq_length + 1 >= len(data):
        pointer = 0
        hprev, cprev = np.zeros((hidden_size, 1)), np.zeros((hidden_size, 1))
    inputs = [char_to_ix[ch] for ch in data[pointer:pointer + seq_length]]
    targets = [char_to_ix[ch] for ch in data[pointer + 1:pointer + seq_length + 1]]
    loss, *grads, hprev, cprev = lossFun(inputs, targets, hprev, cprev)
    for w, g in zip([Wf, Wi, Wc, Wo, Wy, bf, bi, bc, bo, by], grads):
        w -= learning_rate * g
    if n % 1000 == 0:
        print(n, loss)
    pointer += seq_length
    n += 1
