"""TRUTH: wrong
STYLE: numbered variables, the path past the gates forgotten
COURSE: cmu-hw3p1
FUNCTION: GRUCell.backward
CAUSE: direct_path_missing | direct path
LINE: 71
"""
import numpy as np
from activation import *


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
        sig_r, sig_z, tanh_n = Sigmoid(), Sigmoid(), Tanh()
        self.z1 = self.Wrx @ x + self.brx + self.Wrh @ h_prev_t + self.brh
        self.r = sig_r.forward(self.z1)
        self.z2 = self.Wzx @ x + self.bzx + self.Wzh @ h_prev_t + self.bzh
        self.z = sig_z.forward(self.z2)
        self.z3 = self.Wnh @ h_prev_t + self.bnh
        self.z4 = self.Wnx @ x + self.bnx + self.r * self.z3
        self.n = tanh_n.forward(self.z4)
        h_t = (1 - self.z) * self.n + self.z * h_prev_t
        return h_t

    def backward(self, delta):
        dn = delta * (1 - self.z)
        dz = delta * (-self.n + self.hidden)
        dz4 = dn * (1 - self.n ** 2)
        dz3 = dz4 * self.r
        dr = dz4 * self.z3
        dz2 = dz * self.z * (1 - self.z)
        dz1 = dr * self.r * (1 - self.r)

        self.dWrx += dz1[:, np.newaxis] * self.x
        self.dWrh += dz1[:, np.newaxis] * self.hidden
        self.dbrx += dz1
        self.dbrh += dz1
        self.dWzx += dz2[:, np.newaxis] * self.x
        self.dWzh += dz2[:, np.newaxis] * self.hidden
        self.dbzx += dz2
        self.dbzh += dz2
        self.dWnx += dz4[:, np.newaxis] * self.x
        self.dWnh += dz3[:, np.newaxis] * self.hidden
        self.dbnx += dz4
        self.dbnh += dz3

        dx = dz1 @ self.Wrx
        dx += dz2 @ self.Wzx
        dx += dz4 @ self.Wnx
        dh_prev_t = dz1 @ self.Wrh
        dh_prev_t += dz2 @ self.Wzh
        dh_prev_t += dz3 @ self.Wnh
        return dx, dh_prev_t
