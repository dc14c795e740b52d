"""TRUTH: wrong
STYLE: only three of the four gradients written
COURSE: cmu-hw3p1
FUNCTION: RNNCell.backward
CAUSE: zeros | zero | never
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
        d, h = self.input_size, self.hidden_size
        self.dW_ih = np.zeros((h, d))
        self.dW_hh = np.zeros((h, h))
        self.db_ih = np.zeros(h)
        self.db_hh = np.zeros(h)

    def forward(self, x, h_prev_t):
        self.h = self.activation.forward(x @ self.W_ih.T + h_prev_t @ self.W_hh.T + self.b_ih + self.b_hh)
        return self.h

    def backward(self, delta, h_t, h_prev_l, h_prev_t):
        dz = delta * (1 - np.square(h_t))
        self.dW_ih += (dz.T @ h_prev_l) / dz.shape[0]
        self.dW_hh += (dz.T @ h_prev_t) / dz.shape[0]
        self.db_ih += dz.sum(axis=0) / dz.shape[0]
        dx = dz @ self.W_ih
        dh_prev_t = dz @ self.W_hh
        return dx, dh_prev_t
