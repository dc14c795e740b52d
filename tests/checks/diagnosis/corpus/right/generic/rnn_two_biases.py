"""TRUTH: right
STYLE: W_ih, W_hh with two biases, dict of grads, time loop with enumerate
COURSE: generic
ARGS: x N T D, h0 N H, W_ih H D, W_hh H H, b_ih H, b_hh H
CALL: out, cache = rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh)
BACK: g = rnn_backward(dout, cache); dx, dh0, dW_ih, dW_hh, db_ih, db_hh = g["dx"], g["dh0"], g["dW_ih"], g["dW_hh"], g["db_ih"], g["db_hh"]
"""
import numpy as np


def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    out = np.zeros((x.shape[0], x.shape[1], h0.shape[1]))
    h = h0
    for t in range(x.shape[1]):
        h = np.tanh(x[:, t].dot(W_ih.T) + b_ih + h.dot(W_hh.T) + b_hh)
        out[:, t] = h
    return out, dict(x=x, h0=h0, out=out.copy(), W_ih=W_ih, W_hh=W_hh)


def rnn_backward(dout, cache):
    x, out = cache["x"], cache["out"]
    grads = dict(dx=np.zeros_like(x), dW_ih=0, dW_hh=0, db_ih=0, db_hh=0)
    carry = np.zeros_like(cache["h0"])
    for t in range(x.shape[1] - 1, -1, -1):
        h_prev = out[:, t - 1] if t >= 1 else cache["h0"]
        da = (dout[:, t] + carry) * (1 - out[:, t]**2)
        grads["dx"][:, t] = da.dot(cache["W_ih"])
        grads["dW_ih"] = grads["dW_ih"] + da.T.dot(x[:, t])
        grads["dW_hh"] = grads["dW_hh"] + da.T.dot(h_prev)
        grads["db_ih"] = grads["db_ih"] + da.sum(0)
        grads["db_hh"] = grads["db_hh"] + da.sum(0)
        carry = da.dot(cache["W_hh"])
    grads["dh0"] = carry
    return grads
