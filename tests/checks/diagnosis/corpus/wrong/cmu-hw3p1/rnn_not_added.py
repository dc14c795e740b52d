"""TRUTH: wrong
STYLE: gradients assigned, so that the next time step overwrites them
COURSE: cmu-hw3p1
FUNCTION: RNNCell.backward
CAUSE: overwritten | not added | += | second call
ARGS: x N D, hp N H, hpp N H, W_ih H D, W_hh H H, b_ih H, b_hh H
CALL: cell = RNNCell(D, H); cell.init_weights(W_ih, W_hh, b_ih, b_hh); cell.zero_grad(); h = cell.forward(x, hp); h2 = cell.forward(x, hpp)
BACK: cell.h = h; cell.zero_grad(); q = cell.backward(dh2, h2, x, hpp); q1 = q; dhpp = q1[1]; q2 = cell.backward(dh, h, x, hp); dx = q[0] + q2[0]; dhp = q2[1]; dW_ih, dW_hh, db_ih, db_hh = (N * v for v in (cell.dW_ih, cell.dW_hh, cell.db_ih, cell.db_hh))
LINE: 39
"""
import numpy as np


class RNNCell(object):
    def __init__(self, input_size, hidden_size):
        h, d = hidden_size, input_size
        self.W_ih, self.W_hh = np.random.randn(h, d), np.random.randn(h, h)
        self.b_ih, self.b_hh = np.random.randn(h), np.random.randn(h)
        self.dW_ih, self.dW_hh = np.zeros((h, d)), np.zeros((h, h))
        self.db_ih, self.db_hh = np.zeros(h), np.zeros(h)

    def init_weights(self, W_ih, W_hh, b_ih, b_hh):
        self.W_ih, self.W_hh = W_ih, W_hh
        self.b_ih, self.b_hh = b_ih, b_hh

    def zero_grad(self):
        self.dW_ih, self.dW_hh = np.zeros_like(self.W_ih), np.zeros_like(self.W_hh)
        self.db_ih, self.db_hh = np.zeros_like(self.b_ih), np.zeros_like(self.b_hh)

    def forward(self, x, h_prev_t):
        h_t = np.tanh(x @ self.W_ih.T + self.b_ih + h_prev_t @ self.W_hh.T + self.b_hh)
        return h_t

    def backward(self, delta, h_t, h_prev_l, h_prev_t):
        batch = delta.shape[0]
        dtanh = (1 - h_t * h_t) * delta

        # gradients of weights
        self.dW_ih = np.dot(dtanh.T, h_prev_l) / batch
        self.dW_hh = np.dot(dtanh.T, h_prev_t) / batch
        # gradients of biases
        self.db_ih = np.sum(dtanh, axis=0) / batch
        self.db_hh = np.sum(dtanh, axis=0) / batch

        return np.dot(dtanh, self.W_ih), np.dot(dtanh, self.W_hh)
