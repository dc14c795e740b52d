"""TRUTH: right
STYLE: vectors in place of columns, np.outer, no clipping, the text in the file, lists by append
COURSE: min-char-rnn
ARGS: s T <V, y T <V, h0 H, W_xh H V, W_hh H H, W_hy V H, b_h H, b_y V
CALL: loss_fun.__globals__.update(W_xh=W_xh, W_hh=W_hh, W_hy=W_hy, b_h=b_h, b_y=b_y, n_hidden=H, n_vocab=V); loss, *grads, last = loss_fun(list(s), list(y), h0)
BACK: dW_xh, dW_hh, dW_hy, db_h, db_y = grads
"""
import numpy as np

text = "the quick brown fox jumps over the lazy dog. " * 20
vocab = sorted(set(text))
n_vocab = len(vocab)
index = {c: i for i, c in enumerate(vocab)}
n_hidden = 64

rng = np.random.RandomState(3)
W_xh = rng.randn(n_hidden, n_vocab) * 0.05
W_hh = rng.randn(n_hidden, n_hidden) * 0.05
W_hy = rng.randn(n_vocab, n_hidden) * 0.05
b_h = np.zeros(n_hidden)
b_y = np.zeros(n_vocab)


def softmax(v):
    e = np.exp(v - v.max())
    return e / e.sum()


def loss_fun(inputs, targets, hprev):
    states, probs, loss = [hprev], [], 0.0
    for i, j in zip(inputs, targets):
        # the one-hot product is only a column of W_xh
        states.append(np.tanh(W_xh[:, i] + W_hh @ states[-1] + b_h))
        probs.append(softmax(W_hy @ states[-1] + b_y))
        loss -= np.log(probs[-1][j])

    dW_xh, dW_hh, dW_hy = np.zeros(W_xh.shape), np.zeros(W_hh.shape), np.zeros(W_hy.shape)
    db_h, db_y = np.zeros(b_h.shape), np.zeros(b_y.shape)
    dh_next = np.zeros(b_h.shape)
    for t in range(len(inputs) - 1, -1, -1):
        dy = probs[t].copy()
        dy[targets[t]] -= 1.0
        dW_hy += np.outer(dy, states[t + 1])
        db_y += dy
        da = (W_hy.T @ dy + dh_next) * (1 - states[t + 1] ** 2)
        dW_xh[:, inputs[t]] += da
        dW_hh += np.outer(da, states[t])
        db_h += da
        dh_next = W_hh.T @ da
    return loss, dW_xh, dW_hh, dW_hy, db_h, db_y, states[-1]


def train(steps=1000, length=20, lr=0.05):
    h = np.zeros(n_hidden)
    for k in range(steps):
        start = (k * length) % (len(text) - length - 1)
        a = [index[c] for c in text[start:start + length]]
        b = [index[c] for c in text[start + 1:start + length + 1]]
        loss, *grads, h = loss_fun(a, b, h)
        for w, g in zip((W_xh, W_hh, W_hy, b_h, b_y), grads):
            w -= lr * g
        if k % 100 == 0:
            print(k, loss)


if __name__ == "__main__":
    train()
