"""TRUTH: wrong
STYLE: a class with a cache of its own, transposes everywhere
COURSE: cmu-hw3p1
FUNCTION: RNNCell.backward
CAUSE: carry_not_transposed | transpose
ARGS: x N D, hp N H, hpp N H, W_ih H D, W_hh H H, b_ih H, b_hh H
CALL: cell = RNNCell(D, H); cell.init_weights(W_ih, W_hh, b_ih, b_hh); cell.zero_grad(); h = cell.forward(x, hp); h2 = cell.forward(x, hpp)
BACK: cell.h = h; cell.zero_grad(); q = cell.backward(dh2, h2, x, hpp); q1 = q; dhpp = q1[1]; q2 = cell.backward(dh, h, x, hp); dx = q[0] + q2[0]; dhp = q2[1]; dW_ih, dW_hh, db_ih, db_hh = (N * v for v in (cell.dW_ih, cell.dW_hh, cell.db_ih, cell.db_hh))
LINE: 46
"""
import numpy as np


class RNNCell(object):
    def __init__(self, input_size, hidden_size):
        self.p = {"W_ih": np.random.randn(hidden_size, input_size)}
        self.W_ih = self.p["W_ih"]
        self.W_hh = np.random.randn(hidden_size, hidden_size)
        self.b_ih = np.zeros(hidden_size)
        self.b_hh = np.zeros(hidden_size)
        self.zero_grad()

    def init_weights(self, W_ih, W_hh, b_ih, b_hh):
        self.W_ih = W_ih
        self.W_hh = W_hh
        self.b_ih = b_ih
        self.b_hh = b_hh

    def zero_grad(self):
        self.dW_ih = np.zeros(self.W_ih.shape)
        self.dW_hh = np.zeros(self.W_hh.shape)
        self.db_ih = np.zeros(self.b_ih.shape)
        self.db_hh = np.zeros(self.b_hh.shape)

    def forward(self, x, h_prev_t):
        return np.tanh((self.W_ih @ x.T + self.W_hh @ h_prev_t.T).T + self.b_ih + self.b_hh)

    def backward(self, delta, h_t, h_prev_l, h_prev_t):
        N = len(delta)
        dz = (delta * (1 - h_t ** 2)).T          # (H, N)
        self.dW_ih += dz @ h_prev_l / N
        self.dW_hh += dz @ h_prev_t / N
        self.db_ih += np.average(dz, axis=1)
        self.db_hh += np.average(dz, axis=1)
        dx = (self.W_ih.T @ dz).T
        dh_prev_t = (self.W_hh @ dz).T
        return dx, dh_prev_t
