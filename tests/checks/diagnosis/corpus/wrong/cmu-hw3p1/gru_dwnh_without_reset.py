"""TRUTH: wrong
STYLE: vectors, the gradient of Wnh and its bias does not see the reset gate
COURSE: cmu-hw3p1
FUNCTION: backward
CAUSE: reset | ds = da_n r | da_n r
ARGS: x D, h0 H, Wrx H D, Wzx H D, Wnx H D, Wrh H H, Wzh H H, Wnh H H, brx H, bzx H, bnx H, brh H, bzh H, bnh H
CALL: cell = GRUCell(D, H); cell.init_weights(Wrx, Wzx, Wnx, Wrh, Wzh, Wnh, brx, bzx, bnx, brh, bzh, bnh); h = cell.forward(x, h0)
BACK: dx, dh0 = cell.backward(dh); dWrx, dWzx, dWnx, dWrh, dWzh, dWnh, dbrx, dbzx, dbnx, dbrh, dbzh, dbnh = [np.reshape(getattr(cell, 'd' + n), np.shape(getattr(cell, n))) for n in 'Wrx Wzx Wnx Wrh Wzh Wnh brx bzx bnx brh bzh bnh'.split()]
LINE: 49
"""
import numpy as np


def s(v):
    return 1 / (1 + np.exp(-v))


class GRUCell:
    def __init__(self, input_size, hidden_size):
        self.input_size, self.hidden_size = input_size, hidden_size
        self.names = ["Wrx", "Wzx", "Wnx", "Wrh", "Wzh", "Wnh", "brx", "bzx", "bnx", "brh", "bzh", "bnh"]
        d, h = input_size, hidden_size
        for n in self.names:
            shape = (h,) if n[0] == "b" else (h, d) if n[2] == "x" else (h, h)
            setattr(self, n, np.random.randn(*shape))
            setattr(self, "d" + n, np.zeros(shape))

    def init_weights(self, *weights):
        for n, w in zip(self.names, weights):
            setattr(self, n, w)

    def forward(self, x, h_prev_t):
        h = h_prev_t
        self.x = x
        self.h_old = h
        self.r = s(self.Wrx @ x + self.brx + self.Wrh @ h + self.brh)
        self.z = s(self.Wzx @ x + self.bzx + self.Wzh @ h + self.bzh)
        self.hh = self.Wnh @ h + self.bnh
        self.n = np.tanh(self.Wnx @ x + self.bnx + self.r * self.hh)
        return self.z * h + (1 - self.z) * self.n

    def backward(self, delta):
        x, h = self.x, self.h_old
        dn = delta * (1 - self.z) * (1 - self.n ** 2)
        dz = delta * (h - self.n) * self.z * (1 - self.z)
        dr = dn * self.hh * self.r * (1 - self.r)
        for g, v in zip("rzn", (dr, dz, dn)):
            setattr(self, "dW" + g + "x", getattr(self, "dW" + g + "x") + np.outer(v, x))
            setattr(self, "dW" + g + "h", getattr(self, "dW" + g + "h") + np.outer(v, h))
            setattr(self, "db" + g + "x", getattr(self, "db" + g + "x") + v)
            setattr(self, "db" + g + "h", getattr(self, "db" + g + "h") + v)
        dx = self.Wrx.T @ dr + self.Wzx.T @ dz + self.Wnx.T @ dn
        dh = self.Wrh.T @ dr + self.Wzh.T @ dz + self.Wnh.T @ (dn * self.r) + self.z * delta
        return dx, dh
