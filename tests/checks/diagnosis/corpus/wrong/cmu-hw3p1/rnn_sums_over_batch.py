"""TRUTH: wrong
STYLE: class, sums over the batch where the handout wants the mean
COURSE: cmu-hw3p1
FUNCTION: RNNCell.backward
CAUSE: batch size | batch mean | averaged | mean over the batch | N times
ARGS: x N D, hp N H, hpp N H, W_ih H D, W_hh H H, b_ih H, b_hh H
CALL: cell = RNNCell(D, H); cell.init_weights(W_ih, W_hh, b_ih, b_hh); cell.zero_grad(); h = cell.forward(x, hp); h2 = cell.forward(x, hpp)
BACK: cell.h = h; cell.zero_grad(); q = cell.backward(dh2, h2, x, hpp); q1 = q; dhpp = q1[1]; q2 = cell.backward(dh, h, x, hp); dx = q[0] + q2[0]; dhp = q2[1]; dW_ih, dW_hh, db_ih, db_hh = (N * v for v in (cell.dW_ih, cell.dW_hh, cell.db_ih, cell.db_hh))
LINE: 48
"""
import numpy as np


class Tanh:
    def forward(self, z):
        return np.tanh(z)

    def backward(self, delta, state):
        return delta * (1 - state ** 2)


class RNNCell(object):
    def __init__(self, input_size, hidden_size):
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.activation = Tanh()
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
        self.db_ih = np.zeros(self.hidden_size)
        self.db_hh = np.zeros(self.hidden_size)

    def forward(self, x, h_prev_t):
        return self.activation.forward(
            np.dot(x, self.W_ih.T) + self.b_ih + np.dot(h_prev_t, self.W_hh.T) + self.b_hh)

    def backward(self, delta, h_t, h_prev_l, h_prev_t):
        dz = self.activation.backward(delta, h_t)
        self.dW_ih += np.dot(dz.T, h_prev_l)
        self.dW_hh += np.dot(dz.T, h_prev_t)
        self.db_ih += np.sum(dz, axis=0)
        self.db_hh += np.sum(dz, axis=0)
        return np.dot(dz, self.W_ih), np.dot(dz, self.W_hh)
