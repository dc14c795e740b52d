"""TRUTH: right
STYLE: vectors in and out, one line for each gate, activation objects from a missing neighbour
COURSE: cmu-hw3p1
"""
import numpy as np
from activation import *


class GRUCell(object):
    def __init__(self, in_dim, hidden_dim):
        self.d = in_dim
        self.h = hidden_dim
        d, h = self.d, self.h
        self.x_t = 0

        self.Wrx, self.Wzx, self.Wnx = (np.random.randn(h, d) for _ in range(3))
        self.Wrh, self.Wzh, self.Wnh = (np.random.randn(h, h) for _ in range(3))
        self.brx, self.bzx, self.bnx = (np.random.randn(h) for _ in range(3))
        self.brh, self.bzh, self.bnh = (np.random.randn(h) for _ in range(3))

        self.dWrx, self.dWzx, self.dWnx = (np.zeros((h, d)) for _ in range(3))
        self.dWrh, self.dWzh, self.dWnh = (np.zeros((h, h)) for _ in range(3))
        self.dbrx, self.dbzx, self.dbnx = (np.zeros(h) for _ in range(3))
        self.dbrh, self.dbzh, self.dbnh = (np.zeros(h) for _ in range(3))

        self.r_act = Sigmoid()
        self.z_act = Sigmoid()
        self.h_act = Tanh()

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

    def __call__(self, x, h_prev_t):
        return self.forward(x, h_prev_t)

    def forward(self, x, h_prev_t):
        self.x = x
        self.hidden = h_prev_t

        self.r = self.r_act.forward(self.Wrx @ x + self.brx + self.Wrh @ h_prev_t + self.brh)
        self.z = self.z_act.forward(self.Wzx @ x + self.bzx + self.Wzh @ h_prev_t + self.bzh)
        self.inner = self.Wnh @ h_prev_t + self.bnh
        self.n = self.h_act.forward(self.Wnx @ x + self.bnx + self.r * self.inner)
        h_t = (1 - self.z) * self.n + self.z * h_prev_t

        assert self.x.shape == (self.d,)
        assert self.hidden.shape == (self.h,)
        assert h_t.shape == (self.h,)
        return h_t

    def backward(self, delta):
        # last equation
        dz = delta * (self.hidden - self.n)
        dn = delta * (1 - self.z)
        dh_prev_t = delta * self.z
        # candidate
        dan = dn * (1 - self.n ** 2)
        self.dWnx += np.outer(dan, self.x)
        self.dbnx += dan
        dr = dan * self.inner
        dinner = dan * self.r
        self.dWnh += np.outer(dinner, self.hidden)
        self.dbnh += dinner
        # update gate
        daz = dz * self.z * (1 - self.z)
        self.dWzx += np.outer(daz, self.x)
        self.dbzx += daz
        self.dWzh += np.outer(daz, self.hidden)
        self.dbzh += daz
        # reset gate
        dar = dr * self.r * (1 - self.r)
        self.dWrx += np.outer(dar, self.x)
        self.dbrx += dar
        self.dWrh += np.outer(dar, self.hidden)
        self.dbrh += dar

        dx = dan @ self.Wnx + daz @ self.Wzx + dar @ self.Wrx
        dh_prev_t = dh_prev_t + dinner @ self.Wnh + daz @ self.Wzh + dar @ self.Wrh
        return dx, dh_prev_t
