"""TRUTH: unwritten
STYLE: both classes as handed out, every line of the equations is None
COURSE: cmu-hw3p1
"""
import numpy as np
from nn.activation import *


class RNNCell(object):
    def __init__(self, input_size, hidden_size):
        self.input_size = input_size
        self.hidden_size = hidden_size
        h, d = hidden_size, input_size
        self.W_ih, self.W_hh = np.random.randn(h, d), np.random.randn(h, h)
        self.b_ih, self.b_hh = np.random.randn(h), np.random.randn(h)
        self.zero_grad()

    def init_weights(self, W_ih, W_hh, b_ih, b_hh):
        self.W_ih, self.W_hh = W_ih, W_hh
        self.b_ih, self.b_hh = b_ih, b_hh

    def zero_grad(self):
        h, d = self.hidden_size, self.input_size
        self.dW_ih, self.dW_hh = np.zeros((h, d)), np.zeros((h, h))
        self.db_ih, self.db_hh = np.zeros(h), np.zeros(h)

    def forward(self, x, h_prev_t):
        h_t = None  # TODO
        return h_t

    def backward(self, delta, h_t, h_prev_l, h_prev_t):
        batch_size = delta.shape[0]
        dz = None  # TODO
        # self.dW_ih += None
        # self.dW_hh += None
        dx = None
        dh_prev_t = None
        return dx, dh_prev_t


class GRUCell(object):
    def __init__(self, in_dim, hidden_dim):
        self.d = in_dim
        self.h = hidden_dim
        h, d = self.h, self.d
        self.Wrx, self.Wzx, self.Wnx = np.random.randn(3, h, d)
        self.Wrh, self.Wzh, self.Wnh = np.random.randn(3, h, h)
        self.brx, self.bzx, self.bnx = np.random.randn(3, h)
        self.brh, self.bzh, self.bnh = np.random.randn(3, h)
        self.dWrx, self.dWzx, self.dWnx = np.zeros((3, h, d))
        self.dWrh, self.dWzh, self.dWnh = np.zeros((3, h, h))
        self.dbrx, self.dbzx, self.dbnx = np.zeros((3, h))
        self.dbrh, self.dbzh, self.dbnh = np.zeros((3, h))

    def init_weights(self, Wrx, Wzx, Wnx, Wrh, Wzh, Wnh, brx, bzx, bnx, brh, bzh, bnh):
        self.Wrx, self.Wzx, self.Wnx = Wrx, Wzx, Wnx
        self.Wrh, self.Wzh, self.Wnh = Wrh, Wzh, Wnh
        self.brx, self.bzx, self.bnx = brx, bzx, bnx
        self.brh, self.bzh, self.bnh = brh, bzh, bnh

    def forward(self, x, h_prev_t):
        self.x = x
        self.hidden = h_prev_t
        raise NotImplementedError

    def backward(self, delta):
        raise NotImplementedError
