"""TRUTH: right
STYLE: clumsy, a main block with a training loop and a plot, unused code
COURSE: cs231n
ARGS: x N D, prev_h N H, Wx D H, Wh H H, b H
CALL: next_h, cache = rnn_step_forward(x, prev_h, Wx, Wh, b)
BACK: dx, dprev_h, dWx, dWh, db = rnn_step_backward(dnext_h, cache)
ARGS: x N T D, h0 N H, Wx D H, Wh H H, b H
CALL: h, cache = rnn_forward(x, h0, Wx, Wh, b)
BACK: dx, dh0, dWx, dWh, db = rnn_backward(dh, cache)
"""
# assignment: rnn part. works, 1e-8 in the notebook
import numpy as np
import math, random

np.random.seed(231)


def rel_error(a, b):
    return np.max(np.abs(a - b) / (np.maximum(1e-8, np.abs(a) + np.abs(b))))


def old_version(x, h):
    # not used any more
    raise NotImplementedError


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    first = x.dot(Wx)
    second = prev_h.dot(Wh)
    third = first + second
    fourth = third + b
    next_h = np.tanh(fourth)
    cache = (x, prev_h, Wx, Wh, b, fourth)
    return (next_h, cache)


def rnn_step_backward(dnext_h, cache):
    (x, prev_h, Wx, Wh, b, fourth) = cache
    dfourth = dnext_h / np.cosh(fourth) ** 2      # sech^2
    db = np.sum(dfourth, axis=0)
    dthird = dfourth
    dfirst = dthird
    dsecond = dthird
    dx = dfirst.dot(Wx.T)
    dWx = x.T.dot(dfirst)
    dprev_h = dsecond.dot(Wh.T)
    dWh = prev_h.T.dot(dsecond)
    return (dx, dprev_h, dWx, dWh, db)


def rnn_forward(x, h0, Wx, Wh, b):
    (N, T, D) = x.shape
    (N, H) = h0.shape
    h = np.zeros((N, T, H))
    cache = [None] * T
    for t in range(0, T):
        if t == 0:
            h[:, 0, :], cache[0] = rnn_step_forward(x[:, 0, :], h0, Wx, Wh, b)
        else:
            h[:, t, :], cache[t] = rnn_step_forward(x[:, t, :], h[:, t - 1, :], Wx, Wh, b)
    return (h, cache)


def rnn_backward(dh, cache):
    (N, T, H) = dh.shape
    D = cache[0][0].shape[1]
    dx = np.zeros((N, T, D))
    dWx = np.zeros((D, H))
    dWh = np.zeros((H, H))
    db = np.zeros((H,))
    dprev_h = np.zeros((N, H))
    for k in range(1, T + 1):
        t = T - k
        dcurrent = dh[:, t, :] + dprev_h
        dx_, dprev_h_, dWx_, dWh_, db_ = rnn_step_backward(dcurrent, cache[t])
        dx[:, t, :] = dx_
        dprev_h = dprev_h_
        dWx = dWx + dWx_
        dWh = dWh + dWh_
        db = db + db_
    dh0 = dprev_h
    return (dx, dh0, dWx, dWh, db)


if __name__ == "__main__":
    import matplotlib.pyplot as plt
    losses = []
    x = np.random.randn(2, 5, 3)
    h0, Wx, Wh, b = np.zeros((2, 4)), np.random.randn(3, 4), np.random.randn(4, 4), np.zeros(4)
    goal = np.random.rand(2, 5, 4)
    for it in range(200):
        h, cache = rnn_forward(x, h0, Wx, Wh, b)
        losses.append(0.5 * np.sum((h - goal) ** 2))
        _, _, gx, gh, gb = rnn_backward(h - goal, cache)
        Wx -= 0.01 * gx
        Wh -= 0.01 * gh
        b -= 0.01 * gb
    plt.plot(losses)
    plt.show()
