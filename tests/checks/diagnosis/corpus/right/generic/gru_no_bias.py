"""TRUTH: right
STYLE: no bias, einsum, time loop inside
COURSE: generic
ARGS: x N T D, h0 N H, W D 3*H, U H 3*H
CALL: hs, cache = gru_forward(x, h0, W, U)
BACK: dx, dh0, dW, dU = gru_backward(dhs, cache)
"""
import numpy as np

CELL, GATES, UPDATE, BIAS = "gru", "rzn", "new", False
mul = lambda a, b: np.einsum("nd,dh->nh", a, b)
back = lambda a, b: np.einsum("nh,dh->nd", a, b)
outer = lambda a, b: np.einsum("nd,nh->dh", a, b)
sig = lambda a: 1 / (1 + np.exp(-a))


def gru_forward(x, h0, W, U):
    H = h0.shape[1]
    Ur, Uz, Un = U[:, :H], U[:, H:2 * H], U[:, 2 * H:]
    h, out, steps = h0, [], []
    for t in range(x.shape[1]):
        p = mul(x[:, t], W)
        r = sig(p[:, :H] + mul(h, Ur))
        z = sig(p[:, H:2 * H] + mul(h, Uz))
        n = np.tanh(p[:, 2 * H:] + mul(r * h, Un))
        steps.append((x[:, t], h, r, z, n))
        h = (1 - z) * h + z * n
        out.append(h)
    return np.stack(out, 1), (steps, W, U)


def gru_backward(dhs, cache):
    steps, W, U = cache
    H = U.shape[0]
    Ur, Uz, Un = U[:, :H], U[:, H:2 * H], U[:, 2 * H:]
    dW, dU, dx = np.zeros_like(W), np.zeros_like(U), []
    carry = np.zeros_like(steps[0][1])
    for t in range(len(steps) - 1, -1, -1):
        x, h, r, z, n = steps[t]
        d = dhs[:, t] + carry
        dn = d * z * (1 - n ** 2)
        dz = d * (n - h) * z * (1 - z)
        drh = back(dn, Un)
        dr = drh * h * r * (1 - r)
        dp = np.concatenate([dr, dz, dn], axis=1)
        dx.append(back(dp, W))
        dW += outer(x, dp)
        dU[:, :H] += outer(h, dr)
        dU[:, H:2 * H] += outer(h, dz)
        dU[:, 2 * H:] += outer(r * h, dn)
        carry = d * (1 - z) + drh * r + back(dr, Ur) + back(dz, Uz)
    return np.stack(dx[::-1], 1), carry, dW, dU
