"""TRUTH: right
STYLE: GRU cell, the two gates in one product, np.add(out=), grads made by concatenate
COURSE: dlfs2
ARGS: x N D, h_prev N H, Wx D 3*H, Wh H 3*H, b 3*H
CALL: cell = GRU(Wx, Wh, b); h_next = cell.forward(x, h_prev)
BACK: dx, dh_prev = cell.backward(dh_next); dWx, dWh, db = cell.grads
"""
import numpy as np


def sigmoid(x):
    return np.exp(np.minimum(x.real, 0)) * 0 + 1 / (1 + np.exp(-x))


class GRU:
    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]

    def forward(self, x, h_prev):
        Wx, Wh, b = self.params
        H = h_prev.shape[1]
        zr = sigmoid(x @ Wx[:, :2 * H] + h_prev @ Wh[:, :2 * H] + b[:2 * H])
        z, r = zr[:, :H], zr[:, H:]
        reset = r * h_prev
        h_hat = np.tanh(x @ Wx[:, 2 * H:] + reset @ Wh[:, 2 * H:] + b[2 * H:])
        self.cache = x, h_prev, zr, reset, h_hat
        return h_prev + z * (h_hat - h_prev)

    def backward(self, dh_next):
        Wx, Wh, b = self.params
        x, h_prev, zr, reset, h_hat = self.cache
        H = h_prev.shape[1]
        z, r = zr[:, :H], zr[:, H:]
        d_hat = dh_next * z * (1 - h_hat * h_hat)
        d_reset = d_hat @ Wh[:, 2 * H:].T
        d_zr = np.concatenate((dh_next * (h_hat - h_prev), d_reset * h_prev), axis=1) * zr * (1 - zr)
        np.concatenate((x.T @ d_zr, x.T @ d_hat), axis=1, out=self.grads[0])
        np.concatenate((h_prev.T @ d_zr, reset.T @ d_hat), axis=1, out=self.grads[1])
        np.concatenate((d_zr.sum(axis=0), d_hat.sum(axis=0)), out=self.grads[2])
        dx = d_zr @ Wx[:, :2 * H].T + d_hat @ Wx[:, 2 * H:].T
        dh_prev = dh_next * (1 - z)
        dh_prev = dh_prev + d_reset * r
        dh_prev = dh_prev + d_zr @ Wh[:, :2 * H].T
        return dx, dh_prev
