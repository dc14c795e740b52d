"""TRUTH: right
STYLE: other names for the weights, words for characters, mean loss and mean gradient, plot at the end
COURSE: min-char-rnn
"""
import numpy as np

data = open('input.txt', 'r').read().split()
words = list(set(data))
data_size, vocab_size = len(data), len(words)
word_to_ix = {w: i for i, w in enumerate(words)}

hidden_size = 50
seq_length = 10
lr = 0.01

U = np.random.uniform(-0.1, 0.1, (hidden_size, vocab_size))
W = np.random.uniform(-0.1, 0.1, (hidden_size, hidden_size))
V = np.random.uniform(-0.1, 0.1, (vocab_size, hidden_size))
b = np.zeros((hidden_size, 1))
c = np.zeros((vocab_size, 1))


def one_hot(k):
    v = np.zeros((vocab_size, 1))
    v[k] = 1
    return v


def lossFun(inputs, targets, hprev):
    n = len(inputs)
    s = [hprev]
    o = []
    loss = 0.0
    for k, target in zip(inputs, targets):
        s.append(np.tanh(U @ one_hot(k) + W @ s[-1] + b))
        score = V @ s[-1] + c
        score = np.exp(score - np.max(score))
        o.append(score / np.sum(score))
        loss -= np.log(o[-1][target, 0]) / n

    dU, dW, dV, db, dc = 0 * U, 0 * W, 0 * V, 0 * b, 0 * c
    ds = np.zeros_like(hprev)
    for t in range(n)[::-1]:
        do = (o[t] - one_hot(targets[t])) / n
        dV += do @ s[t + 1].T
        dc += do
        ds = V.T @ do + ds
        dz = ds * (1 - s[t + 1] ** 2)
        dU += dz @ one_hot(inputs[t]).T
        dW += dz @ s[t].T
        db += dz
        ds = W.T @ dz
    return loss, dU, dW, dV, db, dc, s[-1]


losses = []
for epoch in range(1000):
    hprev = np.zeros((hidden_size, 1))
    for p in range(0, data_size - seq_length - 1, seq_length):
        inputs = [word_to_ix[w] for w in data[p:p + seq_length]]
        targets = [word_to_ix[w] for w in data[p + 1:p + seq_length + 1]]
        loss, dU, dW, dV, db, dc, hprev = lossFun(inputs, targets, hprev)
        for param, grad in zip((U, W, V, b, c), (dU, dW, dV, db, dc)):
            np.clip(grad, -1, 1, out=grad)
            param -= lr * grad
        losses.append(loss)
    print(epoch, np.mean(losses[-100:]))

import matplotlib.pyplot as plt
plt.plot(losses)
plt.show()
