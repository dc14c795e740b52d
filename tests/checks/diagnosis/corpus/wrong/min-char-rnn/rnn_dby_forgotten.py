"""TRUTH: wrong
STYLE: the output bias has no gradient, it is returned as zeros
COURSE: min-char-rnn
FUNCTION: lossFun
CAUSE: all zeros | never written | is zero
ARGS: s T <V, y T <V, h0 H 1, U H V, W H H, V_out V H, b H 1, c V 1
CALL: lossFun.__globals__.update(U=U, W=W, V_out=V_out, b=b, c=c, hidden=H, vocab_size=V); loss, *grads, last = lossFun(list(s), list(y), h0)
BACK: dU, dW, dV_out, db, dc = grads
LINE: 40
"""
import numpy as np

txt = open('input.txt').read()
chars = sorted(set(txt))
vocab_size = len(chars)
to_ix = {c: i for i, c in enumerate(chars)}
hidden = 100

# names of the deep learning book
U = np.random.randn(hidden, vocab_size) * .01
W = np.random.randn(hidden, hidden) * .01
V_out = np.random.randn(vocab_size, hidden) * .01
b = np.zeros((hidden, 1))
c = np.zeros((vocab_size, 1))


def lossFun(inputs, targets, hprev):
    x, h, yhat = {}, {}, {}
    h[-1] = np.copy(hprev)
    loss = 0.
    for t in range(len(inputs)):
        x[t] = np.zeros((vocab_size, 1))
        x[t][inputs[t], 0] = 1.
        h[t] = np.tanh(b + np.dot(W, h[t - 1]) + np.dot(U, x[t]))
        o = c + np.dot(V_out, h[t])
        yhat[t] = np.exp(o - np.max(o))
        yhat[t] /= np.sum(yhat[t])
        loss += -np.log(yhat[t][targets[t], 0])
    dU, dW, dV_out = np.zeros_like(U), np.zeros_like(W), np.zeros_like(V_out)
    db, dc = np.zeros_like(b), np.zeros_like(c)
    dh_next = np.zeros_like(hprev)
    for t in reversed(range(len(inputs))):
        do = np.copy(yhat[t])
        do[targets[t]] -= 1.
        dV_out += np.dot(do, h[t].T)
        dh = np.dot(V_out.T, do) + dh_next
        da = dh * (1. - h[t] ** 2)
        dU += np.dot(da, x[t].T)
        dW += np.dot(da, h[t - 1].T)
        db += da
        dh_next = np.dot(W.T, da)
    return loss, dU, dW, dV_out, db, dc, h[len(inputs) - 1]
