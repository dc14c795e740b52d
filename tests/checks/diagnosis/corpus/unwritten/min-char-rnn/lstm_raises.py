"""TRUTH: unwritten
STYLE: LSTM child with the forward pass written, then an error raised
COURSE: min-char-rnn
"""
import numpy as np

data = open('input.txt', 'r').read()
chars = list(set(data))
data_size, vocab_size = len(data), len(chars)
char_to_ix = {ch: i for i, ch in enumerate(chars)}
hidden_size, seq_length, learning_rate = 100, 25, 1e-1

W = np.random.randn(4 * hidden_size, hidden_size + vocab_size) * 0.01
b = np.zeros((4 * hidden_size, 1))
Wy = np.random.randn(vocab_size, hidden_size) * 0.01
by = np.zeros((vocab_size, 1))


def lossFun(inputs, targets, hprev, cprev):
    h, c, loss = hprev, cprev, 0
    for ix, target in zip(inputs, targets):
        x = np.zeros((vocab_size, 1))
        x[ix] = 1
        i, f, o, g = np.split(W @ np.vstack([h, x]) + b, 4)
        c = 1 / (1 + np.exp(-f)) * c + 1 / (1 + np.exp(-i)) * np.tanh(g)
        h = 1 / (1 + np.exp(-o)) * np.tanh(c)
        y = Wy @ h + by
        loss -= np.log(np.exp(y[target, 0]) / np.exp(y).sum())
    raise NotImplementedError("backward pass")


hprev, cprev, p = np.zeros((hidden_size, 1)), np.zeros((hidden_size, 1)), 0
while True:
    ids = [char_to_ix[ch] for ch in data[p:p + seq_length + 1]]
    loss, dW, db, dWy, dby, hprev, cprev = lossFun(ids[:-1], ids[1:], hprev, cprev)
    p += seq_length
