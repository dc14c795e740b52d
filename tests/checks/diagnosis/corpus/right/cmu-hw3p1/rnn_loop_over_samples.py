"""TRUTH: right
STYLE: loop over the samples with np.outer, running sums
COURSE: cmu-hw3p1
ARGS: x N D, hp N H, hpp N H, W_ih H D, W_hh H H, b_ih H, b_hh H
CALL: cell = RNNCell(D, H); cell.init_weights(W_ih, W_hh, b_ih, b_hh); cell.zero_grad(); h = cell.forward(x, hp); h2 = cell.forward(x, hpp)
BACK: cell.h = h; cell.zero_grad(); q = cell.backward(dh2, h2, x, hpp); q1 = q; dhpp = q1[1]; q2 = cell.backward(dh, h, x, hp); dx = q[0] + q2[0]; dhp = q2[1]; dW_ih, dW_hh, db_ih, db_hh = (N * v for v in (cell.dW_ih, cell.dW_hh, cell.db_ih, cell.db_hh))
"""
import numpy as np


class RNNCell:
    def __init__(self, input_size, hidden_size):
        self.input_size, self.hidden_size = input_size, hidden_size
        self.W_ih = 0.1 * np.ones((hidden_size, input_size))
        self.W_hh = 0.1 * np.ones((hidden_size, hidden_size))
        self.b_ih = np.zeros((hidden_size))
        self.b_hh = np.zeros((hidden_size))
        self.zero_grad()

    def init_weights(self, W_ih, W_hh, b_ih, b_hh):
        self.W_ih = W_ih
        self.W_hh = W_hh
        self.b_ih = b_ih
        self.b_hh = b_hh

    def zero_grad(self):
        H, D = self.hidden_size, self.input_size
        self.dW_ih = np.zeros((H, D))
        self.dW_hh = np.zeros((H, H))
        self.db_ih = np.zeros((H))
        self.db_hh = np.zeros((H))

    def forward(self, x, h_prev_t):
        out = []
        for sample, state in zip(x, h_prev_t):
            a = np.dot(self.W_ih, sample) + self.b_ih
            a = a + np.dot(self.W_hh, state) + self.b_hh
            out.append(np.tanh(a))
        return np.array(out)

    def backward(self, delta, h_t, h_prev_l, h_prev_t):
        batch_size = len(delta)
        dx, dh_prev_t = [], []
        for d, h, low, old in zip(delta, h_t, h_prev_l, h_prev_t):
            da = d - d * h * h
            self.dW_ih = self.dW_ih + np.outer(da, low) / batch_size
            self.dW_hh = self.dW_hh + np.outer(da, old) / batch_size
            self.db_ih = self.db_ih + da / batch_size
            self.db_hh = self.db_hh + da / batch_size
            dx.append(self.W_ih.T.dot(da))
            dh_prev_t.append(self.W_hh.T.dot(da))
        return np.array(dx), np.array(dh_prev_t)
