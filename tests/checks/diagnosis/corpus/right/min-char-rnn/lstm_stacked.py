"""TRUTH: right
STYLE: an LSTM child: one big matrix W (4H, H + V) and one bias, sliced gates, sample() and Adam after it
COURSE: min-char-rnn
ARGS: s T <V, y T <V, h0 H 1, c0 H 1, W 4*H H+V, b 4*H 1, Wy V H, by V 1
CALL: lossFun.__globals__.update(W=W, b=b, Wy=Wy, by=by, hidden_size=H, vocab_size=V); loss, *grads, h, c = lossFun(list(s), list(y), h0, c0)
BACK: dW, db, dWy, dby = grads
"""
import numpy as np

data = open('input.txt', 'r').read()
chars = list(set(data))
data_size, vocab_size = len(data), len(chars)
char_to_ix = {ch: i for i, ch in enumerate(chars)}
ix_to_char = {i: ch for i, ch in enumerate(chars)}
hidden_size = 100
seq_length = 16

W = np.random.randn(4 * hidden_size, hidden_size + vocab_size) / np.sqrt(hidden_size + vocab_size)
b = np.zeros((4 * hidden_size, 1))
Wy = np.random.randn(vocab_size, hidden_size) / np.sqrt(hidden_size)
by = np.zeros((vocab_size, 1))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lossFun(inputs, targets, hprev, cprev):
    H = hidden_size
    T = len(inputs)
    loss = 0
    hs = {-1: np.copy(hprev)}
    cs = {-1: np.copy(cprev)}
    vs, gs, ps = {}, {}, {}
    for t in range(T):
        vs[t] = np.zeros((H + vocab_size, 1))
        vs[t][:H] = hs[t - 1]
        vs[t][H + inputs[t]] = 1
        a = np.dot(W, vs[t]) + b
        # order: i f o g
        gs[t] = np.vstack((sigmoid(a[:3 * H]), np.tanh(a[3 * H:])))
        cs[t] = gs[t][H:2 * H] * cs[t - 1] + gs[t][:H] * gs[t][3 * H:]
        hs[t] = gs[t][2 * H:3 * H] * np.tanh(cs[t])
        s = np.dot(Wy, hs[t]) + by
        ps[t] = np.exp(s - s.max())
        ps[t] = ps[t] / ps[t].sum()
        loss -= np.log(ps[t][targets[t]][0])
    dW, db, dWy, dby = np.zeros_like(W), np.zeros_like(b), np.zeros_like(Wy), np.zeros_like(by)
    dh = np.zeros((H, 1))
    dc = np.zeros((H, 1))
    for t in range(T)[::-1]:
        ds = ps[t].copy()
        ds[targets[t]] -= 1
        dWy += np.dot(ds, hs[t].T)
        dby += ds
        dh = dh + np.dot(Wy.T, ds)
        i, f, o, g = gs[t][:H], gs[t][H:2 * H], gs[t][2 * H:3 * H], gs[t][3 * H:]
        tc = np.tanh(cs[t])
        dc = dc + dh * o * (1 - tc ** 2)
        da = np.vstack((dc * g, dc * cs[t - 1], dh * tc, dc * i))
        da[:3 * H] *= gs[t][:3 * H] * (1 - gs[t][:3 * H])
        da[3 * H:] *= 1 - g ** 2
        dW += np.dot(da, vs[t].T)
        db += da
        dh = np.dot(W.T, da)[:H]
        dc = dc * f
    return loss, dW, db, dWy, dby, hs[T - 1], cs[T - 1]


def sample(h, c, ix, n):
    result = []
    for _ in range(n):
        v = np.zeros((hidden_size + vocab_size, 1))
        v[:hidden_size] = h
        v[hidden_size + ix] = 1
        i, f, o, g = np.split(np.dot(W, v) + b, 4)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        p = np.exp(np.dot(Wy, h) + by)
        ix = np.random.choice(vocab_size, p=(p / p.sum()).ravel())
        result.append(ix_to_char[ix])
    return ''.join(result)


h, c = np.zeros((hidden_size, 1)), np.zeros((hidden_size, 1))
mean = [np.zeros_like(w) for w in (W, b, Wy, by)]
square = [np.zeros_like(w) for w in (W, b, Wy, by)]
for n in range(1, 100000):
    start = np.random.randint(0, data_size - seq_length - 1)
    chunk = [char_to_ix[ch] for ch in data[start:start + seq_length + 1]]
    loss, *grads, h, c = lossFun(chunk[:-1], chunk[1:], h, c)
    for k, (w, g) in enumerate(zip((W, b, Wy, by), grads)):
        mean[k] = 0.9 * mean[k] + 0.1 * g
        square[k] = 0.999 * square[k] + 0.001 * g * g
        w -= 0.01 * mean[k] / (1 - 0.9 ** n) / (np.sqrt(square[k] / (1 - 0.999 ** n)) + 1e-8)
    if n % 500 == 0:
        print(n, loss, sample(h, c, chunk[0], 80))
