"""TRUTH: wrong
STYLE: np.mean without an axis for the biases
COURSE: cmu-hw3p1
FUNCTION: backward
CAUSE: axis | all equal | sum
ARGS: x N D, h0 N H, W_ih H D, W_hh H H, b_ih H, b_hh H
CALL: cell = RNNCell(D, H); cell.init_weights(W_ih, W_hh, b_ih, b_hh); cell.zero_grad(); h = cell.forward(x, h0)
BACK: dx, dh0 = cell.backward(dh, h, x, h0); dW_ih, dW_hh, db_ih, db_hh = N * cell.dW_ih, N * cell.dW_hh, N * cell.db_ih, N * cell.db_hh
LINE: 48
"""
import numpy as np
from activation import *


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
        h_t = self.activation(self.b_ih + np.dot(x, self.W_ih.T) + np.dot(h_prev_t, self.W_hh.T) + self.b_hh)
        return h_t

    def backward(self, delta, h_t, h_prev_l, h_prev_t):
        tanh_slope = self.activation.derivative(h_t)
        grad = np.multiply(delta, tanh_slope)
        bs = grad.shape[0]
        self.dW_ih += np.dot(grad.T, h_prev_l) / bs
        self.dW_hh += np.dot(grad.T, h_prev_t) / bs
        self.db_ih += np.mean(grad)
        self.db_hh += np.mean(grad)
        return np.dot(grad, self.W_ih), np.dot(grad, self.W_hh)
