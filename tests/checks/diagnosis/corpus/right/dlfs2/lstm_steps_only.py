"""TRUTH: right
STYLE: LSTM alone, own sigmoid, in place in the array of gates, grads rebound, main block
COURSE: dlfs2
ARGS: x N D, h_prev N H, c_prev N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: m = LSTM(Wx, Wh, b); h, c = m.forward(x, h_prev, c_prev)
BACK: dx, dh_prev, dc_prev = m.backward(dh, dc); dWx, dWh, db = m.grads
"""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class LSTM:
    """The blocks of A are f, g, i, o."""

    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]
        self.cache = None

    def forward(self, x, h_prev, c_prev):
        Wx, Wh, b = self.params
        H = h_prev.shape[1]
        A = np.dot(x, Wx)
        A += np.dot(h_prev, Wh)
        A += b
        A[:, :H] = sigmoid(A[:, :H])
        A[:, H:2*H] = np.tanh(A[:, H:2*H])
        A[:, 2*H:] = sigmoid(A[:, 2*H:])
        c_next = A[:, :H] * c_prev + A[:, H:2*H] * A[:, 2*H:3*H]
        tanh_c = np.tanh(c_next)
        self.cache = (x, h_prev, c_prev, A, tanh_c)
        return A[:, 3*H:] * tanh_c, c_next

    def backward(self, dh_next, dc_next):
        Wx, Wh, b = self.params
        x, h_prev, c_prev, A, tanh_c = self.cache
        H = h_prev.shape[1]
        f, g, i, o = (A[:, k*H:(k+1)*H] for k in range(4))
        dc_next = dc_next + dh_next * o * (1 - tanh_c ** 2)
        dA = np.zeros_like(A)
        dA[:, :H] = dc_next * c_prev
        dA[:, H:2*H] = dc_next * i
        dA[:, 2*H:3*H] = dc_next * g
        dA[:, 3*H:] = dh_next * tanh_c
        slope = A * (1 - A)
        slope[:, H:2*H] = 1 - g ** 2
        dA *= slope
        self.grads = [np.dot(x.T, dA), np.dot(h_prev.T, dA), np.sum(dA, axis=0)]
        return np.dot(dA, Wx.T), np.dot(dA, Wh.T), dc_next * f


if __name__ == '__main__':
    N, D, H = 2, 3, 4
    layer = LSTM(np.random.randn(D, 4 * H), np.random.randn(H, 4 * H), np.zeros(4 * H))
    h, c = np.zeros((N, H)), np.zeros((N, H))
    for _ in range(3):
        h, c = layer.forward(np.random.randn(N, D), h, c)
    print(h)
    print([out.shape for out in layer.backward(np.ones_like(h), np.zeros_like(c))])
