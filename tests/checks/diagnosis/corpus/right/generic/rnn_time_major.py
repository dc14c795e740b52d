"""TRUTH: right
STYLE: time-major (T, N, D), tuples, dense
COURSE: generic
ARGS: x T N D, h0 N H, W_xh D H, W_hh H H, b_h H
CALL: hs, cache = rnn_forward(x, h0, W_xh, W_hh, b_h)
BACK: dx, dh0, dW_xh, dW_hh, db_h = rnn_backward(dhs, cache)
"""
# everything is time first: x[t] is the batch at time t
import numpy as np

CELL = "rnn"
LAYOUT = "time"


def rnn_forward(x, h0, W_xh, W_hh, b_h):
    """x (T, N, D), h0 (N, H) -> hs (T, N, H)"""
    h, hs = h0, []
    for x_t in x:
        h = np.tanh(x_t @ W_xh + h @ W_hh + b_h)
        hs.append(h)
    hs = np.array(hs)
    return hs, (x, h0, hs, W_xh, W_hh)


def rnn_backward(dhs, cache):
    x, h0, hs, W_xh, W_hh = cache
    before = np.concatenate([h0[None], hs[:-1]])
    das = np.zeros_like(hs)
    carry = 0
    for t in reversed(range(len(x))):
        das[t] = (dhs[t] + carry) * (1 - hs[t] ** 2)
        carry = das[t] @ W_hh.T
    dW_xh = sum(a.T @ d for a, d in zip(x, das))
    dW_hh = sum(a.T @ d for a, d in zip(before, das))
    return das @ W_xh.T, carry, dW_xh, dW_hh, das.sum((0, 1))
