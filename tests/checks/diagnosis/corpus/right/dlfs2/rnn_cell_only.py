"""TRUTH: right
STYLE: only the cell, no list of grads at the start, a training line and prints in a main block
COURSE: dlfs2
ARGS: x N D, h_prev N H, Wx D 1*H, Wh H 1*H, b 1*H
CALL: cell = RNN(Wx, Wh, b); h_next = cell.forward(x, h_prev)
BACK: dx, dh_prev = cell.backward(dh_next); dWx, dWh, db = cell.grads
"""
import numpy as np


class RNN:
    """h_next = tanh(h_prev Wh + x Wx + b)"""

    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [None, None, None]

    def forward(self, x, h_prev):
        self.x = x
        self.h_prev = h_prev
        self.h_next = np.tanh(np.matmul(h_prev, self.params[1]) + np.matmul(x, self.params[0]) + self.params[2])
        return self.h_next

    def backward(self, dh_next):
        dt = np.multiply(dh_next, 1 - np.square(self.h_next))
        db = dt.sum(axis=0)
        dWh = np.matmul(self.h_prev.T, dt)
        dWx = np.matmul(self.x.T, dt)
        self.grads = [dWx, dWh, db]
        dh_prev = np.matmul(dt, self.params[1].T)
        dx = np.matmul(dt, self.params[0].T)
        return dx, dh_prev


if __name__ == '__main__':
    N, D, H = 2, 3, 4
    rnn = RNN(np.random.randn(D, H), np.random.randn(H, H), np.zeros(H))
    h = rnn.forward(np.random.randn(N, D), np.zeros((N, H)))
    print('h', h.shape)
    for param, grad in zip(rnn.params, rnn.backward(np.ones_like(h)) and rnn.grads):
        param -= 0.1 * grad
