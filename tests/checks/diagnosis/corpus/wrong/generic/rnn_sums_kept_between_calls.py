"""TRUTH: wrong
STYLE: default argument as store for the gradients
COURSE: generic
FUNCTION: rnn_backward
CAUSE: kept_between_calls | between calls
SIZES: N=3, T=7, D=4, H=5
ARGS: x N T D, h0 N H, Wx D H, Wh H H, b H
CALL: h, cache = rnn_forward(x, h0, Wx, Wh, b)
BACK: rnn_backward(dh, cache); dx, dh0, dWx, dWh, db = rnn_backward(dh, cache)
LINE: 22
"""
import numpy as np


def rnn_forward(x, h0, Wx, Wh, b):
    hs = [h0]
    for t in range(x.shape[1]):
        hs.append(np.tanh(x[:, t].dot(Wx) + hs[t].dot(Wh) + b))
    return np.stack(hs[1:], axis=1), (x, hs, Wx, Wh)


def rnn_backward(dh, cache, grads={}):
    x, hs, Wx, Wh = cache
    dx = np.zeros_like(x)
    d = np.zeros_like(hs[0])
    for t in reversed(range(x.shape[1])):
        da = (dh[:, t] + d) * (1 - hs[t + 1] ** 2)
        dx[:, t] = da.dot(Wx.T)
        grads["Wx"] = grads.get("Wx", 0) + x[:, t].T.dot(da)
        grads["Wh"] = grads.get("Wh", 0) + hs[t].T.dot(da)
        grads["b"] = grads.get("b", 0) + da.sum(axis=0)
        d = da.dot(Wh.T)
    return dx, d, grads["Wx"], grads["Wh"], grads["b"]
