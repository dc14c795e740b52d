"""TRUTH: wrong
STYLE: dW is assigned where it should be added to, seen when backward runs twice
COURSE: cmu-hw3p1
FUNCTION: backward
CAUSE: overwritten | += | add | assigned | accumulate | second call | once more
ARGS: x N D, h0 N H, y N D, k0 N H, W_ih H D, W_hh H H, b_ih H, b_hh H
CALL: cell = RNNCell(D, H); cell.init_weights(W_ih, W_hh, b_ih, b_hh); cell.zero_grad(); h = cell.forward(x, h0); k = cell.forward(y, k0)
BACK: dx, dh0 = cell.backward(dh, h, x, h0); dy, dk0 = cell.backward(dk, k, y, k0); dW_ih, dW_hh, db_ih, db_hh = N * cell.dW_ih, N * cell.dW_hh, N * cell.db_ih, N * cell.db_hh
LINE: 43
"""
import numpy as np


class RNNCell:
    def __init__(self, input_size, hidden_size):
        self.input_size = input_size
        self.hidden_size = hidden_size
        shape = (hidden_size, input_size)
        self.W_ih = np.random.standard_normal(shape)
        self.W_hh = np.random.standard_normal((hidden_size, hidden_size))
        self.b_ih = np.zeros(hidden_size)
        self.b_hh = np.zeros(hidden_size)
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
        return np.tanh(self.b_ih + x @ self.W_ih.T + self.b_hh + h_prev_t @ self.W_hh.T)

    def backward(self, delta, h_t, h_prev_l, h_prev_t):
        n = delta.shape[0]
        dz = delta * (1 - h_t * h_t)
        self.dW_ih = dz.T @ h_prev_l / n
        self.dW_hh = dz.T @ h_prev_t / n
        self.db_ih = dz.sum(axis=0) / n
        self.db_hh = dz.sum(axis=0) / n
        return dz @ self.W_ih, dz @ self.W_hh
