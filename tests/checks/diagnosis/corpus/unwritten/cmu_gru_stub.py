"""TRUTH: unwritten
STYLE: the GRU cell with init_weights given, forward and backward empty
COURSE: cmu-hw3p1
"""
import numpy as np
from nn.activation import *


class GRUCell(object):
    def __init__(self, input_size, hidden_size):
        self.d = input_size
        self.h = hidden_size
        h, d = self.h, self.d
        for g in "rzn":
            setattr(self, f"W{g}x", np.random.randn(h, d))
            setattr(self, f"W{g}h", np.random.randn(h, h))
            setattr(self, f"b{g}x", np.random.randn(h))
            setattr(self, f"b{g}h", np.random.randn(h))
            setattr(self, f"dW{g}x", np.zeros((h, d)))
            setattr(self, f"dW{g}h", np.zeros((h, h)))
            setattr(self, f"db{g}x", np.zeros(h))
            setattr(self, f"db{g}h", np.zeros(h))

    def init_weights(self, Wrx, Wzx, Wnx, Wrh, Wzh, Wnh, brx, bzx, bnx, brh, bzh, bnh):
        self.Wrx, self.Wzx, self.Wnx = Wrx, Wzx, Wnx
        self.Wrh, self.Wzh, self.Wnh = Wrh, Wzh, Wnh
        self.brx, self.bzx, self.bnx = brx, bzx, bnx
        self.brh, self.bzh, self.bnh = brh, bzh, bnh

    def forward(self, x, h_prev_t):
        self.x = x
        self.hidden = h_prev_t
        # to do: your code
        raise NotImplementedError

    def backward(self, delta):
        # to do: your code
        raise NotImplementedError
