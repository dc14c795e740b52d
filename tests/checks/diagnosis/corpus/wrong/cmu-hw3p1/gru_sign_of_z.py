"""TRUTH: wrong
STYLE: rows (1, h), the sign of the update gate's gradient is turned
COURSE: cmu-hw3p1
FUNCTION: backward
CAUSE: wrong sign
ARGS: x D, h0 H, Wrx H D, Wzx H D, Wnx H D, Wrh H H, Wzh H H, Wnh H H, brx H, bzx H, bnx H, brh H, bzh H, bnh H
CALL: cell = GRUCell(D, H); cell.init_weights(Wrx, Wzx, Wnx, Wrh, Wzh, Wnh, brx, bzx, bnx, brh, bzh, bnh); h = cell.forward(x, h0)
BACK: dx, dh0 = map(np.ravel, cell.backward(dh.reshape(1, -1))); dWrx, dWzx, dWnx, dWrh, dWzh, dWnh, dbrx, dbzx, dbnx, dbrh, dbzh, dbnh = [np.reshape(getattr(cell, 'd' + n), np.shape(getattr(cell, n))) for n in 'Wrx Wzx Wnx Wrh Wzh Wnh brx bzx bnx brh bzh bnh'.split()]
LINE: 59
"""
import numpy as np
from nn.activation import *


class GRUCell(object):
    def __init__(self, input_size, hidden_size):
        self.d = input_size
        self.h = hidden_size
        h = self.h
        d = self.d
        self.Wrx, self.Wzx, self.Wnx = np.random.randn(3, h, d)
        self.Wrh, self.Wzh, self.Wnh = np.random.randn(3, h, h)
        self.brx, self.bzx, self.bnx, self.brh, self.bzh, self.bnh = np.random.randn(6, h)
        self.dWrx, self.dWzx, self.dWnx = np.zeros((3, h, d))
        self.dWrh, self.dWzh, self.dWnh = np.zeros((3, h, h))
        self.dbrx, self.dbzx, self.dbnx, self.dbrh, self.dbzh, self.dbnh = np.zeros((6, h))
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
        self.z = self.z_act.forward(self.Wzh @ h_prev_t + self.bzh + self.Wzx @ x + self.bzx)
        self.r = self.r_act.forward(self.Wrh @ h_prev_t + self.brh + self.Wrx @ x + self.brx)
        self.n = self.h_act.forward(self.Wnx @ x + self.bnx + self.r * (self.Wnh @ h_prev_t + self.bnh))
        h_t = (1 - self.z) * self.n + self.z * h_prev_t
        return h_t

    def backward(self, delta):
        x = np.expand_dims(self.x, 0)
        hid = np.expand_dims(self.hidden, 0)
        d = np.reshape(delta, (1, self.h))
        dn = d * (1 - self.z)
        dz = d * (self.n - self.hidden)
        dna = self.h_act.backward(dn)
        dra = self.r_act.backward(dna * (self.Wnh @ self.hidden + self.bnh))
        dza = self.z_act.backward(dz)
        dnh = dna * self.r
        self.dWrx = self.dWrx + dra.T @ x
        self.dWzx = self.dWzx + dza.T @ x
        self.dWnx = self.dWnx + dna.T @ x
        self.dWrh = self.dWrh + dra.T @ hid
        self.dWzh = self.dWzh + dza.T @ hid
        self.dWnh = self.dWnh + dnh.T @ hid
        self.dbrx = self.dbrx + dra.sum(axis=0)
        self.dbzx = self.dbzx + dza.sum(axis=0)
        self.dbnx = self.dbnx + dna.sum(axis=0)
        self.dbrh = self.dbrh + dra.sum(axis=0)
        self.dbzh = self.dbzh + dza.sum(axis=0)
        self.dbnh = self.dbnh + dnh.sum(axis=0)
        dx = dra @ self.Wrx + dza @ self.Wzx + dna @ self.Wnx
        dh = dra @ self.Wrh + dza @ self.Wzh + dnh @ self.Wnh + d * self.z
        return dx, dh
