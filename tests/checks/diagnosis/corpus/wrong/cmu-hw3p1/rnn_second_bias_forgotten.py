"""TRUTH: wrong
STYLE: explicit steps with shapes, the hidden bias gets no gradient
COURSE: cmu-hw3p1
FUNCTION: backward
CAUSE: stays zero | never written | all zeros | is zero | db_hh
ARGS: x N D, h0 N H, W_ih H D, W_hh H H, b_ih H, b_hh H
CALL: cell = RNNCell(D, H); cell.init_weights(W_ih, W_hh, b_ih, b_hh); cell.zero_grad(); h = cell.forward(x, h0)
BACK: dx, dh0 = cell.backward(dh, h, x, h0); dW_ih, dW_hh, db_ih, db_hh = N * cell.dW_ih, N * cell.dW_hh, N * cell.db_ih, N * cell.db_hh
LINE: 55
"""
import numpy as np
from mytorch.nn.activation import *


class RNNCell(object):
    def __init__(self, input_size, hidden_size):
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.activation = Tanh()
        h = self.hidden_size
        d = self.input_size
        self.W_ih = np.random.randn(h, d)
        self.W_hh = np.random.randn(h, h)
        self.b_ih = np.random.randn(h)
        self.b_hh = np.random.randn(h)
        self.dW_ih = np.zeros((h, d))
        self.dW_hh = np.zeros((h, h))
        self.db_ih = np.zeros(h)
        self.db_hh = np.zeros(h)

    def init_weights(self, W_ih, W_hh, b_ih, b_hh):
        self.W_ih = W_ih
        self.W_hh = W_hh
        self.b_ih = b_ih
        self.b_hh = b_hh

    def zero_grad(self):
        self.dW_ih.fill(0)
        self.dW_hh.fill(0)
        self.db_ih.fill(0)
        self.db_hh.fill(0)

    def forward(self, x, h_prev_t):
        part1 = np.matmul(x, np.transpose(self.W_ih)) + self.b_ih
        part2 = np.matmul(h_prev_t, np.transpose(self.W_hh)) + self.b_hh
        return self.activation.forward(part1 + part2)

    def backward(self, delta, h_t, h_prev_l, h_prev_t):
        N = delta.shape[0]
        # dz: (N, H)
        dz = delta * (1 - np.power(h_t, 2))
        # (H, N) (N, D)
        self.dW_ih += np.matmul(np.transpose(dz), h_prev_l) / N
        self.dW_hh += np.matmul(np.transpose(dz), h_prev_t) / N
        self.db_ih += np.mean(dz, axis=0)
        dx = np.matmul(dz, self.W_ih)
        dh_prev_t = np.matmul(dz, self.W_hh)
        return dx, dh_prev_t
