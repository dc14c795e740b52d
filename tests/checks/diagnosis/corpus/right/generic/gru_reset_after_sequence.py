"""TRUTH: right
STYLE: reset after, no inner bias, sequence time-major, cache as object
COURSE: generic
ARGS: x T N D, h0 N H, Wx D 3*H, Wh H 3*H, b 3*H
CALL: hs, cache = gru_forward(x, h0, Wx, Wh, b)
BACK: dx, dh0, dWx, dWh, db = gru_backward(dhs, cache)
"""
import numpy as np

LAYOUT, GATES, UPDATE = "time", "rzn", "keep"


class Run:
    def __init__(self, **kw):
        self.__dict__.update(kw)


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def gru_forward(x, h0, Wx, Wh, b):
    run = Run(x=x, Wx=Wx, Wh=Wh, steps=[])
    h, hs = h0, []
    H = h0.shape[1]
    for xt in x:
        A, U = xt @ Wx + b, h @ Wh
        r = sigmoid(A[:, :H] + U[:, :H])
        z = sigmoid(A[:, H:2*H] + U[:, H:2*H])
        s = U[:, 2*H:]
        n = np.tanh(A[:, 2*H:] + r * s)
        run.steps.append(Run(h=h, r=r, z=z, s=s, n=n))
        h = z * h + (1 - z) * n
        hs.append(h)
    return np.array(hs), run


def gru_backward(dhs, run):
    dx = np.zeros_like(run.x)
    dWx, dWh, db = np.zeros_like(run.Wx), np.zeros_like(run.Wh), np.zeros(run.Wx.shape[1])
    carry = np.zeros_like(dhs[0])
    for t in range(len(dhs) - 1, -1, -1):
        k = run.steps[t]
        d = dhs[t] + carry
        dn = d * (1 - k.z) * (1 - k.n ** 2)
        dz = d * (k.h - k.n) * k.z * (1 - k.z)
        dr = dn * k.s * k.r * (1 - k.r)
        dA = np.hstack([dr, dz, dn])
        dU = np.hstack([dr, dz, dn * k.r])
        dx[t] = dA @ run.Wx.T
        dWx += run.x[t].T @ dA
        dWh += k.h.T @ dU
        db += dA.sum(axis=0)
        carry = d * k.z + dU @ run.Wh.T
    return dx, carry, dWx, dWh, db
