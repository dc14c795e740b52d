"""TRUTH: wrong
STYLE: rows (1, h), the sign of z as in the paper's other form
COURSE: cmu-hw3p1
FUNCTION: GRUCell.backward
CAUSE: dz_sign | wrong sign
LINE: 47
"""
import numpy as np
from nn.activation import *


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
        self.r_act, self.z_act, self.h_act = Sigmoid(), Sigmoid(), Tanh()
        self.r = self.r_act.forward(np.dot(self.Wrx, x) + self.brx + np.dot(self.Wrh, h_prev_t) + self.brh)
        self.z = self.z_act.forward(np.dot(self.Wzx, x) + self.bzx + np.dot(self.Wzh, h_prev_t) + self.bzh)
        self.w = np.dot(self.Wnh, h_prev_t) + self.bnh
        self.n = self.h_act.forward(np.dot(self.Wnx, x) + self.bnx + self.r * self.w)
        return (1 - self.z) * self.n + self.z * h_prev_t

    def backward(self, delta):
        delta = delta.reshape(1, -1)
        x = self.x.reshape(1, -1)
        h = self.hidden.reshape(1, -1)

        dn = delta * (1 - self.z)
        dz = delta * (self.n - h)
        dn_pre = dn * (1 - self.n ** 2)
        dz_pre = dz * self.z * (1 - self.z)
        dr_pre = dn_pre * self.w * self.r * (1 - self.r)

        self.dWnx = dn_pre.T @ x
        self.dbnx = dn_pre.flatten()
        self.dWnh = (dn_pre * self.r).T @ h
        self.dbnh = (dn_pre * self.r).flatten()
        self.dWzx = dz_pre.T @ x
        self.dbzx = dz_pre.flatten()
        self.dWzh = dz_pre.T @ h
        self.dbzh = dz_pre.flatten()
        self.dWrx = dr_pre.T @ x
        self.dbrx = dr_pre.flatten()
        self.dWrh = dr_pre.T @ h
        self.dbrh = dr_pre.flatten()

        dx = dn_pre @ self.Wnx + dz_pre @ self.Wzx + dr_pre @ self.Wrx
        dh = delta * self.z + dz_pre @ self.Wzh + dr_pre @ self.Wrh + (dn_pre * self.r) @ self.Wnh
        return dx, dh
