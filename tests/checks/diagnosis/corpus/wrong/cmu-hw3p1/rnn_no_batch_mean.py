"""TRUTH: wrong
STYLE: the handout's class, a Tanh object, the division by the batch is forgotten
COURSE: cmu-hw3p1
FUNCTION: backward
CAUSE: mean_missing | this course averages | multiplied by the batch size
ARGS: x N D, h0 N H, W_ih H D, W_hh H H, b_ih H, b_hh H
CALL: cell = RNNCell(D, H); cell.init_weights(W_ih, W_hh, b_ih, b_hh); cell.zero_grad(); h = cell.forward(x, h0)
BACK: dx, dh0 = cell.backward(dh, h, x, h0); dW_ih, dW_hh, db_ih, db_hh = N * cell.dW_ih, N * cell.dW_hh, N * cell.db_ih, N * cell.db_hh
LINE: 44
"""
import numpy as np
from nn.activation import *


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
        self.W_ih = W_ih
        self.W_hh = W_hh
        self.b_ih = b_ih
        self.b_hh = b_hh

    def zero_grad(self):
        self.dW_ih = np.zeros((self.hidden_size, self.input_size))
        self.dW_hh = np.zeros((self.hidden_size, self.hidden_size))
        self.db_ih = np.zeros(self.hidden_size)
        self.db_hh = np.zeros(self.hidden_size)

    def forward(self, x, h_prev_t):
        z = x.dot(self.W_ih.T) + self.b_ih + h_prev_t.dot(self.W_hh.T) + self.b_hh
        return self.activation.forward(z)

    def backward(self, delta, h_t, h_prev_l, h_prev_t):
        dz = self.activation.backward(delta, state=h_t)
        self.dW_ih += dz.T.dot(h_prev_l)
        self.dW_hh += dz.T.dot(h_prev_t)
        self.db_ih += dz.sum(axis=0)
        self.db_hh += dz.sum(axis=0)
        return dz.dot(self.W_ih), dz.dot(self.W_hh)
