import numpy as np

data = open('input.txt', 'r').read()
chars = list(set(data))
data_size, vocab_size = len(data), len(chars)
char_to_ix = {ch: i for i, ch in enumerate(chars)}
hidden_size = 100
seq_length = 25
learning_rate = 1e-1

H = hidden_size
Z = H + vocab_size
Wf = np.random.randn(H, Z) * 0.1; Wi = np.random.randn(H, Z) * 0.1
Wc = np.random.randn(H, Z) * 0.1; Wo = np.random.randn(H, Z) * 0.1
Wy = np.random.randn(vocab_size, H) * 0.1
bf = np.zeros((H, 1)); bi = np.zeros((H, 1)); bc = np.zeros((H, 1)); bo = np.zeros((H, 1))
by = np.zeros((vocab_size, 1))

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

def lossFun(inputs, targets, prev_state):
    hprev, cprev = prev_state
    z, f, i, g, o, c, h, p = {}, {}, {}, {}, {}, {}, {}, {}
    h[-1], c[-1] = np.copy(hprev), np.copy(cprev)
    loss = 0
    for t in range(len(inputs)):
        x = np.zeros((vocab_size, 1)); x[inputs[t]] = 1
        z[t] = np.vstack((h[t - 1], x))
        f[t] = sigmoid(Wf @ z[t] + bf); i[t] = sigmoid(Wi @ z[t] + bi)
        g[t] = np.tanh(Wc @ z[t] + bc); o[t] = sigmoid(Wo @ z[t] + bo)
        c[t] = f[t] * c[t - 1] + i[t] * g[t]
        h[t] = o[t] * np.tanh(c[t])
        y = Wy @ h[t] + by
        p[t] = np.exp(y) / np.exp(y).sum()
        loss += -np.log(p[t][targets[t], 0])
    dWf, dWi, dWc, dWo, dWy = [np.zeros_like(w) for w in (Wf, Wi, Wc, Wo, Wy)]
    dbf, dbi, dbc, dbo, dby = [np.zeros_like(w) for w in (bf, bi, bc, bo, by)]
    dhn, dcn = np.zeros_like(hprev), np.zeros_like(cprev)
    for t in reversed(range(len(inputs))):
        dy = p[t].copy(); dy[targets[t]] -= 1
        dWy += dy @ h[t].T; dby += dy
        dh = Wy.T @ dy + dhn
        do = dh * np.tanh(c[t]) * o[t] * (1 - o[t])
        dc = dh * o[t] * (1 - np.tanh(c[t]) ** 2)
        dg = dc * i[t] * (1 - g[t] ** 2)
        di = dc * g[t] * i[t] * (1 - i[t])
        df = dc * c[t - 1] * f[t] * (1 - f[t])
        dWf += df @ z[t].T; dbf += df
        dWi += di @ z[t].T; dbi += di
        dWc += dg @ z[t].T; dbc += dg
        dWo += do @ z[t].T; dbo += do
        dz = Wf.T @ df + Wi.T @ di + Wc.T @ dg + Wo.T @ do
        dhn = dz[:hidden_size]
        dcn = f[t] * dc
    grads = dict(Wf=dWf, Wi=dWi, Wc=dWc, Wo=dWo, Wy=dWy, bf=dbf, bi=dbi, bc=dbc, bo=dbo, by=dby)
    return loss, grads, (h[len(inputs) - 1], c[len(inputs) - 1])
