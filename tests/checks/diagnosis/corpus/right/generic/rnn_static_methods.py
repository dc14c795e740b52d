"""TRUTH: right
STYLE: class with static methods only, state returned beside the outputs
COURSE: generic
ARGS: x N D, prev_h N H, Wx D H, Wh H H, b H
CALL: next_h, cache = RNNCell.step_forward(x, prev_h, Wx, Wh, b)
BACK: dx, dprev_h, dWx, dWh, db = RNNCell.step_backward(dnext_h, cache)
ARGS: x N T D, h0 N H, Wx D H, Wh H H, b H
CALL: h, cache = RNNCell.forward(x, h0, Wx, Wh, b)
BACK: dx, dh0, dWx, dWh, db = RNNCell.backward(dh, cache)
"""
import numpy as np


class RNNCell:
    @staticmethod
    def step_forward(x, prev_h, Wx, Wh, b):
        next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
        return next_h, (x, prev_h, next_h, Wx, Wh)

    @staticmethod
    def step_backward(dnext_h, cache):
        x, prev_h, next_h, Wx, Wh = cache
        da = dnext_h * (1 - next_h ** 2)
        return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)

    @classmethod
    def forward(cls, x, h0, Wx, Wh, b):
        out, caches = [], []
        for t in range(x.shape[1]):
            h0, cache = cls.step_forward(x[:, t], h0, Wx, Wh, b)
            out.append(h0)
            caches.append(cache)
        return np.stack(out, axis=1), caches

    @classmethod
    def backward(cls, dh, caches):
        dx, carry, sums = [], 0, None
        for t in reversed(range(dh.shape[1])):
            dxt, carry, *share = cls.step_backward(dh[:, t] + carry, caches[t])
            dx = [dxt] + dx
            sums = share if sums is None else [a + b for a, b in zip(sums, share)]
        return (np.stack(dx, axis=1), carry) + tuple(sums)
