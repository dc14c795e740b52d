"""TRUTH: wrong
STYLE: einsum, the letters of W_hh exchanged in the gradient of the state
COURSE: cmu-hw3p1
FUNCTION: backward
CAUSE: transposed | transpose
ARGS: x N D, h0 N H, W_ih H D, W_hh H H, b_ih H, b_hh H
CALL: cell = RNNCell(D, H); cell.init_weights(W_ih, W_hh, b_ih, b_hh); cell.zero_grad(); h = cell.forward(x, h0)
BACK: dx, dh0 = cell.backward(dh, h, x, h0); dW_ih, dW_hh, db_ih, db_hh = N * cell.dW_ih, N * cell.dW_hh, N * cell.db_ih, N * cell.db_hh
LINE: 40
"""
import numpy as np


class RNNCell:
    def __init__(self, input_size, hidden_size):
        self.input_size, self.hidden_size = input_size, hidden_size
        self.W_ih, self.W_hh = np.random.rand(hidden_size, input_size), np.random.rand(hidden_size, hidden_size)
        self.b_ih, self.b_hh = np.random.rand(hidden_size), np.random.rand(hidden_size)
        self.zero_grad()

    def init_weights(self, W_ih, W_hh, b_ih, b_hh):
        self.W_ih, self.W_hh, self.b_ih, self.b_hh = W_ih, W_hh, b_ih, b_hh

    def zero_grad(self):
        self.dW_ih, self.dW_hh = np.zeros_like(self.W_ih), np.zeros_like(self.W_hh)
        self.db_ih, self.db_hh = np.zeros_like(self.b_ih), np.zeros_like(self.b_hh)

    def forward(self, x, h_prev_t):
        total = np.einsum("bi,ji->bj", x, self.W_ih) + np.einsum("bk,jk->bj", h_prev_t, self.W_hh)
        return np.tanh(total + self.b_ih + self.b_hh)

    def backward(self, delta, h_t, h_prev_l, h_prev_t):
        dz = delta * (1 - h_t ** 2)
        B = dz.shape[0]
        self.dW_ih += np.einsum("bj,bi->ji", dz, h_prev_l) / B
        self.dW_hh += np.einsum("bj,bk->jk", dz, h_prev_t) / B
        self.db_ih += np.einsum("bj->j", dz) / B
        self.db_hh += np.einsum("bj->j", dz) / B
        dx = np.einsum("bj,ji->bi", dz, self.W_ih)
        dh_prev_t = np.einsum("bk,jk->bj", dz, self.W_hh)
        return dx, dh_prev_t
