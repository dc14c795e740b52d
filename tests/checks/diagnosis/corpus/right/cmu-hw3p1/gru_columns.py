"""TRUTH: right
STYLE: columns with np.newaxis, one gate a method, prints left in comments, ravel at the end
COURSE: cmu-hw3p1
ARGS: x D, h0 H, Wrx H D, Wzx H D, Wnx H D, Wrh H H, Wzh H H, Wnh H H, brx H, bzx H, bnx H, brh H, bzh H, bnh H
CALL: cell = GRUCell(D, H); cell.init_weights(Wrx, Wzx, Wnx, Wrh, Wzh, Wnh, brx, bzx, bnx, brh, bzh, bnh); h = cell.forward(x, h0)
BACK: dx, dh0 = cell.backward(dh); dWrx, dWzx, dWnx, dWrh, dWzh, dWnh, dbrx, dbzx, dbnx, dbrh, dbzh, dbnh = [np.reshape(getattr(cell, 'd' + n), np.shape(getattr(cell, n))) for n in 'Wrx Wzx Wnx Wrh Wzh Wnh brx bzx bnx brh bzh bnh'.split()]
"""
import numpy as np
from mytorch.nn.activation import *


class GRUCell(object):
    def __init__(self, input_size, hidden_size):
        self.d = input_size
        self.h = hidden_size
        h, d = self.h, self.d
        self.Wrx = np.random.randn(h, d)
        self.Wzx = np.random.randn(h, d)
        self.Wnx = np.random.randn(h, d)
        self.Wrh = np.random.randn(h, h)
        self.Wzh = np.random.randn(h, h)
        self.Wnh = np.random.randn(h, h)
        self.brx = np.random.randn(h)
        self.bzx = np.random.randn(h)
        self.bnx = np.random.randn(h)
        self.brh = np.random.randn(h)
        self.bzh = np.random.randn(h)
        self.bnh = np.random.randn(h)
        self.r_act = Sigmoid()
        self.z_act = Sigmoid()
        self.h_act = Tanh()
        self.clear()

    def clear(self):
        for k in list(vars(self)):
            if k[0] in "Wb":
                setattr(self, "d" + k, np.zeros_like(getattr(self, k)))

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
        self.r = self.r_act(self.Wrx.dot(x) + self.brx + self.Wrh.dot(h_prev_t) + self.brh)
        self.z = self.z_act(self.Wzx.dot(x) + self.bzx + self.Wzh.dot(h_prev_t) + self.bzh)
        self.n = self.h_act(self.Wnx.dot(x) + self.bnx + self.r * (self.Wnh.dot(h_prev_t) + self.bnh))
        # print("r", self.r.shape, "z", self.z.shape)
        return self.n - self.z * self.n + self.z * h_prev_t

    def gate(self, letter, dx_side, dh_side):
        """add the gradients of one gate; both arguments are columns"""
        x, h = self.x[:, np.newaxis], self.hidden[:, np.newaxis]
        self.__dict__["dW" + letter + "x"] += dx_side @ x.T
        self.__dict__["dW" + letter + "h"] += dh_side @ h.T
        self.__dict__["db" + letter + "x"] += dx_side[:, 0]
        self.__dict__["db" + letter + "h"] += dh_side[:, 0]
        return (self.__dict__["W" + letter + "x"].T @ dx_side,
                self.__dict__["W" + letter + "h"].T @ dh_side)

    def backward(self, delta):
        delta = delta.reshape(-1, 1)
        r, z, n = self.r[:, np.newaxis], self.z[:, np.newaxis], self.n[:, np.newaxis]
        h = self.hidden[:, np.newaxis]
        dn = delta * (1 - z) * (1 - n * n)
        dz = delta * (h - n) * z * (1 - z)
        dr = dn * (self.Wnh @ h + self.bnh[:, np.newaxis]) * r * (1 - r)
        x1, h1 = self.gate("n", dn, dn * r)
        x2, h2 = self.gate("z", dz, dz)
        x3, h3 = self.gate("r", dr, dr)
        return (x1 + x2 + x3).ravel(), (h1 + h2 + h3 + delta * z).ravel()
