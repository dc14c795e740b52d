"""TRUTH: right
STYLE: RNNCell and GRUCell in one file, slope helpers of the value, a main block
COURSE: cmu-hw3p1
ARGS: x N D, hp N H, hpp N H, W_ih H D, W_hh H H, b_ih H, b_hh H
CALL: cell = RNNCell(D, H); cell.init_weights(W_ih, W_hh, b_ih, b_hh); cell.zero_grad(); h = cell.forward(x, hp); h2 = cell.forward(x, hpp)
BACK: cell.h = h; cell.zero_grad(); q = cell.backward(dh2, h2, x, hpp); q1 = q; dhpp = q1[1]; q2 = cell.backward(dh, h, x, hp); dx = q[0] + q2[0]; dhp = q2[1]; dW_ih, dW_hh, db_ih, db_hh = (N * v for v in (cell.dW_ih, cell.dW_hh, cell.db_ih, cell.db_hh))
ARGS: x D, hp H, Wrx H D, Wzx H D, Wnx H D, Wrh H H, Wzh H H, Wnh H H, brx H, bzx H, bnx H, brh H, bzh H, bnh H
CALL: cell = GRUCell(D, H); cell.init_weights(Wrx, Wzx, Wnx, Wrh, Wzh, Wnh, brx, bzx, bnx, brh, bzh, bnh); h = cell.forward(x, hp)
BACK: dx, dhp = cell.backward(dh); dx = dx.reshape(-1); dhp = dhp.reshape(-1); dWrx, dWzx, dWnx, dWrh, dWzh, dWnh, dbrx, dbzx, dbnx, dbrh, dbzh, dbnh = (cell.dWrx, cell.dWzx, cell.dWnx, cell.dWrh, cell.dWzh, cell.dWnh, cell.dbrx, cell.dbzx, cell.dbnx, cell.dbrh, cell.dbzh, cell.dbnh)
"""
import numpy as np


def sigm(v):
    return 0.5 * (1 + np.tanh(v / 2))


def slope_sigm(s):
    return s * (1 - s)


def slope_tanh(t):
    return 1 - t ** 2


class RNNCell:
    def __init__(self, input_size, hidden_size):
        self.D, self.H = input_size, hidden_size
        self.init_weights(
            np.random.uniform(-1, 1, (self.H, self.D)), np.random.uniform(-1, 1, (self.H, self.H)),
            np.zeros(self.H), np.zeros(self.H))
        self.zero_grad()

    def init_weights(self, W_ih, W_hh, b_ih, b_hh):
        self.W_ih, self.W_hh, self.b_ih, self.b_hh = W_ih, W_hh, b_ih, b_hh

    def zero_grad(self):
        self.dW_ih = 0 * self.W_ih
        self.dW_hh = 0 * self.W_hh
        self.db_ih = 0 * self.b_ih
        self.db_hh = 0 * self.b_hh

    def forward(self, x, h_prev_t):
        h_t = np.tanh(x.dot(self.W_ih.T) + self.b_ih + h_prev_t.dot(self.W_hh.T) + self.b_hh)
        return h_t

    def backward(self, delta, h_t, h_prev_l, h_prev_t):
        dz = slope_tanh(h_t) * delta
        b = dz.shape[0]
        self.dW_ih += (h_prev_l.T.dot(dz)).T / b
        self.dW_hh += (h_prev_t.T.dot(dz)).T / b
        self.db_ih += dz.sum(0) / b
        self.db_hh += dz.sum(0) / b
        return dz.dot(self.W_ih), dz.dot(self.W_hh)


class GRUCell:
    def __init__(self, in_dim, hidden_dim):
        self.d, self.h = in_dim, hidden_dim
        u = np.random.uniform
        self.init_weights(*u(-1, 1, (3, self.h, self.d)), *u(-1, 1, (3, self.h, self.h)), *u(-1, 1, (6, self.h)))

    def init_weights(self, Wrx, Wzx, Wnx, Wrh, Wzh, Wnh, brx, bzx, bnx, brh, bzh, bnh):
        self.Wrx, self.Wzx, self.Wnx, self.Wrh, self.Wzh, self.Wnh = Wrx, Wzx, Wnx, Wrh, Wzh, Wnh
        self.brx, self.bzx, self.bnx, self.brh, self.bzh, self.bnh = brx, bzx, bnx, brh, bzh, bnh
        self.dWrx, self.dWzx, self.dWnx = [np.zeros_like(Wrx) for _ in "rzn"]
        self.dWrh, self.dWzh, self.dWnh = [np.zeros_like(Wrh) for _ in "rzn"]
        self.dbrx, self.dbzx, self.dbnx, self.dbrh, self.dbzh, self.dbnh = [np.zeros_like(brx) for _ in range(6)]

    def forward(self, x, h_prev_t):
        self.x, self.hp = x, h_prev_t
        self.r = sigm(self.Wrx @ x + self.Wrh @ self.hp + self.brx + self.brh)
        self.z = sigm(self.Wzx @ x + self.Wzh @ self.hp + self.bzx + self.bzh)
        self.n = np.tanh(self.Wnx @ x + self.bnx + self.r * (self.Wnh @ self.hp + self.bnh))
        return self.z * self.hp + (1 - self.z) * self.n

    def backward(self, delta):
        an = delta * (1 - self.z) * slope_tanh(self.n)
        az = delta * (self.hp - self.n) * slope_sigm(self.z)
        ar = an * (self.Wnh @ self.hp + self.bnh) * slope_sigm(self.r)
        dx, dh = 0, delta * self.z
        for gate, ax, ah in (("r", ar, ar), ("z", az, az), ("n", an, an * self.r)):
            dx = dx + ax @ getattr(self, "W" + gate + "x")
            dh = dh + ah @ getattr(self, "W" + gate + "h")
            for name, value in (("dW%sx", np.outer(ax, self.x)), ("dW%sh", np.outer(ah, self.hp)), ("db%sx", ax), ("db%sh", ah)):
                setattr(self, name % gate, getattr(self, name % gate) + value)
        return dx, dh


if __name__ == "__main__":
    cell = GRUCell(5, 2)
    for step in range(3):
        print(cell.forward(np.random.randn(5), np.random.randn(2)))
        print(cell.backward(np.random.randn(2)))
