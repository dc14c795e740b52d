"""TRUTH: right
STYLE: bias names of an older handout (bir, bhr), own sigmoid function, derivative by a helper
COURSE: cmu-hw3p1
ARGS: x D, h0 H, Wrx H D, Wzx H D, Wnx H D, Wrh H H, Wzh H H, Wnh H H, bir H, biz H, bin H, bhr H, bhz H, bhn H
CALL: cell = GRUCell(D, H); cell.init_weights(Wrx, Wzx, Wnx, Wrh, Wzh, Wnh, bir, biz, bin, bhr, bhz, bhn); h = cell.forward(x, h0)
BACK: dx, dh0 = map(np.ravel, cell.backward(dh.reshape(1, -1))); dWrx, dWzx, dWnx, dWrh, dWzh, dWnh, dbir, dbiz, dbin, dbhr, dbhz, dbhn = [np.reshape(getattr(cell, 'd' + n), np.shape(getattr(cell, n))) for n in 'Wrx Wzx Wnx Wrh Wzh Wnh bir biz bin bhr bhz bhn'.split()]
"""
import numpy as np


def sig(v):
    return 1. / (1. + np.exp(-v))


def slope(kind, value):
    # value is after the activation
    if kind == "sig":
        return value * (1 - value)
    return 1 - value ** 2


class GRUCell(object):
    def __init__(self, input_size, hidden_size):
        self.d, self.h = input_size, hidden_size
        d, h = self.d, self.h
        self.Wrx = np.random.randn(h, d)
        self.Wzx = np.random.randn(h, d)
        self.Wnx = np.random.randn(h, d)
        self.Wrh = np.random.randn(h, h)
        self.Wzh = np.random.randn(h, h)
        self.Wnh = np.random.randn(h, h)
        self.bir = np.random.randn(h)
        self.biz = np.random.randn(h)
        self.bin = np.random.randn(h)
        self.bhr = np.random.randn(h)
        self.bhz = np.random.randn(h)
        self.bhn = np.random.randn(h)
        self.dWrx, self.dWzx, self.dWnx = np.zeros((h, d)), np.zeros((h, d)), np.zeros((h, d))
        self.dWrh, self.dWzh, self.dWnh = np.zeros((h, h)), np.zeros((h, h)), np.zeros((h, h))
        self.dbir, self.dbiz, self.dbin = np.zeros(h), np.zeros(h), np.zeros(h)
        self.dbhr, self.dbhz, self.dbhn = np.zeros(h), np.zeros(h), np.zeros(h)

    def init_weights(self, Wrx, Wzx, Wnx, Wrh, Wzh, Wnh, bir, biz, bin, bhr, bhz, bhn):
        self.Wrx, self.Wzx, self.Wnx, self.Wrh, self.Wzh, self.Wnh = Wrx, Wzx, Wnx, Wrh, Wzh, Wnh
        self.bir, self.biz, self.bin, self.bhr, self.bhz, self.bhn = bir, biz, bin, bhr, bhz, bhn

    def forward(self, x, h):
        self.x, self.hidden = x, h
        self.r = sig(self.Wrx.dot(x) + self.bir + self.Wrh.dot(h) + self.bhr)
        self.z = sig(self.Wzx.dot(x) + self.biz + self.Wzh.dot(h) + self.bhz)
        self.inner = self.Wnh.dot(h) + self.bhn
        self.n = np.tanh(self.Wnx.dot(x) + self.bin + self.r * self.inner)
        return (1 - self.z) * self.n + self.z * h

    def backward(self, delta):
        delta = np.asarray(delta).reshape(-1)
        dnn = delta * (1 - self.z) * slope("tanh", self.n)
        dzz = delta * (self.hidden - self.n) * slope("sig", self.z)
        drr = dnn * self.inner * slope("sig", self.r)
        inner = dnn * self.r
        for g, v in (("r", drr), ("z", dzz), ("n", dnn)):
            getattr(self, "dW" + g + "x")[...] += v[:, None] * self.x[None, :]
            getattr(self, "dbi" + g)[...] += v
        for g, v in (("r", drr), ("z", dzz), ("n", inner)):
            getattr(self, "dW" + g + "h")[...] += v[:, None] * self.hidden[None, :]
            getattr(self, "dbh" + g)[...] += v
        dx = self.Wrx.T.dot(drr) + self.Wzx.T.dot(dzz) + self.Wnx.T.dot(dnn)
        dh = self.Wrh.T.dot(drr) + self.Wzh.T.dot(dzz) + self.Wnh.T.dot(inner) + delta * self.z
        return dx.reshape(1, -1), dh.reshape(1, -1)
