"""TRUTH: wrong
STYLE: RNN with weights as arguments of a step function, dby never written
COURSE: min-char-rnn
FUNCTION: lossFun
CAUSE: zeros | zero | never written
LINE: 40
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

Wxh = np.random.randn(hidden_size, vocab_size)*0.01
Whh = np.random.randn(hidden_size, hidden_size)*0.01
Why = np.random.randn(vocab_size, hidden_size)*0.01
bh = np.zeros((hidden_size, 1))
by = np.zeros((vocab_size, 1))


def softmax(v):
    v = np.exp(v - np.max(v))
    return v / v.sum()


def lossFun(inputs, targets, hprev):
    hs, probs = [hprev], []
    loss = 0
    for ix, target in zip(inputs, targets):
        hs.append(np.tanh(Wxh[:, [ix]] + Whh @ hs[-1] + bh))
        probs.append(softmax(Why @ hs[-1] + by))
        loss -= np.log(probs[-1][target, 0])
    dWxh, dWhh, dWhy = np.zeros(Wxh.shape), np.zeros(Whh.shape), np.zeros(Why.shape)
    dbh, dby = np.zeros(bh.shape), np.zeros(by.shape)
    carry = 0
    for t in reversed(range(len(inputs))):
        probs[t][targets[t]] -= 1
        dWhy += probs[t] @ hs[t+1].T
        da = (Why.T @ probs[t] + carry) * (1 - hs[t+1] ** 2)
        dWxh[:, inputs[t]] += da[:, 0]
        dWhh += da @ hs[t].T
        dbh += da
        carry = Whh.T @ da
    return loss, dWxh, dWhh, dWhy, dbh, dby, hs[-1]


n, p = 0, 0
mem = [np.zeros_like(w) for w in (Wxh, Whh, Why, bh, by)]
while True:
    if p+seq_length+1 >= len(data) or n == 0:
        hprev = np.zeros((hidden_size, 1))
        p = 0
    inputs = [char_to_ix[ch] for ch in data[p:p+seq_length]]
    targets = [char_to_ix[ch] for ch in data[p+1:p+seq_length+1]]
    loss, dWxh, dWhh, dWhy, dbh, dby, hprev = lossFun(inputs, targets, hprev)
    if n % 100 == 0:
        print('iter %d, loss: %f' % (n, loss))
    for param, dparam, m in zip([Wxh, Whh, Why, bh, by], [dWxh, dWhh, dWhy, dbh, dby], mem):
        m += dparam*dparam
        param += -learning_rate*dparam/np.sqrt(m + 1e-8)
    p += seq_length
    n += 1
