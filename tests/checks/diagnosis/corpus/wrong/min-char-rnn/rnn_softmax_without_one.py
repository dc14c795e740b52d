"""TRUTH: wrong
STYLE: the classic script, 1 is never subtracted from the softmax
COURSE: min-char-rnn
FUNCTION: lossFun
CAUSE: one_hot_missing | 1 is not subtracted | without - 1 | minus 1 | softmax itself
ARGS: s T <V, y T <V, h0 H 1, Wxh H V, Whh H H, Why V H, bh H 1, by V 1
CALL: lossFun.__globals__.update(Wxh=Wxh, Whh=Whh, Why=Why, bh=bh, by=by, hidden_size=H, vocab_size=V); loss, *grads, last = lossFun(list(s), list(y), h0)
BACK: dWxh, dWhh, dWhy, dbh, dby = grads
LINE: 45
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
Wxh = np.random.randn(hidden_size, vocab_size) * 0.01
Whh = np.random.randn(hidden_size, hidden_size) * 0.01
Why = np.random.randn(vocab_size, hidden_size) * 0.01
bh = np.zeros((hidden_size, 1))
by = np.zeros((vocab_size, 1))


def softmax(y):
    return np.exp(y) / np.sum(np.exp(y))


def lossFun(inputs, targets, hprev):
    x, h, p = {}, {-1: hprev}, {}
    loss = 0
    for t in range(len(inputs)):
        x[t] = np.zeros((vocab_size, 1))
        x[t][inputs[t]] = 1
        h[t] = np.tanh(Wxh @ x[t] + Whh @ h[t - 1] + bh)
        p[t] = softmax(Why @ h[t] + by)
        loss = loss - np.log(p[t][targets[t], 0])
    dWxh, dWhh, dWhy = np.zeros_like(Wxh), np.zeros_like(Whh), np.zeros_like(Why)
    dbh, dby = np.zeros_like(bh), np.zeros_like(by)
    dhnext = np.zeros_like(h[0])
    for t in reversed(range(len(inputs))):
        dy = p[t]
        dWhy += dy @ h[t].T
        dby += dy
        dh = Why.T @ dy + dhnext
        da = (1 - h[t] ** 2) * dh
        dbh += da
        dWxh += da @ x[t].T
        dWhh += da @ h[t - 1].T
        dhnext = Whh.T @ da
    return loss, dWxh, dWhh, dWhy, dbh, dby, h[len(inputs) - 1]


n, p = 0, 0
while True:
    if p + seq_length + 1 >= len(data) or n == 0:
        hprev = np.zeros((hidden_size, 1))
        p = 0
    inputs = [char_to_ix[ch] for ch in data[p:p + seq_length]]
    targets = [char_to_ix[ch] for ch in data[p + 1:p + seq_length + 1]]
    loss, *grads, hprev = lossFun(inputs, targets, hprev)
    for param, grad in zip([Wxh, Whh, Why, bh, by], grads):
        param -= learning_rate * grad
    p += seq_length
    n += 1
