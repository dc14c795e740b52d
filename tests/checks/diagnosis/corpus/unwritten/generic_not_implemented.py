"""TRUTH: unwritten
STYLE: raise NotImplementedError in a class
COURSE: generic
"""
import numpy as np


class GRU:
    def __init__(self, input_size, hidden_size):
        self.Wx = np.zeros((input_size, 3 * hidden_size))
        self.Wh = np.zeros((hidden_size, 3 * hidden_size))
        self.b = np.zeros(3 * hidden_size)

    def forward(self, x, h0):
        raise NotImplementedError

    def backward(self, dh):
        raise NotImplementedError("exercise 3")
