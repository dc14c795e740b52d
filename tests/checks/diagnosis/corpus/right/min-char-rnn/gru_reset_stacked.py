"""TRUTH: right
STYLE: GRU child, one matrix for r and z, arguments and gradients in dictionaries
COURSE: min-char-rnn
"""
import numpy as np

data = open("input.txt").read()
chars = sorted(list(set(data)))
vocab_size = len(chars)
char_to_ix = {ch: i for i, ch in enumerate(chars)}
H = hidden_size = 96
seq_length = 25
model = {}
model["Wrz"] = np.random.randn(2 * H, H + vocab_size) * 0.05
model["brz"] = np.zeros((2 * H, 1))
model["Wn"] = np.random.randn(H, H + vocab_size) * 0.05
model["bn"] = np.zeros((H, 1))
model["Wy"] = np.random.randn(vocab_size, H) * 0.05
model["by"] = np.zeros((vocab_size, 1))


def sigmoid(x): return 1 / (1 + np.exp(-x))


def lossFun(inputs, targets, hprev):
    H = hidden_size
    caches, loss, h = [], 0, hprev
    for ix, target in zip(inputs, targets):
        x = np.zeros((vocab_size, 1)); x[ix] = 1
        hx = np.vstack([h, x])
        rz = sigmoid(model["Wrz"] @ hx + model["brz"])
        r, z = rz[:H], rz[H:]
        rhx = np.vstack([r * h, x])
        n = np.tanh(model["Wn"] @ rhx + model["bn"])
        h_new = (1 - z) * h + z * n
        y = model["Wy"] @ h_new + model["by"]
        prob = np.exp(y - y.max()); prob /= prob.sum()
        loss -= np.log(prob[target, 0])
        caches.append((h, hx, rhx, r, z, n, h_new, prob, target))
        h = h_new

    grads = {"d" + k: np.zeros_like(v) for k, v in model.items()}
    dh = np.zeros_like(hprev)
    for h_old, hx, rhx, r, z, n, h_new, prob, target in reversed(caches):
        dy = prob.copy(); dy[target, 0] -= 1
        grads["dWy"] += dy @ h_new.T
        grads["dby"] += dy
        dh = dh + model["Wy"].T @ dy
        dn = dh * z * (1 - n ** 2)
        grads["dWn"] += dn @ rhx.T
        grads["dbn"] += dn
        drh = (model["Wn"].T @ dn)[:H]
        drz = np.vstack([drh * h_old * r * (1 - r), dh * (n - h_old) * z * (1 - z)])
        grads["dWrz"] += drz @ hx.T
        grads["dbrz"] += drz
        dh = dh * (1 - z) + drh * r + (model["Wrz"].T @ drz)[:H]
    for k in grads:
        grads[k] = np.maximum(np.minimum(grads[k], 5), -5)
    return loss, grads, h


p, hprev, n = 0, np.zeros((H, 1)), 0
while True:
    if p + seq_length + 1 >= len(data):
        p, hprev = 0, np.zeros((H, 1))
    ids = [char_to_ix[ch] for ch in data[p:p + seq_length + 1]]
    loss, grads, hprev = lossFun(ids[:-1], ids[1:], hprev)
    for k in model:
        model[k] -= 0.05 * grads["d" + k]
    n += 1
    p += seq_length
    if n % 100 == 0: print(n, loss)
