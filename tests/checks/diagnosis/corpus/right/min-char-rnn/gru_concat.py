"""TRUTH: right
STYLE: a GRU child: Wz Wr Wh on [h; x], reset before the product, z keeps the new state
COURSE: min-char-rnn
ARGS: s T <V, y T <V, h0 H 1, Wz H H+V, Wr H H+V, Wh H H+V, Wy V H, bz H 1, br H 1, bh H 1, by V 1
CALL: lossFun.__globals__.update(Wz=Wz, Wr=Wr, Wh=Wh, Wy=Wy, bz=bz, br=br, bh=bh, by=by, hidden_size=H, vocab_size=V); loss, *grads, h = lossFun(list(s), list(y), h0)
BACK: dWz, dWr, dWh, dWy, dbz, dbr, dbh, dby = grads
"""
import numpy as np

data = open('input.txt', 'r').read()
chars = list(set(data))
vocab_size = len(chars)
char_to_ix = {ch: i for i, ch in enumerate(chars)}
ix_to_char = {i: ch for i, ch in enumerate(chars)}

hidden_size = 100
seq_length = 25
learning_rate = 1e-1

size = hidden_size + vocab_size
Wz = np.random.randn(hidden_size, size) * 0.01
Wr = np.random.randn(hidden_size, size) * 0.01
Wh = np.random.randn(hidden_size, size) * 0.01
Wy = np.random.randn(vocab_size, hidden_size) * 0.01
bz = np.zeros((hidden_size, 1))
br = np.zeros((hidden_size, 1))
bh = np.zeros((hidden_size, 1))
by = np.zeros((vocab_size, 1))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lossFun(inputs, targets, hprev):
    xs, hx, rhx, z, r, hc, h, p = {}, {}, {}, {}, {}, {}, {}, {}
    h[-1] = hprev
    loss = 0
    for t in range(len(inputs)):
        xs[t] = np.zeros((vocab_size, 1))
        xs[t][inputs[t]] = 1
        hx[t] = np.concatenate((h[t - 1], xs[t]))
        z[t] = sigmoid(Wz @ hx[t] + bz)
        r[t] = sigmoid(Wr @ hx[t] + br)
        rhx[t] = np.concatenate((r[t] * h[t - 1], xs[t]))
        hc[t] = np.tanh(Wh @ rhx[t] + bh)
        h[t] = (1 - z[t]) * h[t - 1] + z[t] * hc[t]
        y = Wy @ h[t] + by
        p[t] = np.exp(y) / np.sum(np.exp(y))
        loss += -np.log(p[t][targets[t], 0])

    dWz, dWr, dWh, dWy = np.zeros_like(Wz), np.zeros_like(Wr), np.zeros_like(Wh), np.zeros_like(Wy)
    dbz, dbr, dbh, dby = np.zeros_like(bz), np.zeros_like(br), np.zeros_like(bh), np.zeros_like(by)
    dhnext = np.zeros_like(hprev)
    for t in reversed(range(len(inputs))):
        dy = p[t].copy()
        dy[targets[t]] -= 1
        dWy += dy @ h[t].T
        dby += dy
        dh = Wy.T @ dy + dhnext
        # h = (1 - z) h_old + z hc
        dz = dh * (hc[t] - h[t - 1]) * z[t] * (1 - z[t])
        dhc = dh * z[t] * (1 - hc[t] ** 2)
        dhold = dh * (1 - z[t])
        # candidate
        dWh += dhc @ rhx[t].T
        dbh += dhc
        drh = (Wh.T @ dhc)[:hidden_size]
        dr = drh * h[t - 1] * r[t] * (1 - r[t])
        dhold += drh * r[t]
        # gates
        dWz += dz @ hx[t].T
        dWr += dr @ hx[t].T
        dbz += dz
        dbr += dr
        dhold += (Wz.T @ dz + Wr.T @ dr)[:hidden_size]
        dhnext = dhold
    for g in (dWz, dWr, dWh, dWy, dbz, dbr, dbh, dby):
        np.clip(g, -5, 5, out=g)
    return loss, dWz, dWr, dWh, dWy, dbz, dbr, dbh, dby, h[len(inputs) - 1]


n, p = 0, 0
while True:
    if p + seq_length + 1 >= len(data) or n == 0:
        hprev = np.zeros((hidden_size, 1))
        p = 0
    inputs = [char_to_ix[ch] for ch in data[p:p + seq_length]]
    targets = [char_to_ix[ch] for ch in data[p + 1:p + seq_length + 1]]
    loss, *grads, hprev = lossFun(inputs, targets, hprev)
    for param, grad in zip((Wz, Wr, Wh, Wy, bz, br, bh, by), grads):
        param -= learning_rate * grad
    if n % 100 == 0:
        print("iter", n, "loss", loss)
    p += seq_length
    n += 1
