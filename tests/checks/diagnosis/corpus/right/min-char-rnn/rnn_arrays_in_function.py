"""TRUTH: right
STYLE: arrays (T + 1, H) for dictionaries, cross entropy at once, training in a main function
COURSE: min-char-rnn
"""
import numpy as np

text = open('input.txt', encoding='utf8').read()
alphabet = sorted(set(text))
vocab_size = len(alphabet)
index = {a: k for k, a in enumerate(alphabet)}

hidden_size, seq_length, learning_rate = 80, 30, 0.1
rng = np.random.RandomState(3)
Wxh = rng.randn(hidden_size, vocab_size) * 0.01
Whh = rng.randn(hidden_size, hidden_size) * 0.01
Why = rng.randn(vocab_size, hidden_size) * 0.01
bh, by = np.zeros((hidden_size, 1)), np.zeros((vocab_size, 1))


def softmax_rows(scores):
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def lossFun(inputs, targets, hprev):
    T = len(inputs)
    h = np.zeros((T + 1, hidden_size))
    h[-1] = hprev[:, 0]                       # h[-1] is also h[T], written last
    start = hprev[:, 0]
    for t in range(T):
        old = start if t == 0 else h[t - 1]
        h[t] = np.tanh(Wxh[:, inputs[t]] + Whh @ old + bh[:, 0])
    states = h[:T]
    before = np.vstack([start, h[:T - 1]])
    probs = softmax_rows(states @ Why.T + by[:, 0])
    loss = -np.log(probs[np.arange(T), targets]).sum()

    dscores = probs.copy()
    dscores[np.arange(T), targets] -= 1
    dWhy = dscores.T @ states
    dby = dscores.sum(axis=0)[:, None]
    dstates = dscores @ Why
    da = np.zeros_like(states)
    carry = np.zeros(hidden_size)
    for t in range(T - 1, -1, -1):
        da[t] = (dstates[t] + carry) * (1 - states[t] ** 2)
        carry = da[t] @ Whh
    dWxh = np.zeros_like(Wxh)
    for t in range(T):
        dWxh[:, inputs[t]] += da[t]
    dWhh = da.T @ before
    dbh = da.sum(axis=0)[:, None]
    grads = [np.clip(g, -5, 5) for g in (dWxh, dWhh, dWhy, dbh, dby)]
    return (loss, *grads, states[-1][:, None])


def main(steps=10 ** 6):
    memory = [0, 0, 0, 0, 0]
    p, hprev = 0, np.zeros((hidden_size, 1))
    for n in range(steps):
        if p + seq_length + 1 > len(text):
            p, hprev = 0, np.zeros((hidden_size, 1))
        ids = [index[a] for a in text[p:p + seq_length + 1]]
        loss, *grads, hprev = lossFun(ids[:-1], ids[1:], hprev)
        for k, (w, g) in enumerate(zip((Wxh, Whh, Why, bh, by), grads)):
            memory[k] = memory[k] + g * g
            w -= learning_rate * g / np.sqrt(memory[k] + 1e-8)
        if n % 500 == 0:
            print(n, loss)
        p += seq_length


if __name__ == '__main__':
    main()
