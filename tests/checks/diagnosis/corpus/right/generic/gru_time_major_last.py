"""TRUTH: right
STYLE: time-major, last-state only, class with methods and grads list
COURSE: generic
ARGS: xs T N D, h0 N H, Wx D 3*H, Wh H 3*H, b 3*H
CALL: net = GRU(Wx, Wh, b); h_last = net.forward(xs, h0)
BACK: dxs, dh0 = net.backward(dh_last); dWx, dWh, db = net.grads
"""
import numpy as np

OUTPUT = "last"
LAYOUT = "time"


class GRU:
    # gates: z, r, n.   h = z * h + (1 - z) * n
    gates = "zrn"
    update = "keep"

    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]

    def forward(self, xs, h0):
        Wx, Wh, b = self.params
        H = Wh.shape[0]
        self.tape = []
        h = h0
        for x in xs:
            a = x @ Wx + b
            z = 1 / (1 + np.exp(-(a[:, :H] + h @ Wh[:, :H])))
            r = 1 / (1 + np.exp(-(a[:, H:2*H] + h @ Wh[:, H:2*H])))
            n = np.tanh(a[:, 2*H:] + (r * h) @ Wh[:, 2*H:])
            self.tape.append((x, h, z, r, n))
            h = z * h + (1 - z) * n
        return h

    def backward(self, dh):
        Wx, Wh, b = self.params
        H = Wh.shape[0]
        gx, gh, gb = (np.zeros_like(p) for p in self.params)
        dxs = []
        for x, h, z, r, n in self.tape[::-1]:
            dn = dh * (1 - z) * (1 - n**2)
            dz = dh * (h - n) * z * (1 - z)
            drh = dn @ Wh[:, 2*H:].T
            dr = drh * h * r * (1 - r)
            da = np.hstack([dz, dr, dn])
            gx += x.T @ da
            gh[:, :H] += h.T @ dz
            gh[:, H:2*H] += h.T @ dr
            gh[:, 2*H:] += (r * h).T @ dn
            gb += da.sum(axis=0)
            dxs.append(da @ Wx.T)
            dh = dh * z + drh * r + dz @ Wh[:, :H].T + dr @ Wh[:, H:2*H].T
        self.grads = [gx, gh, gb]
        return np.array(dxs[::-1]), dh
