"""TRUTH: wrong
STYLE: RNN alone, the list of gradients in another order than params
COURSE: dlfs2
FUNCTION: RNN.backward
CAUSE: permuted | order | swapped | exchanged | in the place of | shape
ARGS: x N D, h_prev N H, Wx D 1*H, Wh H 1*H, b 1*H
CALL: m = RNN(Wx, Wh, b); h = m.forward(x, h_prev)
BACK: dx, dh_prev = m.backward(dh); dWx, dWh, db = m.grads
LINE: 31
"""
import numpy as np


class RNN:
    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]
        self.cache = None

    def forward(self, x, h_prev):
        Wx, Wh, b = self.params
        h_next = np.tanh(np.dot(h_prev, Wh) + np.dot(x, Wx) + b)
        self.cache = (x, h_prev, h_next)
        return h_next

    def backward(self, dh_next):
        Wx, Wh, b = self.params
        x, h_prev, h_next = self.cache
        dt = dh_next - dh_next * np.square(h_next)
        dWx, dWh, db = x.T @ dt, h_prev.T @ dt, dt.sum(axis=0)
        self.grads = [dWh, dWx, db]
        return dt @ Wx.T, dt @ Wh.T
