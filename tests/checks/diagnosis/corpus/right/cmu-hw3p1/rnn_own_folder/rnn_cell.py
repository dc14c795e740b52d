"""TRUTH: right
STYLE: the folder brings nn/activation.py, derivative() of the object, sys.path
COURSE: cmu-hw3p1
ARGS: x N D, h0 N H, W_ih H D, W_hh H H, b_ih H, b_hh H
CALL: cell = RNNCell(D, H); cell.init_weights(W_ih, W_hh, b_ih, b_hh); cell.zero_grad(); h = cell.forward(x, h0)
BACK: dx, dh0 = cell.backward(dh, h, x, h0); dW_ih, dW_hh, db_ih, db_hh = N * cell.dW_ih, N * cell.dW_hh, N * cell.db_ih, N * cell.db_hh
"""
import os
import sys

import numpy as np

sys.path.append(os.path.dirname(os.path.abspath(__file__)))
from nn.activation import *


class RNNCell(object):
    def __init__(self, input_size, hidden_size):
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.activation = Tanh()
        bound = 1 / np.sqrt(hidden_size)
        self.W_ih = np.random.uniform(-bound, bound, (hidden_size, input_size))
        self.W_hh = np.random.uniform(-bound, bound, (hidden_size, hidden_size))
        self.b_ih = np.random.uniform(-bound, bound, hidden_size)
        self.b_hh = np.random.uniform(-bound, bound, hidden_size)
        self.zero_grad()

    def init_weights(self, W_ih, W_hh, b_ih, b_hh):
        self.W_ih = W_ih
        self.W_hh = W_hh
        self.b_ih = b_ih
        self.b_hh = b_hh

    def zero_grad(self):
        self.dW_ih = self.W_ih * 0
        self.dW_hh = self.W_hh * 0
        self.db_ih = self.b_ih * 0
        self.db_hh = self.b_hh * 0

    def forward(self, x, h_prev_t):
        a = x @ self.W_ih.T
        a = a + self.b_ih
        a = a + h_prev_t @ self.W_hh.T
        a = a + self.b_hh
        return self.activation(a)

    def backward(self, delta, h_t, h_prev_l, h_prev_t):
        m = delta.shape[0]
        slope = self.activation.derivative(state=h_t)
        da = delta * slope
        db = np.ones(m) @ da / m
        self.dW_ih += (da.T @ h_prev_l) / m
        self.dW_hh += (da.T @ h_prev_t) / m
        self.db_ih += db
        self.db_hh += db
        return da @ self.W_ih, da @ self.W_hh
