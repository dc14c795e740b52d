"""TRUTH: wrong
STYLE: the reset gate's gradient is made without the inner bias bnh
COURSE: cmu-hw3p1
FUNCTION: backward
CAUSE: bnh | b_hn | bhn | bias | db_hn
ARGS: x D, h0 H, Wrx H D, Wzx H D, Wnx H D, Wrh H H, Wzh H H, Wnh H H, brx H, bzx H, bnx H, brh H, bzh H, bnh H
CALL: cell = GRUCell(D, H); cell.init_weights(Wrx, Wzx, Wnx, Wrh, Wzh, Wnh, brx, bzx, bnx, brh, bzh, bnh); h = cell.forward(x, h0)
BACK: dx, dh0 = cell.backward(dh); dWrx, dWzx, dWnx, dWrh, dWzh, dWnh, dbrx, dbzx, dbnx, dbrh, dbzh, dbnh = [np.reshape(getattr(cell, 'd' + n), np.shape(getattr(cell, n))) for n in 'Wrx Wzx Wnx Wrh Wzh Wnh brx bzx bnx brh bzh bnh'.split()]
LINE: 77
"""
import numpy as np
from nn.activation import *


class GRUCell(object):
    def __init__(self, input_size, hidden_size):
        self.d = input_size
        self.h = hidden_size
        h, d = hidden_size, input_size
        self.Wrx = np.random.randn(h, d)
        self.Wzx = np.random.randn(h, d)
        self.Wnx = np.random.randn(h, d)
        self.Wrh = np.random.randn(h, h)
        self.Wzh = np.random.randn(h, h)
        self.Wnh = np.random.randn(h, h)
        self.brx = np.random.randn(h)
        self.bzx = np.random.randn(h)
        self.bnx = np.random.randn(h)
        self.brh = np.random.randn(h)
        self.bzh = np.random.randn(h)
        self.bnh = np.random.randn(h)
        self.dWrx = np.zeros((h, d))
        self.dWzx = np.zeros((h, d))
        self.dWnx = np.zeros((h, d))
        self.dWrh = np.zeros((h, h))
        self.dWzh = np.zeros((h, h))
        self.dWnh = np.zeros((h, h))
        self.dbrx = np.zeros((h))
        self.dbzx = np.zeros((h))
        self.dbnx = np.zeros((h))
        self.dbrh = np.zeros((h))
        self.dbzh = np.zeros((h))
        self.dbnh = np.zeros((h))
        self.r_act = Sigmoid()
        self.z_act = Sigmoid()
        self.h_act = Tanh()

    def init_weights(self, Wrx, Wzx, Wnx, Wrh, Wzh, Wnh, brx, bzx, bnx, brh, bzh, bnh):
        self.Wrx = Wrx
        self.Wzx = Wzx
        self.Wnx = Wnx
        self.Wrh = Wrh
        self.Wzh = Wzh
        self.Wnh = Wnh
        self.brx = brx
        self.bzx = bzx
        self.bnx = bnx
        self.brh = brh
        self.bzh = bzh
        self.bnh = bnh

    def forward(self, x, h_prev_t):
        self.x = x
        self.hidden = h_prev_t
        self.r = self.r_act.forward(np.dot(self.Wrx, x) + self.brx + np.dot(self.Wrh, h_prev_t) + self.brh)
        self.z = self.z_act.forward(np.dot(self.Wzx, x) + self.bzx + np.dot(self.Wzh, h_prev_t) + self.bzh)
        inner = np.dot(self.Wnh, h_prev_t) + self.bnh
        self.n = self.h_act.forward(np.dot(self.Wnx, x) + self.bnx + self.r * inner)
        return (1 - self.z) * self.n + self.z * h_prev_t

    def backward(self, delta):
        # 1) output equation
        dn = delta * (1 - self.z)
        dz = delta * (self.hidden - self.n)
        # 2) candidate
        dn_a = self.h_act.backward(dn)
        dr = dn_a * np.dot(self.Wnh, self.hidden)
        # 3) gates
        dz_a = self.z_act.backward(dz)
        dr_a = self.r_act.backward(dr)
        self.dWnx += np.outer(dn_a, self.x)
        self.dWzx += np.outer(dz_a, self.x)
        self.dWrx += np.outer(dr_a, self.x)
        self.dWnh += np.outer(dn_a * self.r, self.hidden)
        self.dWzh += np.outer(dz_a, self.hidden)
        self.dWrh += np.outer(dr_a, self.hidden)
        self.dbnx += dn_a
        self.dbzx += dz_a
        self.dbrx += dr_a
        self.dbnh += dn_a * self.r
        self.dbzh += dz_a
        self.dbrh += dr_a
        dx = np.dot(dn_a, self.Wnx) + np.dot(dz_a, self.Wzx) + np.dot(dr_a, self.Wrx)
        dh_prev_t = np.dot(dn_a * self.r, self.Wnh) + np.dot(dz_a, self.Wzh) + np.dot(dr_a, self.Wrh)
        dh_prev_t += delta * self.z
        return dx, dh_prev_t
