"""TRUTH: right
STYLE: bias names of the older handout, gradients assigned at the end, many small variables
COURSE: cmu-hw3p1
ARGS: x D, hp H, Wrx H D, Wzx H D, Wnx H D, Wrh H H, Wzh H H, Wnh H H, bir H, biz H, bin H, bhr H, bhz H, bhn H
CALL: cell = GRUCell(D, H); cell.init_weights(Wrx, Wzx, Wnx, Wrh, Wzh, Wnh, bir, biz, bin, bhr, bhz, bhn); h = cell.forward(x, hp)
BACK: dx, dhp = cell.backward(dh); dx = dx.reshape(-1); dhp = dhp.reshape(-1); dWrx, dWzx, dWnx, dWrh, dWzh, dWnh, dbir, dbiz, dbin, dbhr, dbhz, dbhn = (cell.dWrx, cell.dWzx, cell.dWnx, cell.dWrh, cell.dWzh, cell.dWnh, cell.dbir, cell.dbiz, cell.dbin, cell.dbhr, cell.dbhz, cell.dbhn)
"""
import numpy as np


class Sigmoid:
    def __call__(self, z):
        self.res = 1 / (1 + np.exp(-z))
        return self.res

    def derivative(self):
        return self.res * (1 - self.res)


class Tanh:
    def __call__(self, z):
        self.res = np.tanh(z)
        return self.res

    def derivative(self):
        return 1 - self.res * self.res


class GRUCell(object):
    def __init__(self, in_dim, hidden_dim):
        self.d = in_dim
        self.h = hidden_dim
        h, d = self.h, self.d
        self.Wrx = np.random.randn(h, d)
        self.Wzx = np.random.randn(h, d)
        self.Wnx = np.random.randn(h, d)
        self.Wrh = np.random.randn(h, h)
        self.Wzh = np.random.randn(h, h)
        self.Wnh = np.random.randn(h, h)
        self.bir = np.random.randn(h)
        self.biz = np.random.randn(h)
        self.bin = np.random.randn(h)
        self.bhr = np.random.randn(h)
        self.bhz = np.random.randn(h)
        self.bhn = np.random.randn(h)
        self.dWrx = np.zeros((h, d))
        self.dWzx = np.zeros((h, d))
        self.dWnx = np.zeros((h, d))
        self.dWrh = np.zeros((h, h))
        self.dWzh = np.zeros((h, h))
        self.dWnh = np.zeros((h, h))
        self.dbir = np.zeros(h)
        self.dbiz = np.zeros(h)
        self.dbin = np.zeros(h)
        self.dbhr = np.zeros(h)
        self.dbhz = np.zeros(h)
        self.dbhn = np.zeros(h)
        self.r_act = Sigmoid()
        self.z_act = Sigmoid()
        self.h_act = Tanh()

    def init_weights(self, Wrx, Wzx, Wnx, Wrh, Wzh, Wnh, bir, biz, bin, bhr, bhz, bhn):
        self.Wrx = Wrx
        self.Wzx = Wzx
        self.Wnx = Wnx
        self.Wrh = Wrh
        self.Wzh = Wzh
        self.Wnh = Wnh
        self.bir = bir
        self.biz = biz
        self.bin = bin
        self.bhr = bhr
        self.bhz = bhz
        self.bhn = bhn

    def forward(self, x, h):
        # names q1, q2 ... are those on my paper
        self.x, self.hidden = x, h
        q1 = np.matmul(self.Wrx, x) + self.bir
        q2 = np.matmul(self.Wrh, h) + self.bhr
        self.r = self.r_act(q1 + q2)
        q3 = np.matmul(self.Wzx, x) + self.biz
        q4 = np.matmul(self.Wzh, h) + self.bhz
        self.z = self.z_act(q3 + q4)
        q5 = np.matmul(self.Wnx, x) + self.bin
        self.q6 = np.matmul(self.Wnh, h) + self.bhn
        q7 = self.r * self.q6
        self.n = self.h_act(q5 + q7)
        q8 = (1 - self.z) * self.n
        q9 = self.z * h
        return q8 + q9

    def backward(self, delta):
        x, h = self.x[:, None], self.hidden[:, None]
        dq9 = delta
        dq8 = delta
        dz = dq9 * self.hidden - dq8 * self.n
        dh = dq9 * self.z
        dn = dq8 * (1 - self.z)
        dq7 = dn * self.h_act.derivative()
        dq5 = dq7
        dr = dq7 * self.q6
        dq6 = dq7 * self.r
        dq34 = dz * self.z_act.derivative()
        dq12 = dr * self.r_act.derivative()
        dh = dh + np.matmul(self.Wnh.T, dq6)
        dh = dh + np.matmul(self.Wzh.T, dq34)
        dh = dh + np.matmul(self.Wrh.T, dq12)
        dx = np.matmul(self.Wnx.T, dq5)
        dx = dx + np.matmul(self.Wzx.T, dq34)
        dx = dx + np.matmul(self.Wrx.T, dq12)
        self.dWrx = dq12[:, None] @ x.T
        self.dWrh = dq12[:, None] @ h.T
        self.dWzx = dq34[:, None] @ x.T
        self.dWzh = dq34[:, None] @ h.T
        self.dWnx = dq5[:, None] @ x.T
        self.dWnh = dq6[:, None] @ h.T
        self.dbir = self.dbhr = dq12
        self.dbiz = self.dbhz = dq34
        self.dbin = dq5
        self.dbhn = dq6
        return dx, dh
