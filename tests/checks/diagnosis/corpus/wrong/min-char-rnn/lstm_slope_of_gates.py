"""TRUTH: wrong
STYLE: LSTM child, helpers of the pre-activation called on the gates
COURSE: min-char-rnn
FUNCTION: lossFun
CAUSE: slope_of_output | of the activated values | sigmoid_slope_of_output
LINE: 67
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

Wf = np.random.randn(hidden_size, hidden_size + vocab_size)*0.05
Wi = np.random.randn(hidden_size, hidden_size + vocab_size)*0.05
Wc = np.random.randn(hidden_size, hidden_size + vocab_size)*0.05
Wo = np.random.randn(hidden_size, hidden_size + vocab_size)*0.05
Wy = np.random.randn(vocab_size, hidden_size)*0.05
bf, bi, bc, bo = np.zeros((4, hidden_size, 1))
by = np.zeros((vocab_size, 1))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lossFun(inputs, targets, hprev, cprev):
    xs, zs, fs, iis, cbs, os_, cs, hs, ps = {}, {}, {}, {}, {}, {}, {}, {}, {}
    hs[-1], cs[-1] = np.copy(hprev), np.copy(cprev)
    loss = 0
    for t in range(len(inputs)):
        xs[t] = np.zeros((vocab_size, 1))
        xs[t][inputs[t]] = 1
        zs[t] = np.vstack((hs[t-1], xs[t]))
        fs[t] = sigmoid(np.dot(Wf, zs[t]) + bf)
        iis[t] = sigmoid(np.dot(Wi, zs[t]) + bi)
        cbs[t] = np.tanh(np.dot(Wc, zs[t]) + bc)
        cs[t] = fs[t]*cs[t-1] + iis[t]*cbs[t]
        os_[t] = sigmoid(np.dot(Wo, zs[t]) + bo)
        hs[t] = os_[t]*np.tanh(cs[t])
        y = np.dot(Wy, hs[t]) + by
        ps[t] = np.exp(y)/np.sum(np.exp(y))
        loss += -np.log(ps[t][targets[t], 0])

    def dsig(v):
        return sigmoid(v)*(1 - sigmoid(v))

    def dtan(v):
        return 1 - np.tanh(v)**2

    dWf, dWi, dWc, dWo, dWy = [np.zeros_like(w) for w in (Wf, Wi, Wc, Wo, Wy)]
    dbf, dbi, dbc, dbo, dby = [np.zeros_like(w) for w in (bf, bi, bc, bo, by)]
    dhnext, dcnext = np.zeros_like(hs[0]), np.zeros_like(cs[0])
    for t in reversed(range(len(inputs))):
        dy = np.copy(ps[t])
        dy[targets[t]] -= 1
        dWy += np.dot(dy, hs[t].T)
        dby += dy
        dh = np.dot(Wy.T, dy) + dhnext
        dc = dcnext + dh*os_[t]*dtan(cs[t])
        do = dh*np.tanh(cs[t])*dsig(os_[t])
        df = dc*cs[t-1]*dsig(fs[t])
        di = dc*cbs[t]*dsig(iis[t])
        dcb = dc*iis[t]*dtan(cbs[t])
        dWf += np.dot(df, zs[t].T); dbf += df
        dWi += np.dot(di, zs[t].T); dbi += di
        dWc += np.dot(dcb, zs[t].T); dbc += dcb
        dWo += np.dot(do, zs[t].T); dbo += do
        dz = np.dot(Wf.T, df) + np.dot(Wi.T, di) + np.dot(Wc.T, dcb) + np.dot(Wo.T, do)
        dhnext = dz[:hidden_size, :]
        dcnext = fs[t]*dc
    for d in [dWf, dWi, dWc, dWo, dWy, dbf, dbi, dbc, dbo, dby]:
        np.clip(d, -5, 5, out=d)
    return loss, dWf, dWi, dWc, dWo, dWy, dbf, dbi, dbc, dbo, dby, hs[len(inputs)-1], cs[len(inputs)-1]


n, p = 0, 0
params = [Wf, Wi, Wc, Wo, Wy, bf, bi, bc, bo, by]
while True:
    if n == 0 or p + seq_length + 1 >= data_size:
        hprev, cprev, p = np.zeros((hidden_size, 1)), np.zeros((hidden_size, 1)), 0
    inputs = [char_to_ix[ch] for ch in data[p:p+seq_length]]
    targets = [char_to_ix[ch] for ch in data[p+1:p+seq_length+1]]
    loss, dWf, dWi, dWc, dWo, dWy, dbf, dbi, dbc, dbo, dby, hprev, cprev = lossFun(inputs, targets, hprev, cprev)
    for w, d in zip(params, [dWf, dWi, dWc, dWo, dWy, dbf, dbi, dbc, dbo, dby]):
        w -= learning_rate*d
    if n % 100 == 0:
        print(n, loss)
    n, p = n + 1, p + seq_length
