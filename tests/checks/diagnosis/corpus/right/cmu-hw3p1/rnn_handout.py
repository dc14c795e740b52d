"""TRUTH: right
<<<<<<< HEAD
STYLE: class, two biases, batch mean, activation object from a missing neighbour
COURSE: cmu-hw3p1
=======
STYLE: the handout's class with all its comments, a Tanh object of the course, np.dot
COURSE: cmu-hw3p1
ARGS: x N D, h0 N H, W_ih H D, W_hh H H, b_ih H, b_hh H
CALL: cell = RNNCell(D, H); cell.init_weights(W_ih, W_hh, b_ih, b_hh); cell.zero_grad(); h = cell.forward(x, h0)
BACK: dx, dh0 = cell.backward(dh, h, x, h0); dW_ih, dW_hh, db_ih, db_hh = N * cell.dW_ih, N * cell.dW_hh, N * cell.db_ih, N * cell.db_hh
>>>>>>> corpusc
"""
import numpy as np
from nn.activation import *


class RNNCell(object):
<<<<<<< HEAD
    """One step of an Elman network."""
=======
    """One cell of a simple recurrent net."""
>>>>>>> corpusc

    def __init__(self, input_size, hidden_size):
        self.input_size = input_size
        self.hidden_size = hidden_size
<<<<<<< HEAD
        self.activation = Tanh()

        h, d = self.hidden_size, self.input_size
=======
        # tanh is the activation here
        self.activation = Tanh()
        h, d = hidden_size, input_size
>>>>>>> corpusc
        self.W_ih = np.random.randn(h, d)
        self.W_hh = np.random.randn(h, h)
        self.b_ih = np.random.randn(h)
        self.b_hh = np.random.randn(h)
<<<<<<< HEAD
        self.zero_grad()
=======
        # place for the gradients
        self.dW_ih = np.zeros((h, d))
        self.dW_hh = np.zeros((h, h))
        self.db_ih = np.zeros(h)
        self.db_hh = np.zeros(h)
>>>>>>> corpusc

    def init_weights(self, W_ih, W_hh, b_ih, b_hh):
        self.W_ih, self.W_hh = W_ih, W_hh
        self.b_ih, self.b_hh = b_ih, b_hh

    def zero_grad(self):
<<<<<<< HEAD
        self.dW_ih = np.zeros((self.hidden_size, self.input_size))
        self.dW_hh = np.zeros((self.hidden_size, self.hidden_size))
        self.db_ih = np.zeros(self.hidden_size)
        self.db_hh = np.zeros(self.hidden_size)
=======
        h, d = self.hidden_size, self.input_size
        self.dW_ih = np.zeros((h, d))
        self.dW_hh = np.zeros((h, h))
        self.db_ih = np.zeros(h)
        self.db_hh = np.zeros(h)
>>>>>>> corpusc

    def __call__(self, x, h_prev_t):
        return self.forward(x, h_prev_t)

    def forward(self, x, h_prev_t):
<<<<<<< HEAD
        z = x @ self.W_ih.T + self.b_ih + h_prev_t @ self.W_hh.T + self.b_hh
        return self.activation.forward(z)

    def backward(self, delta, h_t, h_prev_l, h_prev_t):
        n = delta.shape[0]
        # tanh slope, h_t is the state of this step
        dz = self.activation.backward(delta, state=h_t)
        self.dW_ih += dz.T @ h_prev_l / n
        self.dW_hh += dz.T @ h_prev_t / n
        self.db_ih += np.mean(dz, axis=0)
        self.db_hh += np.mean(dz, axis=0)
        dx = dz @ self.W_ih
        dh_prev_t = dz @ self.W_hh
=======
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
>>>>>>> corpusc
        return dx, dh_prev_t
