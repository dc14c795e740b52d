"""TRUTH: unwritten
STYLE: the RNN cell begun: forward written, backward with its lines of hints and zeros left as None
COURSE: cmu-hw3p1
"""
import numpy as np
from nn.activation import *


class RNNCell(object):
    def __init__(self, input_size, hidden_size):
        self.input_size, self.hidden_size = input_size, hidden_size
        self.activation = Tanh()
        self.W_ih, self.W_hh = np.random.randn(hidden_size, input_size), np.random.randn(hidden_size, hidden_size)
        self.b_ih, self.b_hh = np.random.randn(hidden_size), np.random.randn(hidden_size)
        self.zero_grad()

    def init_weights(self, W_ih, W_hh, b_ih, b_hh):
        self.W_ih, self.W_hh, self.b_ih, self.b_hh = W_ih, W_hh, b_ih, b_hh

    def zero_grad(self):
        self.dW_ih, self.dW_hh = np.zeros_like(self.W_ih), np.zeros_like(self.W_hh)
        self.db_ih, self.db_hh = np.zeros_like(self.b_ih), np.zeros_like(self.b_hh)

    def forward(self, x, h_prev_t):
        return self.activation(x @ self.W_ih.T + self.b_ih + h_prev_t @ self.W_hh.T + self.b_hh)

    def backward(self, delta, h_t, h_prev_l, h_prev_t):
        batch_size = delta.shape[0]
        dz = None
        # sums over the batch, then the mean
        # self.dW_ih += ...
        dx = None
        dh_prev_t = None
        return dx, dh_prev_t
