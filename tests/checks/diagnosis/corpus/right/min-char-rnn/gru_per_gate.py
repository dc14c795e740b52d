"""TRUTH: right
STYLE: GRU child, W for x and U for h of each gate, update gate keeps the new state
COURSE: min-char-rnn
"""
import numpy as np

data = open('input.txt', 'r').read()
chars = list(set(data))
data_size, vocab_size = len(data), len(chars)
char_to_ix = {ch: i for i, ch in enumerate(chars)}
ix_to_char = {i: ch for i, ch in enumerate(chars)}

h_size = 100
o_size = vocab_size
sequence_length = 25
learning_rate = 1e-1


def sigmoid(v):
    return 1 / (1 + np.exp(-v))


# update gate
Wz = np.random.rand(h_size, vocab_size) * 0.1 - 0.05
Uz = np.random.rand(h_size, h_size) * 0.1 - 0.05
bz = np.zeros((h_size, 1))
# reset gate
Wr = np.random.rand(h_size, vocab_size) * 0.1 - 0.05
Ur = np.random.rand(h_size, h_size) * 0.1 - 0.05
br = np.zeros((h_size, 1))
# candidate
Wh = np.random.rand(h_size, vocab_size) * 0.1 - 0.05
Uh = np.random.rand(h_size, h_size) * 0.1 - 0.05
bh = np.zeros((h_size, 1))
# output
Wy = np.random.rand(o_size, h_size) * 0.1 - 0.05
by = np.zeros((o_size, 1))


def lossFun(inputs, targets, hprev):
    x, z, r, h_hat, h, y, p = {}, {}, {}, {}, {-1: hprev}, {}, {}
    sequence_loss = 0
    for t in range(len(inputs)):
        x[t] = np.zeros((vocab_size, 1))
        x[t][inputs[t]] = 1
        z[t] = sigmoid(np.dot(Wz, x[t]) + np.dot(Uz, h[t-1]) + bz)
        r[t] = sigmoid(np.dot(Wr, x[t]) + np.dot(Ur, h[t-1]) + br)
        h_hat[t] = np.tanh(np.dot(Wh, x[t]) + np.dot(Uh, np.multiply(r[t], h[t-1])) + bh)
        h[t] = np.multiply(z[t], h[t-1]) + np.multiply((1 - z[t]), h_hat[t])
        y[t] = np.dot(Wy, h[t]) + by
        p[t] = np.exp(y[t]) / np.sum(np.exp(y[t]))
        sequence_loss += -np.log(p[t][targets[t], 0])

    dWy, dWh, dWr, dWz = np.zeros_like(Wy), np.zeros_like(Wh), np.zeros_like(Wr), np.zeros_like(Wz)
    dUh, dUr, dUz = np.zeros_like(Uh), np.zeros_like(Ur), np.zeros_like(Uz)
    dby, dbh, dbr, dbz = np.zeros_like(by), np.zeros_like(bh), np.zeros_like(br), np.zeros_like(bz)
    dhnext = np.zeros_like(h[0])
    for t in reversed(range(len(inputs))):
        dy = np.copy(p[t])
        dy[targets[t]] -= 1
        dWy += np.dot(dy, h[t].T)
        dby += dy

        dh = np.dot(Wy.T, dy) + dhnext
        dh_hat = np.multiply(dh, (1 - z[t]))
        dh_hat_l = dh_hat * (1 - np.square(h_hat[t]))
        dWh += np.dot(dh_hat_l, x[t].T)
        dUh += np.dot(dh_hat_l, np.multiply(r[t], h[t-1]).T)
        dbh += dh_hat_l

        drhp = np.dot(Uh.T, dh_hat_l)
        dr = np.multiply(drhp, h[t-1])
        dr_l = dr * r[t] * (1 - r[t])
        dWr += np.dot(dr_l, x[t].T)
        dUr += np.dot(dr_l, h[t-1].T)
        dbr += dr_l

        dz = np.multiply(dh, h[t-1] - h_hat[t])
        dz_l = dz * z[t] * (1 - z[t])
        dWz += np.dot(dz_l, x[t].T)
        dUz += np.dot(dz_l, h[t-1].T)
        dbz += dz_l

        dhnext = np.dot(Uz.T, dz_l) + np.dot(Ur.T, dr_l) + np.multiply(drhp, r[t]) + np.multiply(dh, z[t])

    return sequence_loss, dWy, dWh, dWr, dWz, dUh, dUr, dUz, dby, dbh, dbr, dbz, h[len(inputs) - 1]


def sample(h, seed_ix, n):
    x = np.zeros((vocab_size, 1))
    x[seed_ix] = 1
    ixes = [seed_ix]
    for t in range(n):
        z = sigmoid(np.dot(Wz, x) + np.dot(Uz, h) + bz)
        r = sigmoid(np.dot(Wr, x) + np.dot(Ur, h) + br)
        h = z * h + (1 - z) * np.tanh(np.dot(Wh, x) + np.dot(Uh, r * h) + bh)
        e = np.exp(np.dot(Wy, h) + by)
        ix = np.random.choice(range(vocab_size), p=(e / e.sum()).ravel())
        x = np.zeros((vocab_size, 1))
        x[ix] = 1
        ixes.append(ix)
    return ixes


n, p = 0, 0
print_interval = 100
weights = [Wy, Wh, Wr, Wz, Uh, Ur, Uz, by, bh, br, bz]
mem = [np.zeros_like(w) for w in weights]
smooth_loss = -np.log(1.0 / vocab_size) * sequence_length
while True:
    if p + sequence_length + 1 >= len(data) or n == 0:
        hprev = np.zeros((h_size, 1))
        p = 0
    inputs = [char_to_ix[ch] for ch in data[p:p+sequence_length]]
    targets = [char_to_ix[ch] for ch in data[p+1:p+sequence_length+1]]
    result = lossFun(inputs, targets, hprev)
    loss, grads, hprev = result[0], result[1:-1], result[-1]
    smooth_loss = smooth_loss * 0.999 + loss * 0.001
    if n % print_interval == 0:
        print(''.join(ix_to_char[ix] for ix in sample(hprev, inputs[0], 1000)))
        print('iter', n, 'loss', smooth_loss)
    for w, d, m in zip(weights, grads, mem):
        np.clip(d, -5, 5, out=d)
        m += d * d
        w += -learning_rate * d / np.sqrt(m + 1e-8)
    p += sequence_length
    n += 1
