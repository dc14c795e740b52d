"""TRUTH: wrong
STYLE: dWh is made of h_next
COURSE: dlfs2
FUNCTION: backward
CAUSE: h_t in place of | uses h_t | W_hh_uses_h | of the new state
ARGS: x N D, h_prev N H, Wx D 1*H, Wh H 1*H, b 1*H
CALL: cell = RNN(Wx, Wh, b); h_next = cell.forward(x, h_prev)
BACK: dx, dh_prev = cell.backward(dh_next); dWx, dWh, db = cell.grads
LINE: 32
"""
import numpy as np


class RNN:
    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]
        self.cache = None

    def forward(self, x, h_prev):
        Wx, Wh, b = self.params
        t = np.dot(h_prev, Wh) + np.dot(x, Wx) + b
        h_next = np.tanh(t)
        self.cache = (x, h_next, h_next)
        return h_next

    def backward(self, dh_next):
        Wx, Wh, b = self.params
        x, h_prev, h_next = self.cache
        dt = dh_next * (1 - h_next ** 2)
        db = np.sum(dt, axis=0)
        dWh = np.dot(h_prev.T, dt)
        dh_prev = np.dot(dt, Wh.T)
        dWx = np.dot(x.T, dt)
        dx = np.dot(dt, Wx.T)
        self.grads[0][...] = dWx
        self.grads[1][...] = dWh
        self.grads[2][...] = db
        return dx, dh_prev
