"""TRUTH: wrong
STYLE: vectors, z stands where 1 - z belongs in the backward pass
COURSE: cmu-hw3p1
FUNCTION: backward
CAUSE: dn has the factor z where | direct path has the factor 1 - z where
ARGS: x D, h0 H, Wrx H D, Wzx H D, Wnx H D, Wrh H H, Wzh H H, Wnh H H, brx H, bzx H, bnx H, brh H, bzh H, bnh H
CALL: cell = GRUCell(D, H); cell.init_weights(Wrx, Wzx, Wnx, Wrh, Wzh, Wnh, brx, bzx, bnx, brh, bzh, bnh); h = cell.forward(x, h0)
BACK: dx, dh0 = cell.backward(dh); dWrx, dWzx, dWnx, dWrh, dWzh, dWnh, dbrx, dbzx, dbnx, dbrh, dbzh, dbnh = [np.reshape(getattr(cell, 'd' + n), np.shape(getattr(cell, n))) for n in 'Wrx Wzx Wnx Wrh Wzh Wnh brx bzx bnx brh bzh bnh'.split()]
LINE: 40
"""
import numpy as np
from nn.activation import *


class GRUCell(object):
    def __init__(self, input_size, hidden_size):
        self.d, self.h = input_size, hidden_size
        h, d = self.h, self.d
        self.init_weights(*[np.random.randn(h, d) for _ in range(3)], *[np.random.randn(h, h) for _ in range(3)],
                          *[np.random.randn(h) for _ in range(6)])
        for name in list(vars(self)):
            if name[0] in ("W", "b"):
                setattr(self, "d" + name, np.zeros(getattr(self, name).shape))
        self.r_act, self.z_act, self.h_act = Sigmoid(), Sigmoid(), Tanh()

    def init_weights(self, Wrx, Wzx, Wnx, Wrh, Wzh, Wnh, brx, bzx, bnx, brh, bzh, bnh):
        self.Wrx, self.Wzx, self.Wnx, self.Wrh, self.Wzh, self.Wnh = Wrx, Wzx, Wnx, Wrh, Wzh, Wnh
        self.brx, self.bzx, self.bnx, self.brh, self.bzh, self.bnh = brx, bzx, bnx, brh, bzh, bnh

    def forward(self, x, h_prev_t):
        self.x, self.hidden = x, h_prev_t
        self.r = self.r_act(self.Wrx @ x + self.brx + self.Wrh @ h_prev_t + self.brh)
        self.z = self.z_act(self.Wzx @ x + self.bzx + self.Wzh @ h_prev_t + self.bzh)
        self.q = self.Wnh @ h_prev_t + self.bnh
        self.n = self.h_act(self.Wnx @ x + self.bnx + self.r * self.q)
        return (1 - self.z) * self.n + self.z * h_prev_t

    def backward(self, delta):
        r, z, n = self.r, self.z, self.n
        dn = delta * z
        dz = delta * (self.hidden - n)
        dh_prev_t = delta * (1 - z)
        dn = dn * (1 - n ** 2)
        dr = dn * self.q * r * (1 - r)
        dz = dz * z * (1 - z)
        self.dWrx += np.outer(dr, self.x)
        self.dWzx += np.outer(dz, self.x)
        self.dWnx += np.outer(dn, self.x)
        self.dWrh += np.outer(dr, self.hidden)
        self.dWzh += np.outer(dz, self.hidden)
        self.dWnh += np.outer(dn * r, self.hidden)
        self.dbrx += dr
        self.dbzx += dz
        self.dbnx += dn
        self.dbrh += dr
        self.dbzh += dz
        self.dbnh += dn * r
        dx = dr @ self.Wrx + dz @ self.Wzx + dn @ self.Wnx
        dh_prev_t = dh_prev_t + dr @ self.Wrh + dz @ self.Wzh + (dn * r) @ self.Wnh
        return dx, dh_prev_t
