"""TRUTH: right
STYLE: LSTM child, weights of the four gates stacked (4H, V) and (4H, H), slices
COURSE: min-char-rnn
"""
import numpy as np
import sys

data = open(sys.argv[1] if len(sys.argv) > 1 and sys.argv[1].endswith('.txt') else 'input.txt', 'r').read()
chars = list(set(data))
data_size, vocab_size = len(data), len(chars)
char_to_ix = {ch: i for i, ch in enumerate(chars)}
ix_to_char = {i: ch for i, ch in enumerate(chars)}

H = hidden_size = 128
seq_length = 25
learning_rate = 1e-1

Wxh = np.random.randn(4 * hidden_size, vocab_size) * 0.01
Whh = np.random.randn(4 * hidden_size, hidden_size) * 0.01
bh = np.zeros((4 * hidden_size, 1))
Why = np.random.randn(vocab_size, hidden_size) * 0.01
by = np.zeros((vocab_size, 1))


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def lossFun(inputs, targets, hprev, cprev):
    """One forward and one backward pass; gives the loss, the gradients and the last h and c."""
    H = hidden_size
    xs, hs, cs, gates, ps = {}, {}, {}, {}, {}
    hs[-1] = np.copy(hprev)
    cs[-1] = np.copy(cprev)
    loss = 0
    for t in range(len(inputs)):
        xs[t] = np.zeros((vocab_size, 1))
        xs[t][inputs[t]] = 1
        a = np.dot(Wxh, xs[t]) + np.dot(Whh, hs[t-1]) + bh
        i, f, o = sigmoid(a[:H]), sigmoid(a[H:2*H]), sigmoid(a[2*H:3*H])
        g = np.tanh(a[3*H:])
        gates[t] = i, f, o, g
        cs[t] = f * cs[t-1] + i * g
        hs[t] = o * np.tanh(cs[t])
        y = np.dot(Why, hs[t]) + by
        y -= y.max()
        ps[t] = np.exp(y) / np.exp(y).sum()
        loss += -np.log(ps[t][targets[t], 0])

    dWxh, dWhh, dWhy = np.zeros_like(Wxh), np.zeros_like(Whh), np.zeros_like(Why)
    dbh, dby = np.zeros_like(bh), np.zeros_like(by)
    dhnext, dcnext = np.zeros_like(hs[-1]), np.zeros_like(cs[-1])
    da = np.zeros((4 * H, 1))
    for t in reversed(range(len(inputs))):
        i, f, o, g = gates[t]
        dy = ps[t]
        dy[targets[t]] -= 1
        dWhy += np.dot(dy, hs[t].T)
        dby += dy
        dh = np.dot(Why.T, dy) + dhnext
        dc = dcnext + dh * o * (1 - np.tanh(cs[t]) ** 2)
        da[:H] = dc * g * i * (1 - i)
        da[H:2*H] = dc * cs[t-1] * f * (1 - f)
        da[2*H:3*H] = dh * np.tanh(cs[t]) * o * (1 - o)
        da[3*H:] = dc * i * (1 - g * g)
        dWxh += np.dot(da, xs[t].T)
        dWhh += np.dot(da, hs[t-1].T)
        dbh += da
        dhnext = np.dot(Whh.T, da)
        dcnext = dc * f
    for d in [dWxh, dWhh, dWhy, dbh, dby]:
        np.clip(d, -5, 5, out=d)
    return loss, dWxh, dWhh, dWhy, dbh, dby, hs[len(inputs)-1], cs[len(inputs)-1]


n, p = 0, 0
mem = [np.zeros_like(w) for w in (Wxh, Whh, Why, bh, by)]
while True:
    if p + seq_length + 1 >= len(data) or n == 0:
        hprev = np.zeros((hidden_size, 1))
        cprev = np.zeros((hidden_size, 1))
        p = 0
    inputs = [char_to_ix[ch] for ch in data[p:p+seq_length]]
    targets = [char_to_ix[ch] for ch in data[p+1:p+seq_length+1]]
    loss, dWxh, dWhh, dWhy, dbh, dby, hprev, cprev = lossFun(inputs, targets, hprev, cprev)
    if n % 100 == 0:
        print('iter', n, 'loss', loss)
    for w, d, m in zip([Wxh, Whh, Why, bh, by], [dWxh, dWhh, dWhy, dbh, dby], mem):
        m += d * d
        w += -learning_rate * d / np.sqrt(m + 1e-8)
    p += seq_length
    n += 1
