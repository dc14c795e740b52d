"""TRUTH: wrong
STYLE: GRU child on [h; x], what flows back through r * h is not added to dh
COURSE: min-char-rnn
FUNCTION: lossFun
CAUSE: reset path | through r | r h' | path through the reset
ARGS: s T <V, y T <V, h0 H 1, Wz H H+V, Wr H H+V, Wh H H+V, Wy V H, bz H 1, br H 1, bh H 1, by V 1
CALL: lossFun.__globals__.update(Wz=Wz, Wr=Wr, Wh=Wh, Wy=Wy, bz=bz, br=br, bh=bh, by=by, hidden_size=H, vocab_size=V); loss, *grads, h = lossFun(list(s), list(y), h0)
BACK: dWz, dWr, dWh, dWy, dbz, dbr, dbh, dby = grads
LINE: 69
"""
import numpy as np

data = open('input.txt', 'r').read()
chars = list(set(data))
vocab_size = len(chars)
hidden_size = 80
Wz = np.random.randn(hidden_size, hidden_size + vocab_size) * 0.01
Wr = np.random.randn(hidden_size, hidden_size + vocab_size) * 0.01
Wh = np.random.randn(hidden_size, hidden_size + vocab_size) * 0.01
Wy = np.random.randn(vocab_size, hidden_size) * 0.01
bz = np.zeros((hidden_size, 1))
br = np.zeros((hidden_size, 1))
bh = np.zeros((hidden_size, 1))
by = np.zeros((vocab_size, 1))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lossFun(inputs, targets, hprev):
    h = {-1: np.copy(hprev)}
    keep, probs = {}, {}
    loss = 0
    for t in range(len(inputs)):
        x = np.zeros((vocab_size, 1))
        x[inputs[t]] = 1
        cat = np.vstack((h[t - 1], x))
        z = sigmoid(np.dot(Wz, cat) + bz)
        r = sigmoid(np.dot(Wr, cat) + br)
        cat2 = np.vstack((r * h[t - 1], x))
        hh = np.tanh(np.dot(Wh, cat2) + bh)
        h[t] = (1 - z) * h[t - 1] + z * hh
        keep[t] = (cat, cat2, z, r, hh)
        y = np.dot(Wy, h[t]) + by
        probs[t] = np.exp(y) / np.sum(np.exp(y))
        loss += -np.log(probs[t][targets[t], 0])
    dWz, dWr, dWh, dWy = np.zeros_like(Wz), np.zeros_like(Wr), np.zeros_like(Wh), np.zeros_like(Wy)
    dbz, dbr, dbh, dby = np.zeros_like(bz), np.zeros_like(br), np.zeros_like(bh), np.zeros_like(by)
    dhnext = np.zeros((hidden_size, 1))
    for t in reversed(range(len(inputs))):
        cat, cat2, z, r, hh = keep[t]
        dy = probs[t].copy()
        dy[targets[t]] -= 1
        dWy += np.dot(dy, h[t].T)
        dby += dy
        dh = np.dot(Wy.T, dy) + dhnext
        dhh = dh * z * (1 - hh * hh)
        dz = dh * (hh - h[t - 1]) * z * (1 - z)
        dcat2 = np.dot(Wh.T, dhh)
        dr = dcat2[:hidden_size] * h[t - 1] * r * (1 - r)
        dWz += np.dot(dz, cat.T)
        dWr += np.dot(dr, cat.T)
        dWh += np.dot(dhh, cat2.T)
        dbz += dz
        dbr += dr
        dbh += dhh
        dcat = np.dot(Wz.T, dz) + np.dot(Wr.T, dr)
        dhnext = dcat[:hidden_size] + (1 - z) * dh
    return loss, dWz, dWr, dWh, dWy, dbz, dbr, dbh, dby, h[len(inputs) - 1]
