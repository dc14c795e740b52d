"""TRUTH: wrong
STYLE: Whh is not transposed on the way back, no loop variable names of the original
COURSE: min-char-rnn
FUNCTION: lossFun
CAUSE: not transposed | transpose
ARGS: s T <V, y T <V, h0 H 1, Wxh H V, Whh H H, Why V H, bh H 1, by V 1
CALL: lossFun.__globals__.update(Wxh=Wxh, Whh=Whh, Why=Why, bh=bh, by=by, hidden_size=H, vocab_size=V); loss, *grads, last = lossFun(list(s), list(y), h0)
BACK: dWxh, dWhh, dWhy, dbh, dby = grads
LINE: 48
"""
import numpy as np

data = open('input.txt', 'r').read()
chars = list(set(data))
vocab_size = len(chars)
hidden_size = 100
scale = 0.01
Wxh = scale * np.random.randn(hidden_size, vocab_size)
Whh = scale * np.random.randn(hidden_size, hidden_size)
Why = scale * np.random.randn(vocab_size, hidden_size)
bh = np.zeros((hidden_size, 1))
by = np.zeros((vocab_size, 1))


def lossFun(inputs, targets, hprev):
    memory = []
    state = hprev
    loss = 0
    for number, wanted in zip(inputs, targets):
        onehot = np.zeros((vocab_size, 1))
        onehot[number] = 1
        before = state
        state = np.tanh(Wxh.dot(onehot) + Whh.dot(before) + bh)
        score = Why.dot(state) + by
        prob = np.exp(score) / np.exp(score).sum()
        loss += -np.log(prob[wanted, 0])
        prob[wanted] -= 1
        memory.append((onehot, before, state, prob))
    dWxh, dWhh, dWhy, dbh, dby = (np.zeros_like(w) for w in (Wxh, Whh, Why, bh, by))
    coming = np.zeros_like(hprev)
    for onehot, before, after, error in memory[::-1]:
        dWhy += error.dot(after.T)
        dby += error
        inner = (Why.T.dot(error) + coming) * (1 - after ** 2)
        dWxh += inner.dot(onehot.T)
        dWhh += inner.dot(before.T)
        dbh += inner
        coming = Whh.dot(inner)
    return loss, dWxh, dWhh, dWhy, dbh, dby, state
