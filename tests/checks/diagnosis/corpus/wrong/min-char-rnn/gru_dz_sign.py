"""TRUTH: wrong
STYLE: GRU child with Wxz and Whz, h_old minus candidate in dz
COURSE: min-char-rnn
FUNCTION: lossFun
CAUSE: dz has the wrong sign | dz_sign
ARGS: s T <V, y T <V, h0 H 1, Wxz H V, Whz H H, bz H 1, Wxr H V, Whr H H, br H 1, Wxh H V, Whh H H, bh H 1, Why V H, by V 1
CALL: lossFun.__globals__.update(Wxz=Wxz, Whz=Whz, bz=bz, Wxr=Wxr, Whr=Whr, br=br, Wxh=Wxh, Whh=Whh, bh=bh, Why=Why, by=by, hidden_size=H, vocab_size=V); loss, *grads, h = lossFun(list(s), list(y), h0)
BACK: dWxz, dWxr, dWxh, dWhz, dWhr, dWhh, dWhy, dbz, dbr, dbh, dby = grads
LINE: 55
"""
import numpy as np

data = open('input.txt', 'r').read()
chars = list(set(data))
vocab_size = len(chars)
hidden_size = 100
Wxz, Wxr, Wxh = (np.random.randn(hidden_size, vocab_size) * 0.01 for _ in range(3))
Whz, Whr, Whh = (np.random.randn(hidden_size, hidden_size) * 0.01 for _ in range(3))
bz, br, bh = (np.zeros((hidden_size, 1)) for _ in range(3))
Why, by = np.random.randn(vocab_size, hidden_size) * 0.01, np.zeros((vocab_size, 1))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lossFun(inputs, targets, hprev):
    xs, zs, rs, cs, hs, ps = {}, {}, {}, {}, {}, {}
    hs[-1] = np.copy(hprev)
    loss = 0
    for t in range(len(inputs)):
        xs[t] = np.zeros((vocab_size, 1))
        xs[t][inputs[t]] = 1
        zs[t] = sigmoid(np.dot(Wxz, xs[t]) + np.dot(Whz, hs[t - 1]) + bz)
        rs[t] = sigmoid(np.dot(Wxr, xs[t]) + np.dot(Whr, hs[t - 1]) + br)
        cs[t] = np.tanh(np.dot(Wxh, xs[t]) + np.dot(Whh, rs[t] * hs[t - 1]) + bh)
        hs[t] = zs[t] * cs[t] + (1 - zs[t]) * hs[t - 1]
        ys = np.dot(Why, hs[t]) + by
        ps[t] = np.exp(ys) / np.sum(np.exp(ys))
        loss += -np.log(ps[t][targets[t], 0])
    dWxz, dWxr, dWxh = np.zeros_like(Wxz), np.zeros_like(Wxr), np.zeros_like(Wxh)
    dWhz, dWhr, dWhh = np.zeros_like(Whz), np.zeros_like(Whr), np.zeros_like(Whh)
    dbz, dbr, dbh = np.zeros_like(bz), np.zeros_like(br), np.zeros_like(bh)
    dWhy, dby = np.zeros_like(Why), np.zeros_like(by)
    dhnext = np.zeros_like(hs[0])
    for t in reversed(range(len(inputs))):
        dy = np.copy(ps[t])
        dy[targets[t]] -= 1
        dWhy += np.dot(dy, hs[t].T)
        dby += dy
        dh = np.dot(Why.T, dy) + dhnext
        dc = dh * zs[t] * (1 - cs[t] * cs[t])
        drh = np.dot(Whh.T, dc)
        dr = drh * hs[t - 1] * rs[t] * (1 - rs[t])
        dz = dh * (hs[t - 1] - cs[t]) * zs[t] * (1 - zs[t])
        dWxz += np.dot(dz, xs[t].T)
        dWxr += np.dot(dr, xs[t].T)
        dWxh += np.dot(dc, xs[t].T)
        dWhz += np.dot(dz, hs[t - 1].T)
        dWhr += np.dot(dr, hs[t - 1].T)
        dWhh += np.dot(dc, (rs[t] * hs[t - 1]).T)
        dbz += dz
        dbr += dr
        dbh += dc
        dhnext = dh * (1 - zs[t]) + drh * rs[t] + np.dot(Whz.T, dz) + np.dot(Whr.T, dr)
    return loss, dWxz, dWxr, dWxh, dWhz, dWhr, dWhh, dWhy, dbz, dbr, dbh, dby, hs[len(inputs) - 1]
