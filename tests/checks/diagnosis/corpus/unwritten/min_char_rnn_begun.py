"""TRUTH: unwritten
STYLE: the script with the loss written and the way back left as zeros with a comment to do it
COURSE: min-char-rnn
"""
import numpy as np

data = open('input.txt').read()
chars = list(set(data))
vocab_size = len(chars)
hidden_size = 100
Wxh, Whh = np.random.randn(hidden_size, vocab_size) * 0.01, np.random.randn(hidden_size, hidden_size) * 0.01
Why = np.random.randn(vocab_size, hidden_size) * 0.01
bh, by = np.zeros((hidden_size, 1)), np.zeros((vocab_size, 1))


def lossFun(inputs, targets, hprev):
    h, loss = hprev, 0
    for t in range(len(inputs)):
        x = np.zeros((vocab_size, 1))
        x[inputs[t]] = 1
        h = np.tanh(Wxh @ x + Whh @ h + bh)
        p = np.exp(Why @ h + by)
        loss -= np.log(p[targets[t], 0] / p.sum())
    dWxh, dWhh, dWhy = np.zeros_like(Wxh), np.zeros_like(Whh), np.zeros_like(Why)
    dbh, dby = np.zeros_like(bh), np.zeros_like(by)
    # to do: the way back through time
    return loss, dWxh, dWhh, dWhy, dbh, dby, h
