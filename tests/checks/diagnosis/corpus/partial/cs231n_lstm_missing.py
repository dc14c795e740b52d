"""TRUTH: partial
STYLE: rnn and the embedding written, lstm passes
COURSE: cs231n
STATUS: unwritten
RIGHT: rnn_step_backward, rnn_backward, word_embedding_backward
UNWRITTEN: lstm_step_backward, lstm_backward
ARGS: x N D, prev_h N H, Wx D H, Wh H H, b H
CALL: next_h, cache = rnn_step_forward(x, prev_h, Wx, Wh, b)
BACK: dx, dprev_h, dWx, dWh, db = rnn_step_backward(dnext_h, cache)
ARGS: x N T D, h0 N H, Wx D H, Wh H H, b H
CALL: h, cache = rnn_forward(x, h0, Wx, Wh, b)
BACK: dx, dh0, dWx, dWh, db = rnn_backward(dh, cache)
ARGS: x N T <V, W V D
CALL: out, cache = word_embedding_forward(x, W)
BACK: dW = word_embedding_backward(dout, cache)
"""
import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x.dot(Wx) + prev_h.dot(Wh) + b)
    return next_h, (next_h, x, prev_h, Wx, Wh)


def rnn_step_backward(dnext_h, cache):
    next_h, x, prev_h, Wx, Wh = cache
    dscore = (1 - next_h ** 2) * dnext_h
    db = np.sum(dscore, axis=0)
    dWh, dprev_h = prev_h.T.dot(dscore), dscore.dot(Wh.T)
    dWx, dx = x.T.dot(dscore), dscore.dot(Wx.T)
    return dx, dprev_h, dWx, dWh, db


def rnn_forward(x, h0, Wx, Wh, b):
    h = np.zeros((x.shape[0], x.shape[1], h0.shape[1]))
    cache = []
    for t in range(x.shape[1]):
        h0, c = rnn_step_forward(x[:, t], h0, Wx, Wh, b)
        h[:, t] = h0
        cache.append(c)
    return h, cache


def rnn_backward(dh, cache):
    N, T, H = dh.shape
    D = cache[0][1].shape[1]
    dx, dprev = np.zeros((N, T, D)), np.zeros((N, H))
    dWx, dWh, db = np.zeros((D, H)), np.zeros((H, H)), np.zeros(H)
    for t in range(T):
        s = T - 1 - t
        dx[:, s], dprev, p, q, r = rnn_step_backward(dh[:, s] + dprev, cache[s])
        dWx += p
        dWh += q
        db += r
    return dx, dprev, dWx, dWh, db


def word_embedding_forward(x, W):
    return W[x], (x, W)


def word_embedding_backward(dout, cache):
    x, W = cache
    dW = np.zeros_like(W)
    for n in range(x.shape[0]):
        for t in range(x.shape[1]):
            dW[x[n, t]] += dout[n, t]
    return dW


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    pass


def lstm_step_backward(dnext_h, dnext_c, cache):
    pass


def lstm_forward(x, h0, Wx, Wh, b):
    pass


def lstm_backward(dh, cache):
    pass
