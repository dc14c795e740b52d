"""TRUTH: wrong
STYLE: helper method for a gate, the inner bias treated as the outer one
COURSE: cmu-hw3p1
FUNCTION: GRUCell.backward
CAUSE: b_hn_without_reset | ds = da_n r
ARGS: x D, hp H, Wrx H D, Wzx H D, Wnx H D, Wrh H H, Wzh H H, Wnh H H, brx H, bzx H, bnx H, brh H, bzh H, bnh H
CALL: cell = GRUCell(D, H); cell.init_weights(Wrx, Wzx, Wnx, Wrh, Wzh, Wnh, brx, bzx, bnx, brh, bzh, bnh); h = cell.forward(x, hp)
BACK: dx, dhp = cell.backward(dh); dx = dx.reshape(-1); dhp = dhp.reshape(-1); dWrx, dWzx, dWnx, dWrh, dWzh, dWnh, dbrx, dbzx, dbnx, dbrh, dbzh, dbnh = (cell.dWrx, cell.dWzx, cell.dWnx, cell.dWrh, cell.dWzh, cell.dWnh, cell.dbrx, cell.dbzx, cell.dbnx, cell.dbrh, cell.dbzh, cell.dbnh)
LINE: 59
"""
import numpy as np


def sigmoid(a): return 1 / (1 + np.exp(-a))


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
        self.x, self.hidden = x, h_prev_t
        self.r = sigmoid(self.Wrx.dot(x) + self.brx + self.Wrh.dot(h_prev_t) + self.brh)
        self.z = sigmoid(self.Wzx.dot(x) + self.bzx + self.Wzh.dot(h_prev_t) + self.bzh)
        self.s = self.Wnh.dot(h_prev_t) + self.bnh
        self.n = np.tanh(self.Wnx.dot(x) + self.bnx + self.r * self.s)
        return self.z * h_prev_t + (1 - self.z) * self.n

    def through(self, gate, da):
        """Adds the gradients of one of the gates r and z, gives back its share of dx and dh."""
        for name, g in (("dW" + gate + "x", np.outer(da, self.x)), ("dW" + gate + "h", np.outer(da, self.hidden)),
                        ("db" + gate + "x", da), ("db" + gate + "h", da)):
            getattr(self, name)[...] += g
        return da @ getattr(self, "W" + gate + "x"), da @ getattr(self, "W" + gate + "h")

    def backward(self, delta):
        dn = delta * (1 - self.z) * (1 - self.n * self.n)
        dxz, dhz = self.through("z", delta * (self.hidden - self.n) * self.z * (1 - self.z))
        dxr, dhr = self.through("r", dn * self.s * self.r * (1 - self.r))
        self.dWnx += np.outer(dn, self.x)
        self.dWnh += np.outer(dn * self.r, self.hidden)
        self.dbnx += dn
        self.dbnh += dn
        dx = dxz + dxr + dn @ self.Wnx
        dh = dhz + dhr + (dn * self.r) @ self.Wnh + delta * self.z
        return dx, dh
