"""TRUTH: wrong
STYLE: GRU alone, dh_prev assigned again by the gates
COURSE: dlfs2
FUNCTION: GRU.backward
CAUSE: dh_prev_overwritten | overwritten by the share of the gates
LINE: 52
"""
from common.np import *
from common.functions import sigmoid


class GRU:
    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]
        self.cache = None

    def forward(self, x, h_prev):
        Wx, Wh, b = self.params
        H = Wh.shape[0]
        Wxz, Wxr, Wxh = np.split(Wx, 3, axis=1)
        Whz, Whr, Whh = np.split(Wh, 3, axis=1)
        bz, br, bh = np.split(b, 3)
        z = sigmoid(np.dot(x, Wxz) + np.dot(h_prev, Whz) + bz)
        r = sigmoid(np.dot(x, Wxr) + np.dot(h_prev, Whr) + br)
        h_hat = np.tanh(np.dot(x, Wxh) + np.dot(r * h_prev, Whh) + bh)
        h_next = (1 - z) * h_prev + z * h_hat
        self.cache = (x, h_prev, z, r, h_hat)
        return h_next

    def backward(self, dh_next):
        Wx, Wh, b = self.params
        H = Wh.shape[0]
        Wxz, Wxr, Wxh = Wx[:, :H], Wx[:, H:2*H], Wx[:, 2*H:]
        Whz, Whr, Whh = Wh[:, :H], Wh[:, H:2*H], Wh[:, 2*H:]
        x, h_prev, z, r, h_hat = self.cache

        # h_hat
        dh_prev = dh_next * (1 - z)
        dt = dh_next * z * (1 - h_hat ** 2)
        dbh = np.sum(dt, axis=0)
        dWhh = np.dot((r * h_prev).T, dt)
        dhr = np.dot(dt, Whh.T)
        dWxh = np.dot(x.T, dt)
        dx = np.dot(dt, Wxh.T)
        dh_prev += r * dhr

        # r
        dt_r = dhr * h_prev * r * (1 - r)
        # z
        dt_z = (dh_next * h_hat - dh_next * h_prev) * z * (1 - z)
        dh_prev = np.dot(dt_z, Whz.T) + np.dot(dt_r, Whr.T)
        dx += np.dot(dt_z, Wxz.T) + np.dot(dt_r, Wxr.T)

        self.grads[0][...] = np.hstack((np.dot(x.T, dt_z), np.dot(x.T, dt_r), dWxh))
        self.grads[1][...] = np.hstack((np.dot(h_prev.T, dt_z), np.dot(h_prev.T, dt_r), dWhh))
        self.grads[2][...] = np.hstack((np.sum(dt_z, axis=0), np.sum(dt_r, axis=0), dbh))
        return dx, dh_prev
