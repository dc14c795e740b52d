"""TRUTH: right
STYLE: LSTM child, one matrix for each gate on [h; x], helpers dsigmoid and dtanh of the value
COURSE: min-char-rnn
"""
import numpy as np

with open('input.txt') as f:
    data = f.read()
chars = sorted(set(data))
vocab_size = len(chars)
char_to_ix = {c: i for i, c in enumerate(chars)}
ix_to_char = {i: c for i, c in enumerate(chars)}

hidden_size = 64
seq_length = 20
learning_rate = 0.05
concat_size = hidden_size + vocab_size

Wf = np.random.randn(hidden_size, concat_size) * 0.1
bf = np.zeros((hidden_size, 1))
Wi = np.random.randn(hidden_size, concat_size) * 0.1
bi = np.zeros((hidden_size, 1))
Wc = np.random.randn(hidden_size, concat_size) * 0.1
bc = np.zeros((hidden_size, 1))
Wo = np.random.randn(hidden_size, concat_size) * 0.1
bo = np.zeros((hidden_size, 1))
Wy = np.random.randn(vocab_size, hidden_size) * 0.1
by = np.zeros((vocab_size, 1))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def dsigmoid(y):
    return y * (1 - y)


def dtanh(y):
    return 1 - y * y


def lossFun(inputs, targets, hprev, cprev):
    zs, hf, hi, hc, ho, ps = {}, {}, {}, {}, {}, {}
    hs, cs = {-1: np.copy(hprev)}, {-1: np.copy(cprev)}
    loss = 0
    for t in range(len(inputs)):
        x = np.zeros((vocab_size, 1))
        x[inputs[t]] = 1
        zs[t] = np.vstack((hs[t - 1], x))
        hf[t] = sigmoid(np.dot(Wf, zs[t]) + bf)
        hi[t] = sigmoid(np.dot(Wi, zs[t]) + bi)
        hc[t] = np.tanh(np.dot(Wc, zs[t]) + bc)
        ho[t] = sigmoid(np.dot(Wo, zs[t]) + bo)
        cs[t] = hf[t] * cs[t - 1] + hi[t] * hc[t]
        hs[t] = ho[t] * np.tanh(cs[t])
        y = np.dot(Wy, hs[t]) + by
        ps[t] = np.exp(y) / np.sum(np.exp(y))
        loss -= np.log(ps[t][targets[t], 0])

    dWf, dWi, dWc, dWo, dWy = [np.zeros_like(w) for w in (Wf, Wi, Wc, Wo, Wy)]
    dbf, dbi, dbc, dbo, dby = [np.zeros_like(b) for b in (bf, bi, bc, bo, by)]
    dhnext = np.zeros_like(hprev)
    dcnext = np.zeros_like(cprev)
    for t in range(len(inputs) - 1, -1, -1):
        dy = ps[t].copy()
        dy[targets[t]] -= 1
        dWy += np.dot(dy, hs[t].T)
        dby += dy
        dh = np.dot(Wy.T, dy) + dhnext
        dho = dsigmoid(ho[t]) * dh * np.tanh(cs[t])
        dc = ho[t] * dh * dtanh(np.tanh(cs[t])) + dcnext
        dhf = dsigmoid(hf[t]) * dc * cs[t - 1]
        dhi = dsigmoid(hi[t]) * dc * hc[t]
        dhc = dtanh(hc[t]) * dc * hi[t]
        dWf += np.dot(dhf, zs[t].T)
        dbf += dhf
        dWi += np.dot(dhi, zs[t].T)
        dbi += dhi
        dWc += np.dot(dhc, zs[t].T)
        dbc += dhc
        dWo += np.dot(dho, zs[t].T)
        dbo += dho
        dz = np.dot(Wf.T, dhf) + np.dot(Wi.T, dhi) + np.dot(Wc.T, dhc) + np.dot(Wo.T, dho)
        dhnext = dz[:hidden_size]
        dcnext = hf[t] * dc
    for d in (dWf, dWi, dWc, dWo, dWy, dbf, dbi, dbc, dbo, dby):
        np.clip(d, -5, 5, out=d)
    T = len(inputs) - 1
    return loss, dWf, dWi, dWc, dWo, dWy, dbf, dbi, dbc, dbo, dby, hs[T], cs[T]


def sample(h, c, ix, n):
    out = []
    for _ in range(n):
        x = np.zeros((vocab_size, 1))
        x[ix] = 1
        z = np.vstack((h, x))
        c = sigmoid(np.dot(Wf, z) + bf) * c + sigmoid(np.dot(Wi, z) + bi) * np.tanh(np.dot(Wc, z) + bc)
        h = sigmoid(np.dot(Wo, z) + bo) * np.tanh(c)
        e = np.exp(np.dot(Wy, h) + by)
        ix = np.random.choice(vocab_size, p=(e / e.sum()).ravel())
        out.append(ix_to_char[ix])
    return ''.join(out)


n, p = 0, 0
params = [Wf, Wi, Wc, Wo, Wy, bf, bi, bc, bo, by]
memory = [np.zeros_like(w) for w in params]
while n < 10 ** 9:
    if n == 0 or p + seq_length + 1 >= len(data):
        hprev, cprev = np.zeros((hidden_size, 1)), np.zeros((hidden_size, 1))
        p = 0
    inputs = [char_to_ix[ch] for ch in data[p:p + seq_length]]
    targets = [char_to_ix[ch] for ch in data[p + 1:p + seq_length + 1]]
    if n % 1000 == 0:
        print(sample(hprev, cprev, inputs[0], 100))
    loss, *grads, hprev, cprev = lossFun(inputs, targets, hprev, cprev)
    for w, dw, m in zip(params, grads, memory):
        m += dw ** 2
        w -= learning_rate * dw / np.sqrt(m + 1e-8)
    p += seq_length
    n += 1
