"""TRUTH: wrong
STYLE: the reset gate's gradient takes h_hat in place of h_prev
COURSE: dlfs2
FUNCTION: backward
CAUSE: dr uses | dr_uses | candidate for the old state | h_hat
ARGS: x N D, h_prev N H, Wx D 3*H, Wh H 3*H, b 3*H
CALL: cell = GRU(Wx, Wh, b); h_next = cell.forward(x, h_prev)
BACK: dx, dh_prev = cell.backward(dh_next); dWx, dWh, db = cell.grads
LINE: 39
"""
import numpy as np
from common.functions import sigmoid


class GRU:
    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]
        self.cache = None

    def forward(self, x, h_prev):
        Wx, Wh, b = self.params
        H = Wh.shape[0]
        z = sigmoid(np.dot(x, Wx[:, :H]) + np.dot(h_prev, Wh[:, :H]) + b[:H])
        r = sigmoid(np.dot(x, Wx[:, H:2 * H]) + np.dot(h_prev, Wh[:, H:2 * H]) + b[H:2 * H])
        h_hat = np.tanh(np.dot(x, Wx[:, 2 * H:]) + np.dot(r * h_prev, Wh[:, 2 * H:]) + b[2 * H:])
        self.cache = (x, h_prev, z, r, h_hat)
        return (1 - z) * h_prev + z * h_hat

    def backward(self, dh_next):
        Wx, Wh, b = self.params
        H = Wh.shape[0]
        x, h_prev, z, r, h_hat = self.cache
        dh_prev = dh_next * (1 - z)
        d_hat = dh_next * z * (1 - h_hat ** 2)
        dhr = np.dot(d_hat, Wh[:, 2 * H:].T)
        dh_prev += r * dhr
        dz = (dh_next * h_hat - dh_next * h_prev) * z * (1 - z)
        dr = dhr * h_hat * r * (1 - r)
        dh_prev += np.dot(dz, Wh[:, :H].T) + np.dot(dr, Wh[:, H:2 * H].T)
        dx = np.dot(dz, Wx[:, :H].T) + np.dot(dr, Wx[:, H:2 * H].T) + np.dot(d_hat, Wx[:, 2 * H:].T)
        dWx, dWh, db = self.grads
        dWx[:, :H], dWx[:, H:2 * H], dWx[:, 2 * H:] = np.dot(x.T, dz), np.dot(x.T, dr), np.dot(x.T, d_hat)
        dWh[:, :H], dWh[:, H:2 * H] = np.dot(h_prev.T, dz), np.dot(h_prev.T, dr)
        dWh[:, 2 * H:] = np.dot((r * h_prev).T, d_hat)
        db[:H], db[H:2 * H], db[2 * H:] = dz.sum(axis=0), dr.sum(axis=0), d_hat.sum(axis=0)
        return dx, dh_prev
