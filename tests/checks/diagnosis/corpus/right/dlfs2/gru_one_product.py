"""TRUTH: right
STYLE: GRU alone, one product for z and r, names in Japanese romaji in places, no bias vector split
COURSE: dlfs2
"""
import numpy as np
from common.functions import *


class GRU:
    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(p) for p in self.params]

    def forward(self, x, h_prev):
        Wx, Wh, b = self.params
        H = h_prev.shape[1]
        nyuryoku = np.dot(x, Wx) + b
        zr = sigmoid(nyuryoku[:, :2*H] + np.dot(h_prev, Wh[:, :2*H]))
        z, r = zr[:, :H], zr[:, H:]
        kouho = np.tanh(nyuryoku[:, 2*H:] + np.dot(r * h_prev, Wh[:, 2*H:]))
        self.cache = (x, h_prev, z, r, kouho)
        return h_prev + z * (kouho - h_prev)

    def backward(self, dh_next):
        Wx, Wh, b = self.params
        x, h_prev, z, r, kouho = self.cache
        H = h_prev.shape[1]
        dkouho = dh_next * z * (1 - kouho ** 2)
        drh = np.dot(dkouho, Wh[:, 2*H:].T)
        dz = dh_next * (kouho - h_prev) * z * (1 - z)
        dr = drh * h_prev * r * (1 - r)
        dzr = np.hstack([dz, dr])
        dA = np.hstack([dzr, dkouho])
        self.grads[0][:] = x.T.dot(dA)
        self.grads[1][:, :2*H] = h_prev.T.dot(dzr)
        self.grads[1][:, 2*H:] = (r * h_prev).T.dot(dkouho)
        self.grads[2][:] = dA.sum(axis=0)
        dh_prev = dh_next * (1 - z) + drh * r + dzr.dot(Wh[:, :2*H].T)
        return dA.dot(Wx.T), dh_prev
