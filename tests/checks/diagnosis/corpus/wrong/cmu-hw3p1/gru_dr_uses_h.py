"""TRUTH: wrong
STYLE: vectors, the reset gate's gradient as in the other GRU (reset before the product)
COURSE: cmu-hw3p1
FUNCTION: GRUCell.backward
CAUSE: dr_uses_h_prev | where s = | W_hn h'
ARGS: x D, hp H, Wrx H D, Wzx H D, Wnx H D, Wrh H H, Wzh H H, Wnh H H, brx H, bzx H, bnx H, brh H, bzh H, bnh H
CALL: cell = GRUCell(D, H); cell.init_weights(Wrx, Wzx, Wnx, Wrh, Wzh, Wnh, brx, bzx, bnx, brh, bzh, bnh); h = cell.forward(x, hp)
BACK: dx, dhp = cell.backward(dh); dx = dx.reshape(-1); dhp = dhp.reshape(-1); dWrx, dWzx, dWnx, dWrh, dWzh, dWnh, dbrx, dbzx, dbnx, dbrh, dbzh, dbnh = (cell.dWrx, cell.dWzx, cell.dWnx, cell.dWrh, cell.dWzh, cell.dWnh, cell.dbrx, cell.dbzx, cell.dbnx, cell.dbrh, cell.dbzh, cell.dbnh)
LINE: 49
"""
import numpy as np

sigmoid = lambda v: 1 / (1 + np.exp(-v))


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
        self.x = x
        self.hidden = h_prev_t
        self.r = sigmoid(self.Wrx @ x + self.brx + self.Wrh @ h_prev_t + self.brh)
        self.z = sigmoid(self.Wzx @ x + self.bzx + self.Wzh @ h_prev_t + self.bzh)
        self.n = np.tanh(self.Wnx @ x + self.bnx + self.r * (self.Wnh @ h_prev_t + self.bnh))
        h_t = (1 - self.z) * self.n + self.z * h_prev_t
        assert h_t.shape == (self.h,)
        return h_t

    def backward(self, delta):
        dz = delta * (self.hidden - self.n) * self.z * (1 - self.z)
        dn = delta * (1 - self.z) * (1 - self.n ** 2)
        dr = dn * self.hidden * self.r * (1 - self.r)
        dnr = dn * self.r

        self.dWrx += np.outer(dr, self.x)
        self.dWzx += np.outer(dz, self.x)
        self.dWnx += np.outer(dn, self.x)
        self.dWrh += np.outer(dr, self.hidden)
        self.dWzh += np.outer(dz, self.hidden)
        self.dWnh += np.outer(dnr, self.hidden)
        self.dbrx += dr
        self.dbzx += dz
        self.dbnx += dn
        self.dbrh += dr
        self.dbzh += dz
        self.dbnh += dnr

        dx = dr @ self.Wrx + dz @ self.Wzx + dn @ self.Wnx
        dh_prev_t = delta * self.z + dr @ self.Wrh + dz @ self.Wzh + dnr @ self.Wnh
        return dx, dh_prev_t
