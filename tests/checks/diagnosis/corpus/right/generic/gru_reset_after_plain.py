"""TRUTH: right
STYLE: reset after the product, no inner bias, dataclass cache
COURSE: generic
ARGS: x N D, prev_h N H, Wx D 3*H, Wh H 3*H, b 3*H
CALL: next_h, cache = gru_step_forward(x, prev_h, Wx, Wh, b)
BACK: dx, dprev_h, dWx, dWh, db = gru_step_backward(dnext_h, cache)
"""
from dataclasses import dataclass

import numpy as np

CELL, GATES, UPDATE = "gru", "zrn", "new"


@dataclass
class Cache:
    x: np.ndarray
    h: np.ndarray
    z: np.ndarray
    r: np.ndarray
    n: np.ndarray
    s: np.ndarray
    Wx: np.ndarray
    Wh: np.ndarray


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def gru_step_forward(x, prev_h, Wx, Wh, b):
    xz, xr, xn = np.split(x @ Wx + b, 3, axis=1)
    hz, hr, s = np.split(prev_h @ Wh, 3, axis=1)
    z, r = sigmoid(xz + hz), sigmoid(xr + hr)
    n = np.tanh(xn + r * s)
    return prev_h + z * (n - prev_h), Cache(x, prev_h, z, r, n, s, Wx, Wh)


def gru_step_backward(dnext_h, cache):
    k = cache
    dan = dnext_h * k.z * (1 - k.n ** 2)
    daz = dnext_h * (k.n - k.h) * k.z * (1 - k.z)
    dar = dan * k.s * k.r * (1 - k.r)
    from_x = np.hstack([daz, dar, dan])
    from_h = np.hstack([daz, dar, dan * k.r])
    dprev_h = dnext_h * (1 - k.z) + from_h @ k.Wh.T
    return from_x @ k.Wx.T, dprev_h, k.x.T @ from_x, k.h.T @ from_h, from_x.sum(axis=0)
