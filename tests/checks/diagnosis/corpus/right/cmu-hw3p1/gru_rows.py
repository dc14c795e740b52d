"""TRUTH: right
STYLE: rows (1, d) inside backward, results (1, d) and (1, h), each step of the chain by number
COURSE: cmu-hw3p1
ARGS: x D, h0 H, Wrx H D, Wzx H D, Wnx H D, Wrh H H, Wzh H H, Wnh H H, brx H, bzx H, bnx H, brh H, bzh H, bnh H
CALL: cell = GRUCell(D, H); cell.init_weights(Wrx, Wzx, Wnx, Wrh, Wzh, Wnh, brx, bzx, bnx, brh, bzh, bnh); h = cell.forward(x, h0)
BACK: dx, dh0 = map(np.ravel, cell.backward(dh.reshape(1, -1))); dWrx, dWzx, dWnx, dWrh, dWzh, dWnh, dbrx, dbzx, dbnx, dbrh, dbzh, dbnh = [np.reshape(getattr(cell, 'd' + n), np.shape(getattr(cell, n))) for n in 'Wrx Wzx Wnx Wrh Wzh Wnh brx bzx bnx brh bzh bnh'.split()]
"""
import numpy as np
from activation import *


class GRUCell:
    def __init__(self, in_dim, hidden_dim):
        self.d = in_dim
        self.h = hidden_dim
        h = self.h
        d = self.d
        for g in "rzn":
            setattr(self, "W%sx" % g, np.random.randn(h, d))
            setattr(self, "W%sh" % g, np.random.randn(h, h))
            setattr(self, "b%sx" % g, np.random.randn(h))
            setattr(self, "b%sh" % g, np.random.randn(h))
            setattr(self, "dW%sx" % g, np.zeros((h, d)))
            setattr(self, "dW%sh" % g, np.zeros((h, h)))
            setattr(self, "db%sx" % g, np.zeros(h))
            setattr(self, "db%sh" % g, np.zeros(h))
        self.r_act = Sigmoid()
        self.z_act = Sigmoid()
        self.h_act = Tanh()

    def init_weights(self, Wrx, Wzx, Wnx, Wrh, Wzh, Wnh, brx, bzx, bnx, brh, bzh, bnh):
        self.Wrx, self.Wzx, self.Wnx = Wrx, Wzx, Wnx
        self.Wrh, self.Wzh, self.Wnh = Wrh, Wzh, Wnh
        self.brx, self.bzx, self.bnx = brx, bzx, bnx
        self.brh, self.bzh, self.bnh = brh, bzh, bnh

    def forward(self, x, h):
        self.x = x
        self.hidden = h
        z1 = np.dot(self.Wzx, x) + self.bzx
        z2 = np.dot(self.Wzh, h) + self.bzh
        self.z = self.z_act(z1 + z2)
        z3 = np.dot(self.Wrx, x) + self.brx
        z4 = np.dot(self.Wrh, h) + self.brh
        self.r = self.r_act(z3 + z4)
        self.z5 = np.dot(self.Wnh, h) + self.bnh
        z6 = self.r * self.z5
        z7 = np.dot(self.Wnx, x) + self.bnx
        self.n = self.h_act(z6 + z7)
        return (1 - self.z) * self.n + self.z * h

    def backward(self, delta):
        delta = np.reshape(delta, (1, -1))
        x = self.x.reshape(1, -1)
        h = self.hidden.reshape(1, -1)
        dx = np.zeros_like(x)
        dh = np.zeros_like(h)
        # h = (1 - z) n + z h
        dn = delta * (1 - self.z)
        dz = delta * h - delta * self.n
        dh += delta * self.z
        # n = tanh(z6 + z7)
        d67 = dn * (1 - self.n ** 2)
        self.dWnx += d67.T @ x
        self.dbnx += d67[0]
        dx += d67 @ self.Wnx
        # z6 = r z5
        dr = d67 * self.z5
        d5 = d67 * self.r
        self.dWnh += d5.T @ h
        self.dbnh += d5[0]
        dh += d5 @ self.Wnh
        # the reset gate
        d34 = dr * self.r * (1 - self.r)
        self.dWrx += d34.T @ x
        self.dWrh += d34.T @ h
        self.dbrx += d34[0]
        self.dbrh += d34[0]
        dx += d34 @ self.Wrx
        dh += d34 @ self.Wrh
        # the update gate
        d12 = dz * self.z * (1 - self.z)
        self.dWzx += d12.T @ x
        self.dWzh += d12.T @ h
        self.dbzx += d12[0]
        self.dbzh += d12[0]
        dx += d12 @ self.Wzx
        dh += d12 @ self.Wzh
        return dx, dh
