"""TRUTH: right
STYLE: vectors, one line an equation, activation objects of the course, np.outer
COURSE: cmu-hw3p1
ARGS: x D, h0 H, Wrx H D, Wzx H D, Wnx H D, Wrh H H, Wzh H H, Wnh H H, brx H, bzx H, bnx H, brh H, bzh H, bnh H
CALL: cell = GRUCell(D, H); cell.init_weights(Wrx, Wzx, Wnx, Wrh, Wzh, Wnh, brx, bzx, bnx, brh, bzh, bnh); h = cell.forward(x, h0)
BACK: dx, dh0 = cell.backward(dh); dWrx, dWzx, dWnx, dWrh, dWzh, dWnh, dbrx, dbzx, dbnx, dbrh, dbzh, dbnh = [np.reshape(getattr(cell, 'd' + n), np.shape(getattr(cell, n))) for n in 'Wrx Wzx Wnx Wrh Wzh Wnh brx bzx bnx brh bzh bnh'.split()]
"""
import numpy as np
from nn.activation import *


class GRUCell(object):
    def __init__(self, input_size, hidden_size):
        self.d = input_size
        self.h = hidden_size
        h, d = self.h, self.d
        self.x_t = 0
        self.Wrx, self.Wzx, self.Wnx = (np.random.randn(h, d) for _ in range(3))
        self.Wrh, self.Wzh, self.Wnh = (np.random.randn(h, h) for _ in range(3))
        self.brx, self.bzx, self.bnx = (np.random.randn(h) for _ in range(3))
        self.brh, self.bzh, self.bnh = (np.random.randn(h) for _ in range(3))
        self.dWrx, self.dWzx, self.dWnx = (np.zeros((h, d)) for _ in range(3))
        self.dWrh, self.dWzh, self.dWnh = (np.zeros((h, h)) for _ in range(3))
        self.dbrx, self.dbzx, self.dbnx = (np.zeros(h) for _ in range(3))
        self.dbrh, self.dbzh, self.dbnh = (np.zeros(h) for _ in range(3))
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

    def __call__(self, x, h_prev_t):
        return self.forward(x, h_prev_t)

    def forward(self, x, h_prev_t):
        self.x = x
        self.hidden = h_prev_t
        self.r = self.r_act.forward(self.Wrx @ x + self.brx + self.Wrh @ h_prev_t + self.brh)
        self.z = self.z_act.forward(self.Wzx @ x + self.bzx + self.Wzh @ h_prev_t + self.bzh)
        self.hn = self.Wnh @ h_prev_t + self.bnh
        self.n = self.h_act.forward(self.Wnx @ x + self.bnx + self.r * self.hn)
        h_t = (1 - self.z) * self.n + self.z * h_prev_t
        assert self.x.shape == (self.d,)
        assert h_t.shape == (self.h,)
        return h_t

    def backward(self, delta):
        dz = delta * (self.hidden - self.n)
        dn = delta * (1 - self.z)
        dn_in = self.h_act.backward(dn)
        dr = dn_in * self.hn
        dz_in = self.z_act.backward(dz)
        dr_in = self.r_act.backward(dr)

        self.dWnx += np.outer(dn_in, self.x)
        self.dbnx += dn_in
        self.dWnh += np.outer(dn_in * self.r, self.hidden)
        self.dbnh += dn_in * self.r
        self.dWzx += np.outer(dz_in, self.x)
        self.dbzx += dz_in
        self.dWzh += np.outer(dz_in, self.hidden)
        self.dbzh += dz_in
        self.dWrx += np.outer(dr_in, self.x)
        self.dbrx += dr_in
        self.dWrh += np.outer(dr_in, self.hidden)
        self.dbrh += dr_in

        dx = dn_in @ self.Wnx + dz_in @ self.Wzx + dr_in @ self.Wrx
        dh_prev_t = delta * self.z + (dn_in * self.r) @ self.Wnh + dz_in @ self.Wzh + dr_in @ self.Wrh
        return dx, dh_prev_t
