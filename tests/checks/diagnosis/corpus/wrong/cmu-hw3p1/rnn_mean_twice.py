"""TRUTH: wrong
STYLE: the mean is taken twice, for dz and again for the weights' gradients
COURSE: cmu-hw3p1
FUNCTION: backward
CAUSE: twice | N² | once more | again
ARGS: x N D, h0 N H, W_ih H D, W_hh H H, b_ih H, b_hh H
CALL: cell = RNNCell(D, H); cell.init_weights(W_ih, W_hh, b_ih, b_hh); cell.zero_grad(); h = cell.forward(x, h0)
BACK: dx, dh0 = cell.backward(dh, h, x, h0); dW_ih, dW_hh, db_ih, db_hh = N * cell.dW_ih, N * cell.dW_hh, N * cell.db_ih, N * cell.db_hh
LINE: 41
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
        self.dW_ih, self.dW_hh = 0 * self.W_ih, 0 * self.W_hh
        self.db_ih, self.db_hh = 0 * self.b_ih, 0 * self.b_hh

    def forward(self, x, h_prev_t):
        return np.tanh(x @ self.W_ih.T + self.b_ih + h_prev_t @ self.W_hh.T + self.b_hh)

    def backward(self, delta, h_t, h_prev_l, h_prev_t):
        batch = delta.shape[0]
        dz = (1 - h_t ** 2) * delta
        dz_mean = dz / batch
        dW_ih = dz_mean.T @ h_prev_l
        dW_hh = dz_mean.T @ h_prev_t
        db = np.mean(dz_mean, axis=0)
        self.dW_ih += dW_ih / batch
        self.dW_hh += dW_hh / batch
        self.db_ih += db
        self.db_hh += db
        return dz @ self.W_ih, dz @ self.W_hh
