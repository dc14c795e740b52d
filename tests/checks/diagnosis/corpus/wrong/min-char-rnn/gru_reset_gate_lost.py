"""TRUTH: wrong
STYLE: GRU child, the reset gate lost on the way back to the old state
COURSE: min-char-rnn
FUNCTION: lossFun
CAUSE: reset_gate_not_applied | lost the factor r
LINE: 67
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
        dg = dh*(1 - zs[t])*(1 - gs[t]**2)
        dz = dh*(hs[t-1] - gs[t])*zs[t]*(1 - zs[t])
        drh = np.dot(Uh.T, dg)
        dr = drh*hs[t-1]*rs[t]*(1 - rs[t])
        dWz += np.dot(dz, xs[t].T)
        dWr += np.dot(dr, xs[t].T)
        dWh += np.dot(dg, xs[t].T)
        dUz += np.dot(dz, hs[t-1].T)
        dUr += np.dot(dr, hs[t-1].T)
        dUh += np.dot(dg, (rs[t]*hs[t-1]).T)
        dbz += dz
        dbr += dr
        dbh += dg
        dhnext = dh*zs[t] + np.dot(Uz.T, dz) + np.dot(Ur.T, dr) + np.dot(Uh.T, dg)
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
