"""TRUTH: wrong
STYLE: GRU child, dUh is made of the old state without the reset gate
COURSE: min-char-rnn
FUNCTION: lossFun
CAUSE: W_hn_without_reset | r h' belongs
LINE: 58
"""
import numpy as np

data = open('input.txt', 'r').read()
chars = list(set(data))
data_size, vocab_size = len(data), len(chars)
char_to_ix = {ch: i for i, ch in enumerate(chars)}
ix_to_char = {i: ch for i, ch in enumerate(chars)}

hidden_size = 100
seq_length = 25
learning_rate = 1e-1

Wz, Wr, Wh = [np.random.randn(hidden_size, vocab_size)*0.05 for _ in range(3)]
Uz, Ur, Uh = [np.random.randn(hidden_size, hidden_size)*0.05 for _ in range(3)]
bz, br, bh = [np.zeros((hidden_size, 1)) for _ in range(3)]
Wy = np.random.randn(vocab_size, hidden_size)*0.05
by = np.zeros((vocab_size, 1))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lossFun(inputs, targets, hprev):
    xs, zs, rs, gs, hs, ps = {}, {}, {}, {}, {-1: np.copy(hprev)}, {}
    loss = 0
    for t in range(len(inputs)):
        xs[t] = np.zeros((vocab_size, 1))
        xs[t][inputs[t]] = 1
        zs[t] = sigmoid(np.dot(Wz, xs[t]) + np.dot(Uz, hs[t-1]) + bz)
        rs[t] = sigmoid(np.dot(Wr, xs[t]) + np.dot(Ur, hs[t-1]) + br)
        gs[t] = np.tanh(np.dot(Wh, xs[t]) + np.dot(Uh, rs[t]*hs[t-1]) + bh)
        hs[t] = (1 - zs[t])*gs[t] + zs[t]*hs[t-1]
        y = np.dot(Wy, hs[t]) + by
        ps[t] = np.exp(y)/np.sum(np.exp(y))
        loss += -np.log(ps[t][targets[t], 0])

    dWz, dWr, dWh, dUz, dUr, dUh, dbz, dbr, dbh, dWy, dby = [
        np.zeros_like(w) for w in (Wz, Wr, Wh, Uz, Ur, Uh, bz, br, bh, Wy, by)]
    dhnext = np.zeros_like(hprev)
    for t in reversed(range(len(inputs))):
        dy = np.copy(ps[t])
        dy[targets[t]] -= 1
        dWy += np.dot(dy, hs[t].T)
        dby += dy
        dh = np.dot(Wy.T, dy) + dhnext
        # candidate
        dg = dh*(1 - zs[t])
        dg_raw = dg*(1 - gs[t]*gs[t])
        dWh += np.outer(dg_raw, xs[t])
        dUh += np.outer(dg_raw, hs[t-1])
        dbh += dg_raw
        # reset gate
        drh = np.dot(Uh.T, dg_raw)
        dr_raw = drh*hs[t-1]*(rs[t]*(1 - rs[t]))
        dWr += np.outer(dr_raw, xs[t])
        dUr += np.outer(dr_raw, hs[t-1])
        dbr += dr_raw
        # update gate
        dz_raw = (dh*hs[t-1] - dh*gs[t])*(zs[t]*(1 - zs[t]))
        dWz += np.outer(dz_raw, xs[t])
        dUz += np.outer(dz_raw, hs[t-1])
        dbz += dz_raw
        # old state
        dhnext = np.dot(Uz.T, dz_raw)
        dhnext += np.dot(Ur.T, dr_raw)
        dhnext += drh*rs[t]
        dhnext += dh*zs[t]
    return loss, dWz, dWr, dWh, dUz, dUr, dUh, dbz, dbr, dbh, dWy, dby, hs[len(inputs)-1]


n, p = 0, 0
while True:
    if n == 0 or p + seq_length + 1 >= data_size:
        hprev, p = np.zeros((hidden_size, 1)), 0
    inputs = [char_to_ix[ch] for ch in data[p:p+seq_length]]
    targets = [char_to_ix[ch] for ch in data[p+1:p+seq_length+1]]
    loss, dWz, dWr, dWh, dUz, dUr, dUh, dbz, dbr, dbh, dWy, dby, hprev = lossFun(inputs, targets, hprev)
    for w, d in zip([Wz, Wr, Wh, Uz, Ur, Uh, bz, br, bh, Wy, by],
                    [dWz, dWr, dWh, dUz, dUr, dUh, dbz, dbr, dbh, dWy, dby]):
        w -= learning_rate*np.clip(d, -5, 5)
    print(n, loss) if n % 100 == 0 else None
    n, p = n + 1, p + seq_length
