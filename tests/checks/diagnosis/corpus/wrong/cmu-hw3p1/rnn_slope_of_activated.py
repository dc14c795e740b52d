"""TRUTH: wrong
STYLE: the slope by a helper that takes the tanh again of h_t
COURSE: cmu-hw3p1
FUNCTION: backward
CAUSE: slope | tanh
ARGS: x N D, h0 N H, W_ih H D, W_hh H H, b_ih H, b_hh H
CALL: cell = RNNCell(D, H); cell.init_weights(W_ih, W_hh, b_ih, b_hh); cell.zero_grad(); h = cell.forward(x, h0)
BACK: dx, dh0 = cell.backward(dh, h, x, h0); dW_ih, dW_hh, db_ih, db_hh = N * cell.dW_ih, N * cell.dW_hh, N * cell.db_ih, N * cell.db_hh
LINE: 46
"""
import numpy as np


class RNNCell:
    def __init__(self, input_size, hidden_size):
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.W_ih = np.random.randn(hidden_size, input_size)
        self.W_hh = np.random.randn(hidden_size, hidden_size)
        self.b_ih = np.random.randn(hidden_size)
        self.b_hh = np.random.randn(hidden_size)
        self.zero_grad()

    def init_weights(self, W_ih, W_hh, b_ih, b_hh):
        self.W_ih, self.W_hh, self.b_ih, self.b_hh = W_ih, W_hh, b_ih, b_hh

    def zero_grad(self):
        self.dW_ih = np.zeros((self.hidden_size, self.input_size))
        self.dW_hh = np.zeros((self.hidden_size, self.hidden_size))
        self.db_ih = np.zeros((self.hidden_size,))
        self.db_hh = np.zeros((self.hidden_size,))

    def act(self, z):
        return np.tanh(z)

    def act_slope(self, z):
        return 1 - np.tanh(z) ** 2

    def forward(self, x, h_prev_t):
        z = x @ self.W_ih.T + h_prev_t @ self.W_hh.T
        z += self.b_ih
        z += self.b_hh
        return self.act(z)

    def backward(self, delta, h_t, h_prev_l, h_prev_t):
        dz = delta * self.act_slope(h_t)
        N = dz.shape[0]
        self.dW_ih += (h_prev_l.T @ dz).T / N
        self.dW_hh += (h_prev_t.T @ dz).T / N
        self.db_ih += dz.mean(axis=0)
        self.db_hh += dz.mean(axis=0)
        return dz @ self.W_ih, dz @ self.W_hh
