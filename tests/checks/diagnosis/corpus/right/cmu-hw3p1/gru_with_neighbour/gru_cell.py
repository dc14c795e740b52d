"""TRUTH: right
STYLE: results as rows (1, d) and (1, h), derivative() of the activation objects, neighbour in the folder
COURSE: cmu-hw3p1
ARGS: x D, hp H, Wrx H D, Wzx H D, Wnx H D, Wrh H H, Wzh H H, Wnh H H, brx H, bzx H, bnx H, brh H, bzh H, bnh H
CALL: cell = GRUCell(D, H); cell.init_weights(Wrx, Wzx, Wnx, Wrh, Wzh, Wnh, brx, bzx, bnx, brh, bzh, bnh); h = cell.forward(x, hp)
BACK: dx, dhp = cell.backward(dh); dx = dx.reshape(-1); dhp = dhp.reshape(-1); dWrx, dWzx, dWnx, dWrh, dWzh, dWnh, dbrx, dbzx, dbnx, dbrh, dbzh, dbnh = (cell.dWrx, cell.dWzx, cell.dWnx, cell.dWrh, cell.dWzh, cell.dWnh, cell.dbrx, cell.dbzx, cell.dbnx, cell.dbrh, cell.dbzh, cell.dbnh)
"""
import numpy as np
from activation import *


class GRUCell(object):
    """GRU with reset after the product."""

    def __init__(self, in_dim, hidden_dim):
        self.d, self.h = in_dim, hidden_dim
        for gate in "rzn":
            setattr(self, "W%sx" % gate, np.random.randn(self.h, self.d))
            setattr(self, "W%sh" % gate, np.random.randn(self.h, self.h))
            setattr(self, "b%sx" % gate, np.random.randn(self.h))
            setattr(self, "b%sh" % gate, np.random.randn(self.h))
            setattr(self, "dW%sx" % gate, np.zeros((self.h, self.d)))
            setattr(self, "dW%sh" % gate, np.zeros((self.h, self.h)))
            setattr(self, "db%sx" % gate, np.zeros(self.h))
            setattr(self, "db%sh" % gate, np.zeros(self.h))
        self.r_act, self.z_act, self.h_act = Sigmoid(), Sigmoid(), Tanh()

    def init_weights(self, Wrx, Wzx, Wnx, Wrh, Wzh, Wnh, brx, bzx, bnx, brh, bzh, bnh):
        self.Wrx, self.Wzx, self.Wnx = Wrx, Wzx, Wnx
        self.Wrh, self.Wzh, self.Wnh = Wrh, Wzh, Wnh
        self.brx, self.bzx, self.bnx = brx, bzx, bnx
        self.brh, self.bzh, self.bnh = brh, bzh, bnh

    def forward(self, x, h_prev_t):
        self.x = x
        self.hidden = h_prev_t
        self.r = self.r_act(np.dot(self.Wrx, x) + self.brx + np.dot(self.Wrh, h_prev_t) + self.brh)
        self.z = self.z_act(np.dot(self.Wzx, x) + self.bzx + np.dot(self.Wzh, h_prev_t) + self.bzh)
        self.n_hid = np.dot(self.Wnh, h_prev_t) + self.bnh
        self.n = self.h_act(np.dot(self.Wnx, x) + self.bnx + self.r * self.n_hid)
        return self.n - self.z * self.n + self.z * h_prev_t

    def backward(self, delta):
        x = self.x.reshape(1, -1)
        h = self.hidden.reshape(1, -1)
        delta = delta.reshape(1, -1)          # (1, h)

        dz = delta * (h - self.n) * self.z_act.derivative()
        dn = delta * (1 - self.z) * self.h_act.derivative()
        dr = dn * self.n_hid * self.r_act.derivative()
        drn = dn * self.r

        self.dWzx += dz.T @ x
        self.dWzh += dz.T @ h
        self.dbzx += dz[0]
        self.dbzh += dz[0]
        self.dWrx += dr.T @ x
        self.dWrh += dr.T @ h
        self.dbrx += dr[0]
        self.dbrh += dr[0]
        self.dWnx += dn.T @ x
        self.dWnh += drn.T @ h
        self.dbnx += dn[0]
        self.dbnh += drn[0]

        dx = dz @ self.Wzx + dr @ self.Wrx + dn @ self.Wnx
        dh_prev_t = delta * self.z + dz @ self.Wzh + dr @ self.Wrh + drn @ self.Wnh
        assert dx.shape == (1, self.d)
        assert dh_prev_t.shape == (1, self.h)
        return dx, dh_prev_t
