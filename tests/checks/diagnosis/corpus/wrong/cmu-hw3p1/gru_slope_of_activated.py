"""TRUTH: wrong
STYLE: derivative methods that take the pre-activation are called on the gates
COURSE: cmu-hw3p1
FUNCTION: GRUCell.backward
CAUSE: sigmoid_slope_of_output | which are a σ already | slope_of_output
ARGS: x D, hp H, Wrx H D, Wzx H D, Wnx H D, Wrh H H, Wzh H H, Wnh H H, brx H, bzx H, bnx H, brh H, bzh H, bnh H
CALL: cell = GRUCell(D, H); cell.init_weights(Wrx, Wzx, Wnx, Wrh, Wzh, Wnh, brx, bzx, bnx, brh, bzh, bnh); h = cell.forward(x, hp)
BACK: dx, dhp = cell.backward(dh); dx = dx.reshape(-1); dhp = dhp.reshape(-1); dWrx, dWzx, dWnx, dWrh, dWzh, dWnh, dbrx, dbzx, dbnx, dbrh, dbzh, dbnh = (cell.dWrx, cell.dWzx, cell.dWnx, cell.dWrh, cell.dWzh, cell.dWnh, cell.dbrx, cell.dbzx, cell.dbnx, cell.dbrh, cell.dbzh, cell.dbnh)
LINE: 54
"""
import numpy as np


class Sigmoid:
    def forward(self, x):
        return 1 / (1 + np.exp(-x))

    def derivative(self, x):
        s = self.forward(x)
        return s * (1 - s)


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
        self.sig = Sigmoid()
        self.x, self.hidden = x, h_prev_t
        self.r = self.sig.forward(self.Wrx @ x + self.brx + self.Wrh @ h_prev_t + self.brh)
        self.z = self.sig.forward(self.Wzx @ x + self.bzx + self.Wzh @ h_prev_t + self.bzh)
        self.inner = self.Wnh @ h_prev_t + self.bnh
        self.n = np.tanh(self.Wnx @ x + self.bnx + self.r * self.inner)
        return (1 - self.z) * self.n + self.z * h_prev_t

    def backward(self, delta):
        an = delta * (1 - self.z) * (1 - self.n ** 2)
        az = delta * (self.hidden - self.n) * self.sig.derivative(self.z)
        ar = an * self.inner * self.sig.derivative(self.r)
        x = self.x.reshape(1, -1)
        h = self.hidden.reshape(1, -1)
        ar2, az2, an2 = ar.reshape(-1, 1), az.reshape(-1, 1), an.reshape(-1, 1)

        self.dWrx += ar2 @ x
        self.dWzx += az2 @ x
        self.dWnx += an2 @ x
        self.dWrh += ar2 @ h
        self.dWzh += az2 @ h
        self.dWnh += (an2 * self.r.reshape(-1, 1)) @ h
        self.dbrx += ar
        self.dbrh += ar
        self.dbzx += az
        self.dbzh += az
        self.dbnx += an
        self.dbnh += an * self.r
        dx = ar @ self.Wrx + az @ self.Wzx + an @ self.Wnx
        dh_prev_t = ar @ self.Wrh + az @ self.Wzh + (an * self.r) @ self.Wnh + delta * self.z
        return dx, dh_prev_t
