"""TRUTH: right
STYLE: a loop over the sequences of the batch, np.outer, divided when added
COURSE: cmu-hw3p1
ARGS: x N D, h0 N H, W_ih H D, W_hh H H, b_ih H, b_hh H
CALL: cell = RNNCell(D, H); cell.init_weights(W_ih, W_hh, b_ih, b_hh); cell.zero_grad(); h = cell.forward(x, h0)
BACK: dx, dh0 = cell.backward(dh, h, x, h0); dW_ih, dW_hh, db_ih, db_hh = N * cell.dW_ih, N * cell.dW_hh, N * cell.db_ih, N * cell.db_hh
"""
import numpy as np


class RNNCell(object):
    def __init__(self, input_size, hidden_size):
        self.input_size = input_size
        self.hidden_size = hidden_size
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
        self.dW_ih = np.zeros(self.W_ih.shape)
        self.dW_hh = np.zeros(self.W_hh.shape)
        self.db_ih = np.zeros(self.b_ih.shape)
        self.db_hh = np.zeros(self.b_hh.shape)

    def forward(self, x, h_prev_t):
        result = []
        for i in range(x.shape[0]):
            z = self.W_ih @ x[i] + self.b_ih + self.W_hh @ h_prev_t[i] + self.b_hh
            result.append(np.tanh(z))
        return np.array(result)

    def backward(self, delta, h_t, h_prev_l, h_prev_t):
        N = delta.shape[0]
        dx = np.zeros_like(h_prev_l)
        dh_prev_t = np.zeros_like(h_prev_t)
        for i in range(N):
            dz = delta[i] * (1 - h_t[i] * h_t[i])
            self.dW_ih += np.outer(dz, h_prev_l[i]) / N
            self.dW_hh += np.outer(dz, h_prev_t[i]) / N
            self.db_ih += dz / N
            self.db_hh += dz / N
            dx[i] = self.W_ih.T @ dz
            dh_prev_t[i] = self.W_hh.T @ dz
        return dx, dh_prev_t
