"""TRUTH: wrong
STYLE: the loss is divided by the number of steps, the gradients are not
COURSE: min-char-rnn
FUNCTION: lossFun
CAUSE: times_steps | number of steps | T times | times the right ones
ARGS: s T <V, y T <V, h0 H 1, Wxh H V, Whh H H, Why V H, bh H 1, by V 1
CALL: lossFun.__globals__.update(Wxh=Wxh, Whh=Whh, Why=Why, bh=bh, by=by, hidden_size=H, vocab_size=V); loss, *grads, last = lossFun(list(s), list(y), h0)
BACK: dWxh, dWhh, dWhy, dbh, dby = grads
LINE: 35
"""
import numpy as np

data = open('input.txt', 'r').read()
chars = list(set(data))
vocab_size = len(chars)
hidden_size = 100
Wxh = np.random.randn(hidden_size, vocab_size) * 0.01
Whh = np.random.randn(hidden_size, hidden_size) * 0.01
Why = np.random.randn(vocab_size, hidden_size) * 0.01
bh = np.zeros((hidden_size, 1))
by = np.zeros((vocab_size, 1))


def lossFun(inputs, targets, hprev):
    T = len(inputs)
    xs, hs, ps, loss = {}, {-1: hprev}, {}, 0
    for t in range(T):
        xs[t] = np.zeros((vocab_size, 1))
        xs[t][inputs[t]] = 1
        hs[t] = np.tanh(np.dot(Wxh, xs[t]) + np.dot(Whh, hs[t - 1]) + bh)
        y = np.dot(Why, hs[t]) + by
        ps[t] = np.exp(y) / np.sum(np.exp(y))
        loss += -np.log(ps[t][targets[t], 0])
    # average over the steps
    loss = loss / T
    dWxh, dWhh, dWhy = np.zeros_like(Wxh), np.zeros_like(Whh), np.zeros_like(Why)
    dbh, dby = np.zeros_like(bh), np.zeros_like(by)
    dhnext = np.zeros_like(hprev)
    for t in range(T - 1, -1, -1):
        dy = np.copy(ps[t])
        dy[targets[t]] -= 1
        dWhy += np.dot(dy, hs[t].T)
        dby += dy
        dhraw = (np.dot(Why.T, dy) + dhnext) * (1 - hs[t] ** 2)
        dbh += dhraw
        dWxh += np.dot(dhraw, xs[t].T)
        dWhh += np.dot(dhraw, hs[t - 1].T)
        dhnext = np.dot(Whh.T, dhraw)
    return loss, dWxh, dWhh, dWhy, dbh, dby, hs[T - 1]
