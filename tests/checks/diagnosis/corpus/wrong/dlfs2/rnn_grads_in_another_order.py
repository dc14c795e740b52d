"""TRUTH: wrong
STYLE: the cell's grads list does not follow params: db before dWh
COURSE: dlfs2
FUNCTION: backward
CAUSE: order | swapped | exchanged | permuted | shape
ARGS: x N D, h_prev N H, Wx D 1*H, Wh H 1*H, b 1*H
CALL: cell = RNN(Wx, Wh, b); h_next = cell.forward(x, h_prev)
BACK: dx, dh_prev = cell.backward(dh_next); dWx, dWh, db = cell.grads
LINE: 31
"""
import numpy as np


class RNN:
    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = []

    def forward(self, x, h_prev):
        Wx, Wh, b = self.params
        self.x, self.h_prev = x, h_prev
        self.h_next = np.tanh(x.dot(Wx) + h_prev.dot(Wh) + b)
        return self.h_next

    def backward(self, dh_next):
        Wx, Wh, b = self.params
        da = dh_next * (1 - self.h_next ** 2)
        dWx = self.x.T.dot(da)
        dWh = self.h_prev.T.dot(da)
        db = da.sum(axis=0)
        self.grads = [dWx, db, dWh]
        return da.dot(Wx.T), da.dot(Wh.T)
