"""TRUTH: right
STYLE: both cells in one file, a main block, tanh by hand, float() and asserts left
COURSE: cmu-hw3p1
ARGS: x N D, h0 N H, W_ih H D, W_hh H H, b_ih H, b_hh H
CALL: cell = RNNCell(D, H); cell.init_weights(W_ih, W_hh, b_ih, b_hh); cell.zero_grad(); h = cell.forward(x, h0)
BACK: dx, dh0 = cell.backward(dh, h, x, h0); dW_ih, dW_hh, db_ih, db_hh = N * cell.dW_ih, N * cell.dW_hh, N * cell.db_ih, N * cell.db_hh
ARGS: x D, h0 H, Wrx H D, Wzx H D, Wnx H D, Wrh H H, Wzh H H, Wnh H H, brx H, bzx H, bnx H, brh H, bzh H, bnh H
CALL: cell = GRUCell(D, H); cell.init_weights(Wrx, Wzx, Wnx, Wrh, Wzh, Wnh, brx, bzx, bnx, brh, bzh, bnh); h = cell.forward(x, h0)
BACK: dx, dh0 = cell.backward(dh); dWrx, dWzx, dWnx, dWrh, dWzh, dWnh, dbrx, dbzx, dbnx, dbrh, dbzh, dbnh = [np.reshape(getattr(cell, 'd' + n), np.shape(getattr(cell, n))) for n in 'Wrx Wzx Wnx Wrh Wzh Wnh brx bzx bnx brh bzh bnh'.split()]
"""
import numpy as np


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


class RNNCell:
    def __init__(self, input_size, hidden_size):
        H, D = hidden_size, input_size
        self.input_size, self.hidden_size = D, H
        self.W_ih, self.W_hh = np.random.randn(H, D), np.random.randn(H, H)
        self.b_ih, self.b_hh = np.random.randn(H), np.random.randn(H)
        self.zero_grad()

    def init_weights(self, W_ih, W_hh, b_ih, b_hh):
        self.W_ih, self.W_hh, self.b_ih, self.b_hh = W_ih, W_hh, b_ih, b_hh

    def zero_grad(self):
        H, D = self.hidden_size, self.input_size
        self.dW_ih, self.dW_hh = np.zeros((H, D)), np.zeros((H, H))
        self.db_ih, self.db_hh = np.zeros(H), np.zeros(H)

    def forward(self, x, h_prev_t):
        assert x.shape[0] == h_prev_t.shape[0], "batch sizes differ"
        return np.tanh(x @ self.W_ih.T + self.b_ih + h_prev_t @ self.W_hh.T + self.b_hh)

    def backward(self, delta, h_t, h_prev_l, h_prev_t):
        d = delta - delta * h_t * h_t
        average = d / d.shape[0]
        self.dW_ih += average.T @ h_prev_l
        self.dW_hh += average.T @ h_prev_t
        self.db_ih += average.sum(0)
        self.db_hh += average.sum(0)
        return d @ self.W_ih, d @ self.W_hh


class GRUCell:
    def __init__(self, input_size, hidden_size):
        self.h, self.d = hidden_size, input_size
        h, d = self.h, self.d
        shapes = [(h, d)] * 3 + [(h, h)] * 3 + [(h,)] * 6
        self.init_weights(*[np.random.randn(*s) for s in shapes])
        self.zero_grad()

    def zero_grad(self):
        for g in ("r", "z", "n"):
            for side, size in (("x", self.d), ("h", self.h)):
                setattr(self, f"dW{g}{side}", np.zeros((self.h, size)))
                setattr(self, f"db{g}{side}", np.zeros(self.h))

    def init_weights(self, Wrx, Wzx, Wnx, Wrh, Wzh, Wnh, brx, bzx, bnx, brh, bzh, bnh):
        self.Wrx, self.Wzx, self.Wnx = Wrx, Wzx, Wnx
        self.Wrh, self.Wzh, self.Wnh = Wrh, Wzh, Wnh
        self.brx, self.bzx, self.bnx = brx, bzx, bnx
        self.brh, self.bzh, self.bnh = brh, bzh, bnh

    def forward(self, x, h_prev_t):
        W = np.vstack([self.Wrx, self.Wzx, self.Wnx])
        U = np.vstack([self.Wrh, self.Wzh, self.Wnh])
        a = W @ x + np.hstack([self.brx, self.bzx, self.bnx])
        u = U @ h_prev_t + np.hstack([self.brh, self.bzh, self.bnh])
        H = self.h
        r = sigmoid(a[:H] + u[:H])
        z = sigmoid(a[H:2 * H] + u[H:2 * H])
        n = np.tanh(a[2 * H:] + r * u[2 * H:])
        self.saved = (x, h_prev_t, W, U, r, z, n, u[2 * H:])
        return z * h_prev_t + (1 - z) * n

    def backward(self, delta):
        x, h, W, U, r, z, n, un = self.saved
        da = delta * (1 - z) * (1 - n ** 2)
        left = np.hstack([da * un * r * (1 - r), delta * (h - n) * z * (1 - z), da])
        right = left.copy()
        right[2 * self.h:] *= r
        for k, g in enumerate("rzn"):
            rows = slice(k * self.h, (k + 1) * self.h)
            setattr(self, "dW" + g + "x", getattr(self, "dW" + g + "x") + np.outer(left[rows], x))
            setattr(self, "dW" + g + "h", getattr(self, "dW" + g + "h") + np.outer(right[rows], h))
            setattr(self, "db" + g + "x", getattr(self, "db" + g + "x") + left[rows])
            setattr(self, "db" + g + "h", getattr(self, "db" + g + "h") + right[rows])
        return left @ W, right @ U + delta * z


if __name__ == "__main__":
    cell = RNNCell(3, 4)
    out = cell.forward(np.ones((2, 3)), np.zeros((2, 4)))
    print("out", out.shape)
    print(cell.backward(out, out, np.ones((2, 3)), np.zeros((2, 4)))[0])
