"""TRUTH: wrong
STYLE: the tanh object's forward runs again on n before its slope is taken
COURSE: cmu-hw3p1
FUNCTION: backward
CAUSE: already a tanh | of the activated value | slope of the candidate | slope_of_candidate | candidate
ARGS: x D, h0 H, Wrx H D, Wzx H D, Wnx H D, Wrh H H, Wzh H H, Wnh H H, brx H, bzx H, bnx H, brh H, bzh H, bnh H
CALL: cell = GRUCell(D, H); cell.init_weights(Wrx, Wzx, Wnx, Wrh, Wzh, Wnh, brx, bzx, bnx, brh, bzh, bnh); h = cell.forward(x, h0)
BACK: dx, dh0 = cell.backward(dh); dWrx, dWzx, dWnx, dWrh, dWzh, dWnh, dbrx, dbzx, dbnx, dbrh, dbzh, dbnh = [np.reshape(getattr(cell, 'd' + n), np.shape(getattr(cell, n))) for n in 'Wrx Wzx Wnx Wrh Wzh Wnh brx bzx bnx brh bzh bnh'.split()]
LINE: 48
"""
import numpy as np
from nn.activation import *


class GRUCell(object):
    def __init__(self, input_size, hidden_size):
        self.d, self.h = input_size, hidden_size
        h, d = self.h, self.d
        self.Wrx, self.Wzx, self.Wnx = np.random.randn(h, d), np.random.randn(h, d), np.random.randn(h, d)
        self.Wrh, self.Wzh, self.Wnh = np.random.randn(h, h), np.random.randn(h, h), np.random.randn(h, h)
        self.brx, self.bzx, self.bnx = np.random.randn(h), np.random.randn(h), np.random.randn(h)
        self.brh, self.bzh, self.bnh = np.random.randn(h), np.random.randn(h), np.random.randn(h)
        self.dWrx, self.dWzx, self.dWnx = np.zeros((h, d)), np.zeros((h, d)), np.zeros((h, d))
        self.dWrh, self.dWzh, self.dWnh = np.zeros((h, h)), np.zeros((h, h)), np.zeros((h, h))
        self.dbrx, self.dbzx, self.dbnx = np.zeros(h), np.zeros(h), np.zeros(h)
        self.dbrh, self.dbzh, self.dbnh = np.zeros(h), np.zeros(h), np.zeros(h)
        self.r_act, self.z_act, self.h_act = Sigmoid(), Sigmoid(), Tanh()

    def init_weights(self, Wrx, Wzx, Wnx, Wrh, Wzh, Wnh, brx, bzx, bnx, brh, bzh, bnh):
        self.Wrx, self.Wzx, self.Wnx = Wrx, Wzx, Wnx
        self.Wrh, self.Wzh, self.Wnh = Wrh, Wzh, Wnh
        self.brx, self.bzx, self.bnx = brx, bzx, bnx
        self.brh, self.bzh, self.bnh = brh, bzh, bnh

    def forward(self, x, h_prev_t):
        self.x, self.hidden = x, h_prev_t
        self.r = self.r_act(self.Wrx.dot(x) + self.brx + self.Wrh.dot(h_prev_t) + self.brh)
        self.z = self.z_act(self.Wzx.dot(x) + self.bzx + self.Wzh.dot(h_prev_t) + self.bzh)
        self.s = self.Wnh.dot(h_prev_t) + self.bnh
        self.n = self.h_act(self.Wnx.dot(x) + self.bnx + self.r * self.s)
        return (1 - self.z) * self.n + self.z * h_prev_t

    def backward(self, delta):
        dz = delta * (self.hidden - self.n)
        dn = delta * (1 - self.z)
        # derivative of tanh at n
        self.h_act.forward(self.n)
        dn = dn * self.h_act.derivative()
        dr = dn * self.s
        dz = dz * self.z_act.derivative()
        dr = dr * self.r_act.derivative()
        self.dWrx += np.outer(dr, self.x)
        self.dWzx += np.outer(dz, self.x)
        self.dWnx += np.outer(dn, self.x)
        self.dWrh += np.outer(dr, self.hidden)
        self.dWzh += np.outer(dz, self.hidden)
        self.dWnh += np.outer(dn * self.r, self.hidden)
        self.dbrx += dr
        self.dbzx += dz
        self.dbnx += dn
        self.dbrh += dr
        self.dbzh += dz
        self.dbnh += dn * self.r
        dx = dr.dot(self.Wrx) + dz.dot(self.Wzx) + dn.dot(self.Wnx)
        dh_prev_t = delta * self.z + dr.dot(self.Wrh) + dz.dot(self.Wzh) + (dn * self.r).dot(self.Wnh)
        return dx, dh_prev_t
