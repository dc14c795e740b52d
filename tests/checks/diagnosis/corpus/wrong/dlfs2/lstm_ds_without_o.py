"""TRUTH: wrong
STYLE: the factor o is forgotten on the way through tanh(c)
COURSE: dlfs2
FUNCTION: backward
CAUSE: output gate is missing on the way | output_gate_missing
ARGS: x N D, h_prev N H, c_prev N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: cell = LSTM(Wx, Wh, b); h_next, c_next = cell.forward(x, h_prev, c_prev)
BACK: dx, dh_prev, dc_prev = cell.backward(dh_next, dc_next); dWx, dWh, db = cell.grads
LINE: 34
"""
import numpy as np
from common.functions import sigmoid


class LSTM:
    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(p) for p in (Wx, Wh, b)]

    def forward(self, x, h_prev, c_prev):
        Wx, Wh, b = self.params
        H = h_prev.shape[1]
        A = x @ Wx + h_prev @ Wh + b
        f, g, i, o = A[:, :H], A[:, H:2 * H], A[:, 2 * H:3 * H], A[:, 3 * H:]
        f, g, i, o = sigmoid(f), np.tanh(g), sigmoid(i), sigmoid(o)
        c_next = f * c_prev + g * i
        self.cache = dict(x=x, h_prev=h_prev, c_prev=c_prev, f=f, g=g, i=i, o=o, c_next=c_next)
        return o * np.tanh(c_next), c_next

    def backward(self, dh_next, dc_next):
        k = self.cache
        Wx, Wh, b = self.params
        t = np.tanh(k["c_next"])
        ds = dc_next + dh_next * (1 - t ** 2)
        df = ds * k["c_prev"] * k["f"] * (1 - k["f"])
        dg = ds * k["i"] * (1 - k["g"] ** 2)
        di = ds * k["g"] * k["i"] * (1 - k["i"])
        do = dh_next * t * k["o"] * (1 - k["o"])
        dA = np.concatenate((df, dg, di, do), axis=1)
        self.grads[0][...] = k["x"].T @ dA
        self.grads[1][...] = k["h_prev"].T @ dA
        self.grads[2][...] = dA.sum(axis=0)
        return dA @ Wx.T, dA @ Wh.T, ds * k["f"]
