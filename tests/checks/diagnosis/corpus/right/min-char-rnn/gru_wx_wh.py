"""TRUTH: right
STYLE: a GRU child: Wxz Whz Wxr Whr Wxh Whh, z keeps the old state, loss as a mean over the steps
COURSE: min-char-rnn
ARGS: s T <V, y T <V, h0 H 1, Wxz H V, Whz H H, bz H 1, Wxr H V, Whr H H, br H 1, Wxh H V, Whh H H, bh H 1, Why V H, by V 1
CALL: loss_function.__globals__.update(Wxz=Wxz, Whz=Whz, bz=bz, Wxr=Wxr, Whr=Whr, br=br, Wxh=Wxh, Whh=Whh, bh=bh, Why=Why, by=by, hidden_size=H, vocab_size=V); loss, *grads, h = loss_function(list(s), list(y), h0)
BACK: dWxz, dWhz, dbz, dWxr, dWhr, dbr, dWxh, dWhh, dbh, dWhy, dby = grads
"""
import numpy as np

data = open('shakespeare.txt', encoding='utf8').read()
letters = sorted(set(data))
vocab_size = len(letters)
char_to_ix = {c: i for i, c in enumerate(letters)}
hidden_size = 128
seq_length = 32

init = lambda *s: np.random.uniform(-0.1, 0.1, s)
Wxz, Whz, bz = init(hidden_size, vocab_size), init(hidden_size, hidden_size), np.zeros((hidden_size, 1))
Wxr, Whr, br = init(hidden_size, vocab_size), init(hidden_size, hidden_size), np.zeros((hidden_size, 1))
Wxh, Whh, bh = init(hidden_size, vocab_size), init(hidden_size, hidden_size), np.zeros((hidden_size, 1))
Why, by = init(vocab_size, hidden_size), np.zeros((vocab_size, 1))


def sigmoid(a):
    return np.tanh(a / 2) / 2 + 0.5


def one_hot(i):
    return np.eye(vocab_size)[:, [i]]


def step(x, h):
    z = sigmoid(Wxz @ x + Whz @ h + bz)
    r = sigmoid(Wxr @ x + Whr @ h + br)
    n = np.tanh(Wxh @ x + Whh @ (r * h) + bh)
    return z * h + (1 - z) * n, (x, h, z, r, n)


def loss_function(inputs, targets, hprev):
    T = len(inputs)
    h = hprev
    hs, caches, dys, loss = [], [], [], 0
    for t in range(T):
        h, cache = step(one_hot(inputs[t]), h)
        scores = Why @ h + by
        scores = scores - np.log(np.sum(np.exp(scores)))
        loss -= scores[targets[t], 0] / T
        hs.append(h)
        caches.append(cache)
        dys.append((np.exp(scores) - one_hot(targets[t])) / T)
    dWxz, dWhz, dbz = np.zeros_like(Wxz), np.zeros_like(Whz), np.zeros_like(bz)
    dWxr, dWhr, dbr = np.zeros_like(Wxr), np.zeros_like(Whr), np.zeros_like(br)
    dWxh, dWhh, dbh = np.zeros_like(Wxh), np.zeros_like(Whh), np.zeros_like(bh)
    dWhy, dby = np.zeros_like(Why), np.zeros_like(by)
    dhnext = np.zeros_like(hprev)
    for t in range(T - 1, -1, -1):
        x, h_old, z, r, n = caches[t]
        dWhy += dys[t] @ hs[t].T
        dby += dys[t]
        dh = Why.T @ dys[t] + dhnext
        dn = dh * (1 - z) * (1 - n * n)
        dz = dh * (h_old - n) * z * (1 - z)
        d_rh = Whh.T @ dn
        dr = d_rh * h_old * r * (1 - r)
        dWxh += dn @ x.T
        dWhh += dn @ (r * h_old).T
        dbh += dn
        dWxr += dr @ x.T
        dWhr += dr @ h_old.T
        dbr += dr
        dWxz += dz @ x.T
        dWhz += dz @ h_old.T
        dbz += dz
        dhnext = dh * z + d_rh * r + Whr.T @ dr + Whz.T @ dz
    return loss, dWxz, dWhz, dbz, dWxr, dWhr, dbr, dWxh, dWhh, dbh, dWhy, dby, h
