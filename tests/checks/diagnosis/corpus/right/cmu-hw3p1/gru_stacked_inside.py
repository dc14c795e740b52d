"""TRUTH: right
STYLE: the three gates stacked into one matrix inside the methods
COURSE: cmu-hw3p1
ARGS: x D, hp H, Wrx H D, Wzx H D, Wnx H D, Wrh H H, Wzh H H, Wnh H H, brx H, bzx H, bnx H, brh H, bzh H, bnh H
CALL: cell = GRUCell(D, H); cell.init_weights(Wrx, Wzx, Wnx, Wrh, Wzh, Wnh, brx, bzx, bnx, brh, bzh, bnh); h = cell.forward(x, hp)
BACK: dx, dhp = cell.backward(dh); dx = dx.reshape(-1); dhp = dhp.reshape(-1); dWrx, dWzx, dWnx, dWrh, dWzh, dWnh, dbrx, dbzx, dbnx, dbrh, dbzh, dbnh = (cell.dWrx, cell.dWzx, cell.dWnx, cell.dWrh, cell.dWzh, cell.dWnh, cell.dbrx, cell.dbzx, cell.dbnx, cell.dbrh, cell.dbzh, cell.dbnh)
"""
import numpy as np


def sigmoid(a):
    return 1.0 / (1.0 + np.exp(-a))


class GRUCell(object):
    def __init__(self, input_size, hidden_size):
        self.d = input_size
        self.h = hidden_size
        W, U, b = np.random.randn(3, self.h, self.d), np.random.randn(3, self.h, self.h), np.zeros((6, self.h))
        self.init_weights(*W, *U, *b)
        self.dWrx, self.dWzx, self.dWnx = np.zeros((3, self.h, self.d))
        self.dWrh, self.dWzh, self.dWnh = np.zeros((3, self.h, self.h))
        self.dbrx, self.dbzx, self.dbnx = np.zeros((3, self.h))
        self.dbrh, self.dbzh, self.dbnh = np.zeros((3, self.h))

    def init_weights(self, Wrx, Wzx, Wnx, Wrh, Wzh, Wnh, brx, bzx, bnx, brh, bzh, bnh):
        self.Wrx, self.Wzx, self.Wnx = Wrx, Wzx, Wnx
        self.Wrh, self.Wzh, self.Wnh = Wrh, Wzh, Wnh
        self.brx, self.bzx, self.bnx = brx, bzx, bnx
        self.brh, self.bzh, self.bnh = brh, bzh, bnh

    def stack(self):
        Wx = np.vstack([self.Wrx, self.Wzx, self.Wnx])
        Wh = np.vstack([self.Wrh, self.Wzh, self.Wnh])
        bx = np.hstack([self.brx, self.bzx, self.bnx])
        bh = np.hstack([self.brh, self.bzh, self.bnh])
        return Wx, Wh, bx, bh

    def forward(self, x, h_prev_t):
        H = self.h
        Wx, Wh, bx, bh = self.stack()
        i = Wx.dot(x) + bx
        k = Wh.dot(h_prev_t) + bh
        rz = sigmoid(i[:2 * H] + k[:2 * H])
        r, z = rz[:H], rz[H:]
        n = np.tanh(i[2 * H:] + r * k[2 * H:])
        self.cache = (x, h_prev_t, r, z, n, k[2 * H:])
        return n + z * (h_prev_t - n)

    def backward(self, delta):
        x, h0, r, z, n, s = self.cache
        Wx, Wh, _, _ = self.stack()
        H = self.h
        di = np.empty(3 * H)
        di[2 * H:] = delta * (1 - z) * (1 - n) * (1 + n)
        di[H:2 * H] = delta * (h0 - n) * z * (1 - z)
        di[:H] = di[2 * H:] * s * r * (1 - r)
        dk = di.copy()
        dk[2 * H:] *= r
        dWx = di[:, None] * x[None, :]
        dWh = dk[:, None] * h0[None, :]
        for j, gate in enumerate("rzn"):
            block = slice(j * H, (j + 1) * H)
            vars(self)[f"dW{gate}x"] += dWx[block]
            vars(self)[f"dW{gate}h"] += dWh[block]
            vars(self)[f"db{gate}x"] += di[block]
            vars(self)[f"db{gate}h"] += dk[block]
        return Wx.T.dot(di), delta * z + Wh.T.dot(dk)
