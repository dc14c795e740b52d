"""TRUTH: wrong
STYLE: the activation's derivative takes the pre-activation, but is given h
COURSE: cmu-hw3p1
FUNCTION: RNNCell.backward
CAUSE: slope_of_tanh_h | already a tanh | slope_of_output
ARGS: x N D, hp N H, hpp N H, W_ih H D, W_hh H H, b_ih H, b_hh H
CALL: cell = RNNCell(D, H); cell.init_weights(W_ih, W_hh, b_ih, b_hh); cell.zero_grad(); h = cell.forward(x, hp); h2 = cell.forward(x, hpp)
BACK: cell.h = h; cell.zero_grad(); q = cell.backward(dh2, h2, x, hpp); q1 = q; dhpp = q1[1]; q2 = cell.backward(dh, h, x, hp); dx = q[0] + q2[0]; dhp = q2[1]; dW_ih, dW_hh, db_ih, db_hh = (N * v for v in (cell.dW_ih, cell.dW_hh, cell.db_ih, cell.db_hh))
LINE: 46
"""
import numpy as np


def dtanh(z):
    return 1 - np.tanh(z) ** 2


class RNNCell:
    def __init__(self, input_size, hidden_size):
        self.input_size, self.hidden_size = input_size, hidden_size
        self.W_ih = np.random.randn(hidden_size, input_size)
        self.W_hh = np.random.randn(hidden_size, hidden_size)
        self.b_ih = np.random.randn(hidden_size)
        self.b_hh = np.random.randn(hidden_size)
        self.zero_grad()

    def init_weights(self, W_ih, W_hh, b_ih, b_hh):
        self.W_ih = W_ih
        self.W_hh = W_hh
        self.b_ih = b_ih
        self.b_hh = b_hh

    def zero_grad(self):
        self.dW_ih = np.zeros_like(self.W_ih)
        self.dW_hh = np.zeros_like(self.W_hh)
        self.db_ih = np.zeros_like(self.b_ih)
        self.db_hh = np.zeros_like(self.b_hh)

    def forward(self, x, h_prev_t):
        inp = self.W_ih.dot(x.T).T + self.b_ih
        rec = self.W_hh.dot(h_prev_t.T).T + self.b_hh
        return np.tanh(inp + rec)

    def backward(self, delta, h_t, h_prev_l, h_prev_t):
        m = delta.shape[0]
        dz = delta * dtanh(h_t)
        self.dW_ih += 1 / m * dz.T.dot(h_prev_l)
        self.dW_hh += 1 / m * dz.T.dot(h_prev_t)
        self.db_ih += 1 / m * dz.sum(axis=0)
        self.db_hh += 1 / m * dz.sum(axis=0)
        return dz.dot(self.W_ih), dz.dot(self.W_hh)
