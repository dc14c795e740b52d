"""TRUTH: wrong
STYLE: in-place sums, one gate left out of dx
COURSE: cmu-hw3p1
FUNCTION: GRUCell.backward
CAUSE: dx_without_candidate | lacks the share of the candidate
ARGS: x D, hp H, Wrx H D, Wzx H D, Wnx H D, Wrh H H, Wzh H H, Wnh H H, brx H, bzx H, bnx H, brh H, bzh H, bnh H
CALL: cell = GRUCell(D, H); cell.init_weights(Wrx, Wzx, Wnx, Wrh, Wzh, Wnh, brx, bzx, bnx, brh, bzh, bnh); h = cell.forward(x, hp)
BACK: dx, dhp = cell.backward(dh); dx = dx.reshape(-1); dhp = dhp.reshape(-1); dWrx, dWzx, dWnx, dWrh, dWzh, dWnh, dbrx, dbzx, dbnx, dbrh, dbzh, dbnh = (cell.dWrx, cell.dWzx, cell.dWnx, cell.dWrh, cell.dWzh, cell.dWnh, cell.dbrx, cell.dbzx, cell.dbnx, cell.dbrh, cell.dbzh, cell.dbnh)
LINE: 74
"""
import numpy as np


class Sigmoid:
    def __call__(self, x):
        return 1 / (1 + np.exp(-x))


class Tanh:
    def __call__(self, x):
        return np.tanh(x)


class GRUCell(object):
    def __init__(self, in_dim, hidden_dim):
        self.d = in_dim
        self.h = hidden_dim
        h, d = self.h, self.d
        self.Wrx, self.Wzx, self.Wnx = np.random.randn(3, h, d)
        self.Wrh, self.Wzh, self.Wnh = np.random.randn(3, h, h)
        self.brx, self.bzx, self.bnx = np.random.randn(3, h)
        self.brh, self.bzh, self.bnh = np.random.randn(3, h)
        self.dWrx, self.dWzx, self.dWnx = np.zeros((3, h, d))
        self.dWrh, self.dWzh, self.dWnh = np.zeros((3, h, h))
        self.dbrx, self.dbzx, self.dbnx = np.zeros((3, h))
        self.dbrh, self.dbzh, self.dbnh = np.zeros((3, h))

    def init_weights(self, Wrx, Wzx, Wnx, Wrh, Wzh, Wnh, brx, bzx, bnx, brh, bzh, bnh):
        self.Wrx, self.Wzx, self.Wnx = Wrx, Wzx, Wnx
        self.Wrh, self.Wzh, self.Wnh = Wrh, Wzh, Wnh
        self.brx, self.bzx, self.bnx = brx, bzx, bnx
        self.brh, self.bzh, self.bnh = brh, bzh, bnh

    def forward(self, x, h_prev_t):
        sig, tanh = Sigmoid(), Tanh()
        self.x = x
        self.hidden = h_prev_t
        self.r = sig(self.Wrx @ x + self.brx + self.Wrh @ h_prev_t + self.brh)
        self.z = sig(self.Wzx @ x + self.bzx + self.Wzh @ h_prev_t + self.bzh)
        self.tmp = self.Wnh @ h_prev_t + self.bnh
        self.n = tanh(self.Wnx @ x + self.bnx + self.r * self.tmp)
        return (1 - self.z) * self.n + self.z * h_prev_t

    def backward(self, delta):
        dx = np.zeros(self.d)
        dh = np.zeros(self.h)

        dh += delta * self.z
        dn = delta * (1 - self.z)
        dn *= 1 - self.n ** 2
        dtmp = dn * self.r
        self.dWnx += np.outer(dn, self.x)
        self.dbnx += dn
        self.dWnh += np.outer(dtmp, self.hidden)
        self.dbnh += dtmp
        dh += dtmp @ self.Wnh

        dz = delta * (self.hidden - self.n)
        dz *= self.z * (1 - self.z)
        self.dWzx += np.outer(dz, self.x)
        self.dbzx += dz
        self.dWzh += np.outer(dz, self.hidden)
        self.dbzh += dz
        dx += dz @ self.Wzx
        dh += dz @ self.Wzh

        dr = dn * self.tmp
        dr *= self.r * (1 - self.r)
        self.dWrx += np.outer(dr, self.x)
        self.dbrx += dr
        self.dWrh += np.outer(dr, self.hidden)
        self.dbrh += dr
        dx += dr @ self.Wrx
        dh += dr @ self.Wrh
        return dx, dh
