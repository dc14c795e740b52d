"""TRUTH: right
STYLE: LSTM child, matrices named input to gate (Wxu, Whu ...), clip in the return line
COURSE: min-char-rnn
"""
import numpy as np

file_name = 'input.txt'
data = open(file_name, 'r').read()
chars = list(set(data))
data_size, vocab_size = len(data), len(chars)
char_to_ix = dict(zip(chars, range(vocab_size)))
hidden_size, seq_length, learning_rate = 100, 25, 1e-1


def init(rows, cols):
    return np.random.randn(rows, cols) / np.sqrt(cols)


Wxg, Whg, bg = init(hidden_size, vocab_size), init(hidden_size, hidden_size), np.zeros((hidden_size, 1))
Wxu, Whu, bu = init(hidden_size, vocab_size), init(hidden_size, hidden_size), np.zeros((hidden_size, 1))
Wxf, Whf, bf = init(hidden_size, vocab_size), init(hidden_size, hidden_size), np.ones((hidden_size, 1))
Wxo, Who, bo = init(hidden_size, vocab_size), init(hidden_size, hidden_size), np.zeros((hidden_size, 1))
Why, by = init(vocab_size, hidden_size), np.zeros((vocab_size, 1))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lossFun(inputs, targets, hprev, cprev):
    xs, g, u, f, o, c, h, p = ({} for _ in range(8))
    h[-1], c[-1] = np.copy(hprev), np.copy(cprev)
    loss = 0
    # forward
    for t, (ix, target) in enumerate(zip(inputs, targets)):
        xs[t] = np.zeros((vocab_size, 1))
        xs[t][ix] = 1
        g[t] = np.tanh(Wxg @ xs[t] + Whg @ h[t - 1] + bg)
        u[t] = sigmoid(Wxu @ xs[t] + Whu @ h[t - 1] + bu)
        f[t] = sigmoid(Wxf @ xs[t] + Whf @ h[t - 1] + bf)
        o[t] = sigmoid(Wxo @ xs[t] + Who @ h[t - 1] + bo)
        c[t] = u[t] * g[t] + f[t] * c[t - 1]
        h[t] = o[t] * np.tanh(c[t])
        e = np.exp(Why @ h[t] + by)
        p[t] = e / e.sum()
        loss += -np.log(p[t][target, 0])
    # backward
    dWxg, dWxu, dWxf, dWxo = [np.zeros_like(Wxg) for _ in range(4)]
    dWhg, dWhu, dWhf, dWho = [np.zeros_like(Whg) for _ in range(4)]
    dbg, dbu, dbf, dbo = [np.zeros_like(bg) for _ in range(4)]
    dWhy, dby = np.zeros_like(Why), np.zeros_like(by)
    dhnext, dcnext = np.zeros_like(h[0]), np.zeros_like(c[0])
    for t in reversed(range(len(inputs))):
        dy = np.copy(p[t])
        dy[targets[t]] -= 1
        dWhy += dy @ h[t].T
        dby += dy
        dh = Why.T @ dy + dhnext
        do = dh * np.tanh(c[t]) * o[t] * (1 - o[t])
        dc = dh * o[t] * (1 - np.tanh(c[t]) ** 2) + dcnext
        df = dc * c[t - 1] * f[t] * (1 - f[t])
        du = dc * g[t] * u[t] * (1 - u[t])
        dg = dc * u[t] * (1 - g[t] ** 2)
        dWxg += dg @ xs[t].T; dWhg += dg @ h[t - 1].T; dbg += dg
        dWxu += du @ xs[t].T; dWhu += du @ h[t - 1].T; dbu += du
        dWxf += df @ xs[t].T; dWhf += df @ h[t - 1].T; dbf += df
        dWxo += do @ xs[t].T; dWho += do @ h[t - 1].T; dbo += do
        dhnext = Whg.T @ dg + Whu.T @ du + Whf.T @ df + Who.T @ do
        dcnext = dc * f[t]
    last = len(inputs) - 1
    return (loss, dWxg.clip(-5, 5), dWxu.clip(-5, 5), dWxf.clip(-5, 5), dWxo.clip(-5, 5), dWhg.clip(-5, 5),
            dWhu.clip(-5, 5), dWhf.clip(-5, 5), dWho.clip(-5, 5), dbg.clip(-5, 5), dbu.clip(-5, 5),
            dbf.clip(-5, 5), dbo.clip(-5, 5), dWhy.clip(-5, 5), dby.clip(-5, 5), h[last], c[last])


p, n = 0, 0
while True:
    if n == 0 or p + seq_length >= data_size:
        h, c, p = np.zeros((hidden_size, 1)), np.zeros((hidden_size, 1)), 0
    inputs = [char_to_ix[ch] for ch in data[p:p + seq_length]]
    targets = [char_to_ix[ch] for ch in data[p + 1:p + 1 + seq_length]]
    out = lossFun(inputs, targets, h, c)
    h, c = out[-2:]
    for w, dw in zip((Wxg, Wxu, Wxf, Wxo, Whg, Whu, Whf, Who, bg, bu, bf, bo, Why, by), out[1:-2]):
        w -= learning_rate * 0.1 * dw
    if not n % 100:
        print('loss', out[0])
    p, n = p + seq_length, n + 1
