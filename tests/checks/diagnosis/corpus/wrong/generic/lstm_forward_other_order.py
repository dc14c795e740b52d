"""TRUTH: wrong
STYLE: time-major, forward cuts i f g o, backward stacks i f o g
COURSE: generic
FUNCTION: lstm_backward
CAUSE: gates_swapped | blocks | order
ARGS: x T N D, h0 N H, c0 N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: hs, cache = lstm_forward(x, h0, c0, Wx, Wh, b)
BACK: dx, dh0, dc0, dWx, dWh, db = lstm_backward(dhs, cache)
LINE: 48
"""
import numpy as np

LAYOUT = "time"
GATES = "ifgo"


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm_forward(x, h0, c0, Wx, Wh, b):
    h, c = h0, c0
    hs, steps = [], []
    for xt in x:
        i, f, g, o = np.split(xt @ Wx + h @ Wh + b, 4, axis=1)
        i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
        c_new = f * c + i * g
        steps.append((xt, h, c, i, f, g, o, c_new))
        h, c = o * np.tanh(c_new), c_new
        hs.append(h)
    return np.stack(hs), (steps, Wx, Wh)


def lstm_backward(dhs, cache):
    steps, Wx, Wh = cache
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(Wx.shape[1])
    dx = np.zeros((len(steps),) + steps[0][0].shape)
    dh, dc = np.zeros_like(steps[0][1]), np.zeros_like(steps[0][2])
    for t in range(len(steps))[::-1]:
        xt, h, c, i, f, g, o, c_new = steps[t]
        dh = dh + dhs[t]
        tc = np.tanh(c_new)
        dc = dc + dh * o * (1 - tc ** 2)
        di = dc * g * i * (1 - i)
        df = dc * c * f * (1 - f)
        do = dh * tc * o * (1 - o)
        dg = dc * i * (1 - g ** 2)
        da = np.hstack([di, df, do, dg])
        dx[t] = da @ Wx.T
        dWx += xt.T @ da
        dWh += h.T @ da
        db += da.sum(axis=0)
        dh, dc = da @ Wh.T, dc * f
    return dx, dh, dc, dWx, dWh, db
