"""TRUTH: wrong
STYLE: dWhh is made of hs[t] in place of hs[t - 1]
COURSE: min-char-rnn
FUNCTION: lossFun
CAUSE: dwh_uses_next_h | of the new state | h_t in place of | uses h_t | h of the same step | W_hh_uses
ARGS: s T <V, y T <V, h0 H 1, Wxh H V, Whh H H, Why V H, bh H 1, by V 1
CALL: lossFun.__globals__.update(Wxh=Wxh, Whh=Whh, Why=Why, bh=bh, by=by, hidden_size=H, vocab_size=V); loss, *grads, last = lossFun(list(s), list(y), h0)
BACK: dWxh, dWhh, dWhy, dbh, dby = grads
LINE: 47
"""
import numpy as np

data = open('input.txt', 'r').read()
vocab = {ch: i for i, ch in enumerate(sorted(set(data)))}
vocab_size = len(vocab)
hidden_size, seq_length, learning_rate = 100, 25, 0.1
Wxh, Whh = np.random.randn(hidden_size, vocab_size) * 0.01, np.random.randn(hidden_size, hidden_size) * 0.01
Why = np.random.randn(vocab_size, hidden_size) * 0.01
bh, by = np.zeros((hidden_size, 1)), np.zeros((vocab_size, 1))


def lossFun(inputs, targets, hprev):
    T = len(inputs)
    x = np.zeros((T, vocab_size, 1))
    x[np.arange(T), inputs] = 1
    hs = np.zeros((T + 1, hidden_size, 1))
    hs[-1] = hprev
    ps = np.zeros((T, vocab_size, 1))
    for t in range(T):
        hs[t] = np.tanh(Wxh @ x[t] + Whh @ hs[t - 1] + bh)
        e = np.exp(Why @ hs[t] + by)
        ps[t] = e / e.sum()
    loss = -np.sum(np.log(ps[np.arange(T), targets, 0]))

    dWxh, dWhh, dWhy = np.zeros_like(Wxh), np.zeros_like(Whh), np.zeros_like(Why)
    dbh, dby = np.zeros_like(bh), np.zeros_like(by)
    dhnext = np.zeros((hidden_size, 1))
    for t in range(T - 1, -1, -1):
        dy = ps[t].copy()
        dy[targets[t]] -= 1
        dWhy += dy @ hs[t].T
        dby += dy
        dh = Why.T @ dy + dhnext
        dhraw = (1 - hs[t] * hs[t]) * dh
        dbh += dhraw
        dWxh += dhraw @ x[t].T
        dWhh += dhraw @ hs[t].T
        dhnext = Whh.T @ dhraw
    return loss, dWxh, dWhh, dWhy, dbh, dby, hs[T - 1]
