"""TRUTH: wrong
STYLE: dict cache, small steps with many names
COURSE: cs231n
FUNCTION: rnn_step_backward
CAUSE: slope_of_tanh_h | already a tanh | slope_of
ARGS: x N D, prev_h N H, Wx D H, Wh H H, b H
CALL: next_h, cache = rnn_step_forward(x, prev_h, Wx, Wh, b)
BACK: dx, dprev_h, dWx, dWh, db = rnn_step_backward(dnext_h, cache)
ARGS: x N T D, h0 N H, Wx D H, Wh H H, b H
CALL: h, cache = rnn_forward(x, h0, Wx, Wh, b)
BACK: dx, dh0, dWx, dWh, db = rnn_backward(dh, cache)
LINE: 27
"""
import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    xW = np.dot(x, Wx)
    hW = np.dot(prev_h, Wh)
    next_h = np.tanh(xW + hW + b)
    cache = dict(x=x, prev_h=prev_h, Wx=Wx, Wh=Wh, next_h=next_h)
    return next_h, cache


def rnn_step_backward(dnext_h, cache):
    x, prev_h = cache['x'], cache['prev_h']
    dsum = dnext_h * (1 - np.tanh(cache['next_h']) ** 2)   # derivative of tanh
    db = dsum.sum(axis=0)
    dWx = np.dot(x.T, dsum)
    dx = np.dot(dsum, cache['Wx'].T)
    dWh = np.dot(prev_h.T, dsum)
    dprev_h = np.dot(dsum, cache['Wh'].T)
    return dx, dprev_h, dWx, dWh, db


def rnn_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    h = np.zeros((N, T, Wh.shape[0]))
    cache = []
    prev = h0
    for t in range(T):
        prev, step = rnn_step_forward(x[:, t], prev, Wx, Wh, b)
        h[:, t] = prev
        cache.append(step)
    return h, cache


def rnn_backward(dh, cache):
    N, T, H = dh.shape
    Wx = cache[0]['Wx']
    dx = np.zeros((N, T, Wx.shape[0]))
    dWx, dWh, db = np.zeros_like(Wx), np.zeros((H, H)), np.zeros(H)
    dprev = np.zeros((N, H))
    for t in reversed(range(T)):
        dx[:, t], dprev, a, bb, c = rnn_step_backward(dh[:, t] + dprev, cache[t])
        dWx += a
        dWh += bb
        db += c
    return dx, dprev, dWx, dWh, db
