"""TRUTH: right
STYLE: the handout's class with all its comments, a Tanh object of the course, np.dot
COURSE: cmu-hw3p1
ARGS: x N D, h0 N H, W_ih H D, W_hh H H, b_ih H, b_hh H
CALL: cell = RNNCell(D, H); cell.init_weights(W_ih, W_hh, b_ih, b_hh); cell.zero_grad(); h = cell.forward(x, h0)
BACK: dx, dh0 = cell.backward(dh, h, x, h0); dW_ih, dW_hh, db_ih, db_hh = N * cell.dW_ih, N * cell.dW_hh, N * cell.db_ih, N * cell.db_hh
"""
import numpy as np
from nn.activation import *


class RNNCell(object):
    """One cell of a simple recurrent net."""

    def __init__(self, input_size, hidden_size):
        self.input_size = input_size
        self.hidden_size = hidden_size
        # tanh is the activation here
        self.activation = Tanh()
        h, d = hidden_size, input_size
        self.W_ih = np.random.randn(h, d)
        self.W_hh = np.random.randn(h, h)
        self.b_ih = np.random.randn(h)
        self.b_hh = np.random.randn(h)
        # place for the gradients
        self.dW_ih = np.zeros((h, d))
        self.dW_hh = np.zeros((h, h))
        self.db_ih = np.zeros(h)
        self.db_hh = np.zeros(h)

    def init_weights(self, W_ih, W_hh, b_ih, b_hh):
        self.W_ih, self.W_hh = W_ih, W_hh
        self.b_ih, self.b_hh = b_ih, b_hh

    def zero_grad(self):
        h, d = self.hidden_size, self.input_size
        self.dW_ih = np.zeros((h, d))
        self.dW_hh = np.zeros((h, h))
        self.db_ih = np.zeros(h)
        self.db_hh = np.zeros(h)

    def __call__(self, x, h_prev_t):
        return self.forward(x, h_prev_t)

    def forward(self, x, h_prev_t):
        # (N, D) x (D, H) -> (N, H)
        from_input = np.dot(x, self.W_ih.T) + self.b_ih
        from_hidden = np.dot(h_prev_t, self.W_hh.T) + self.b_hh
        h_t = self.activation.forward(from_input + from_hidden)
        return h_t

    def backward(self, delta, h_t, h_prev_l, h_prev_t):
        batch_size = delta.shape[0]
        # through the tanh
        dz = self.activation.backward(delta, h_t)
        # mean over the batch for all weights
        self.dW_ih += np.dot(dz.T, h_prev_l) / batch_size
        self.dW_hh += np.dot(dz.T, h_prev_t) / batch_size
        self.db_ih += np.sum(dz, axis=0) / batch_size
        self.db_hh += np.sum(dz, axis=0) / batch_size
        dx = np.dot(dz, self.W_ih)
        dh_prev_t = np.dot(dz, self.W_hh)
        return dx, dh_prev_t
