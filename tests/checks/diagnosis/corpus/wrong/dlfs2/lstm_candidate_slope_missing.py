"""TRUTH: wrong
STYLE: all gates get their slope but g
COURSE: dlfs2
FUNCTION: backward
CAUSE: candidate_slope_missing | of the candidate is missing
ARGS: x N D, h_prev N H, c_prev N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: cell = LSTM(Wx, Wh, b); h_next, c_next = cell.forward(x, h_prev, c_prev)
BACK: dx, dh_prev, dc_prev = cell.backward(dh_next, dc_next); dWx, dWh, db = cell.grads
LINE: 44
"""
import numpy as np
from common.np import *
from common.functions import sigmoid


class LSTM:
    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]
        self.cache = None

    def forward(self, x, h_prev, c_prev):
        Wx, Wh, b = self.params
        N, H = h_prev.shape
        A = np.dot(x, Wx) + np.dot(h_prev, Wh) + b
        f, g, i, o = (A[:, k * H:(k + 1) * H] for k in range(4))
        f = sigmoid(f)
        g = np.tanh(g)
        i = sigmoid(i)
        o = sigmoid(o)
        c_next = f * c_prev + g * i
        h_next = o * np.tanh(c_next)
        self.cache = [x, h_prev, c_prev, i, f, g, o, c_next]
        return h_next, c_next

    def backward(self, dh_next, dc_next):
        Wx, Wh, b = self.params
        x, h_prev, c_prev, i, f, g, o, c_next = self.cache
        H = h_prev.shape[1]
        t = np.tanh(c_next)
        dc = dc_next + dh_next * o * (1 - t * t)
        dA = np.zeros((len(x), 4 * H))
        dA[:, :H] = dc * c_prev * f * (1 - f)
        dA[:, H:2 * H] = dc * i
        dA[:, 2 * H:3 * H] = dc * g * i * (1 - i)
        dA[:, 3 * H:] = dh_next * t * o * (1 - o)
        for place, value in zip(self.grads, (x.T @ dA, h_prev.T @ dA, dA.sum(axis=0))):
            place[...] = value
        return dA @ Wx.T, dA @ Wh.T, dc * f
