"""TRUTH: wrong
STYLE: older names, the direct path z * delta is not in dh
COURSE: cmu-hw3p1
FUNCTION: backward
CAUSE: direct path | carry | z * delta
ARGS: x D, h0 H, Wrx H D, Wzx H D, Wnx H D, Wrh H H, Wzh H H, Wnh H H, bir H, biz H, bin H, bhr H, bhz H, bhn H
CALL: cell = GRUCell(D, H); cell.init_weights(Wrx, Wzx, Wnx, Wrh, Wzh, Wnh, bir, biz, bin, bhr, bhz, bhn); h = cell.forward(x, h0)
BACK: dx, dh0 = cell.backward(dh); dWrx, dWzx, dWnx, dWrh, dWzh, dWnh, dbir, dbiz, dbin, dbhr, dbhz, dbhn = [np.reshape(getattr(cell, 'd' + n), np.shape(getattr(cell, n))) for n in 'Wrx Wzx Wnx Wrh Wzh Wnh bir biz bin bhr bhz bhn'.split()]
LINE: 68
"""
import numpy as np
from nn.activation import *


class GRUCell:
    def __init__(self, input_size, hidden_size):
        self.d, self.h = input_size, hidden_size
        rnd = np.random.RandomState(0)
        h, d = self.h, self.d
        self.Wrx, self.Wzx, self.Wnx = rnd.randn(h, d), rnd.randn(h, d), rnd.randn(h, d)
        self.Wrh, self.Wzh, self.Wnh = rnd.randn(h, h), rnd.randn(h, h), rnd.randn(h, h)
        self.bir, self.biz, self.bin = rnd.randn(h), rnd.randn(h), rnd.randn(h)
        self.bhr, self.bhz, self.bhn = rnd.randn(h), rnd.randn(h), rnd.randn(h)
        self.zero_grad()
        self.r_act, self.z_act, self.h_act = Sigmoid(), Sigmoid(), Tanh()

    def zero_grad(self):
        h, d = self.h, self.d
        self.dWrx, self.dWzx, self.dWnx = np.zeros((h, d)), np.zeros((h, d)), np.zeros((h, d))
        self.dWrh, self.dWzh, self.dWnh = np.zeros((h, h)), np.zeros((h, h)), np.zeros((h, h))
        self.dbir, self.dbiz, self.dbin = np.zeros(h), np.zeros(h), np.zeros(h)
        self.dbhr, self.dbhz, self.dbhn = np.zeros(h), np.zeros(h), np.zeros(h)

    def init_weights(self, Wrx, Wzx, Wnx, Wrh, Wzh, Wnh, bir, biz, bin, bhr, bhz, bhn):
        self.Wrx = Wrx
        self.Wzx = Wzx
        self.Wnx = Wnx
        self.Wrh = Wrh
        self.Wzh = Wzh
        self.Wnh = Wnh
        self.bir = bir
        self.biz = biz
        self.bin = bin
        self.bhr = bhr
        self.bhz = bhz
        self.bhn = bhn

    def forward(self, x, h):
        self.x, self.hidden = x, h
        self.r = self.r_act(self.Wrx @ x + self.bir + self.Wrh @ h + self.bhr)
        self.z = self.z_act(self.Wzx @ x + self.biz + self.Wzh @ h + self.bhz)
        self.mid = self.Wnh @ h + self.bhn
        self.n = self.h_act(self.Wnx @ x + self.bin + self.r * self.mid)
        return (1 - self.z) * self.n + self.z * h

    def backward(self, delta):
        d_n = delta * (1 - self.z) * self.h_act.derivative()
        d_z = delta * (self.hidden - self.n) * self.z_act.derivative()
        d_r = d_n * self.mid * self.r_act.derivative()
        d_m = d_n * self.r
        self.dWrx += np.outer(d_r, self.x); self.dbir += d_r
        self.dWzx += np.outer(d_z, self.x); self.dbiz += d_z
        self.dWnx += np.outer(d_n, self.x); self.dbin += d_n
        self.dWrh += np.outer(d_r, self.hidden); self.dbhr += d_r
        self.dWzh += np.outer(d_z, self.hidden); self.dbhz += d_z
        self.dWnh += np.outer(d_m, self.hidden); self.dbhn += d_m
        dx = d_r @ self.Wrx + d_z @ self.Wzx + d_n @ self.Wnx
        dh = d_r @ self.Wrh + d_z @ self.Wzh + d_m @ self.Wnh
        return dx, dh
