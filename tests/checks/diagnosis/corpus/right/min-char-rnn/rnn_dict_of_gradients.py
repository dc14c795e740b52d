"""TRUTH: right
STYLE: gradients in a dict, other function names, forward and backward apart, a gradient check in the file
COURSE: min-char-rnn
ARGS: s T <V, y T <V, h0 H 1, Wxh H V, Whh H H, Why V H, bh H 1, by V 1
CALL: loss_and_gradients.__globals__.update(Wxh=Wxh, Whh=Whh, Why=Why, bh=bh, by=by, hidden_size=H, vocab_size=V); loss, grads, last = loss_and_gradients(list(s), list(y), h0)
BACK: dWxh, dWhh, dWhy, dbh, dby = [grads[k] for k in ("Wxh", "Whh", "Why", "bh", "by")]
"""
import numpy as np

data = open('input.txt').read()
chars = sorted(set(data))
vocab_size = len(chars)
char_to_ix = {c: i for i, c in enumerate(chars)}
hidden_size, seq_length = 100, 25

np.random.seed(0)
Wxh = np.random.randn(hidden_size, vocab_size) * 0.01
Whh = np.random.randn(hidden_size, hidden_size) * 0.01
Why = np.random.randn(vocab_size, hidden_size) * 0.01
bh = np.zeros((hidden_size, 1))
by = np.zeros((vocab_size, 1))


def run_forward(inputs, h):
    X, H, P = [], [h], []
    for i in inputs:
        x = np.zeros((vocab_size, 1))
        x[i] = 1.0
        h = np.tanh(Wxh.dot(x) + Whh.dot(h) + bh)
        e = np.exp(Why.dot(h) + by)
        X.append(x)
        H.append(h)
        P.append(e / e.sum())
    return X, H, P


def loss_and_gradients(inputs, targets, hprev):
    X, H, P = run_forward(inputs, hprev)
    loss = sum(-np.log(P[t][targets[t], 0]) for t in range(len(inputs)))
    grads = {"Wxh": np.zeros_like(Wxh), "Whh": np.zeros_like(Whh), "Why": np.zeros_like(Why),
             "bh": np.zeros_like(bh), "by": np.zeros_like(by)}
    dh_next = 0
    for t in reversed(range(len(inputs))):
        dy = P[t].copy()
        dy[targets[t]] -= 1
        grads["Why"] += dy.dot(H[t + 1].T)
        grads["by"] += dy
        d = (Why.T.dot(dy) + dh_next) * (1 - H[t + 1] ** 2)
        grads["Wxh"] += d.dot(X[t].T)
        grads["Whh"] += d.dot(H[t].T)
        grads["bh"] += d
        dh_next = Whh.T.dot(d)
    return loss, grads, H[-1]


def grad_check():
    inputs = [char_to_ix[c] for c in data[:seq_length]]
    targets = [char_to_ix[c] for c in data[1:seq_length + 1]]
    h = np.zeros((hidden_size, 1))
    _, grads, _ = loss_and_gradients(inputs, targets, h)
    for name, W in [("Wxh", Wxh), ("Whh", Whh), ("Why", Why)]:
        k = np.unravel_index(np.random.randint(W.size), W.shape)
        old = W[k]
        W[k] = old + 1e-5
        up = loss_and_gradients(inputs, targets, h)[0]
        W[k] = old - 1e-5
        down = loss_and_gradients(inputs, targets, h)[0]
        W[k] = old
        print(name, grads[name][k], (up - down) / 2e-5)


if __name__ == '__main__':
    grad_check()
