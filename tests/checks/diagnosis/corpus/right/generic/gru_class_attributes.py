"""TRUTH: right
STYLE: class made with (input_size, hidden_size), one attribute per matrix, gradients as attributes
COURSE: generic
ARGS: x N T D, h0 N H, Wxr D H, Wxz D H, Wxn D H, Whr H H, Whz H H, Whn H H, br H, bz H, bn H
CALL: net = GRULayer(D, H); net.Wxr, net.Wxz, net.Wxn, net.Whr, net.Whz, net.Whn, net.br, net.bz, net.bn = Wxr, Wxz, Wxn, Whr, Whz, Whn, br, bz, bn; out = net.forward(x, h0)
BACK: dx, dh0 = net.backward(dout); dWxr, dWxz, dWxn, dWhr, dWhz, dWhn, dbr, dbz, dbn = net.dWxr, net.dWxz, net.dWxn, net.dWhr, net.dWhz, net.dWhn, net.dbr, net.dbz, net.dbn
"""
import numpy as np


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


class GRULayer:
    """h = (1 - z) h' + z n, n = tanh(x Wxn + (r h') Whn + bn)"""

    update = "new"

    def __init__(self, input_size, hidden_size):
        rng = np.random.default_rng(0)
        for gate in "rzn":
            setattr(self, "Wx" + gate, rng.normal(size=(input_size, hidden_size)) * 0.1)
            setattr(self, "Wh" + gate, rng.normal(size=(hidden_size, hidden_size)) * 0.1)
            setattr(self, "b" + gate, np.zeros(hidden_size))

    def forward(self, x, h0):
        self.steps = []
        h, out = h0, []
        for t in range(x.shape[1]):
            v = x[:, t]
            r = sigmoid(v @ self.Wxr + h @ self.Whr + self.br)
            z = sigmoid(v @ self.Wxz + h @ self.Whz + self.bz)
            n = np.tanh(v @ self.Wxn + (r * h) @ self.Whn + self.bn)
            self.steps.append((v, h, r, z, n))
            h = (1 - z) * h + z * n
            out.append(h)
        return np.stack(out, axis=1)

    def backward(self, dout):
        for gate in "rzn":
            for name in ("Wx" + gate, "Wh" + gate, "b" + gate):
                setattr(self, "d" + name, np.zeros_like(getattr(self, name)))
        dx = [0] * len(self.steps)
        dh = 0
        for t in range(len(self.steps) - 1, -1, -1):
            v, h, r, z, n = self.steps[t]
            dh = dh + dout[:, t]
            dn = dh * z * (1 - n ** 2)
            dz = dh * (n - h) * z * (1 - z)
            drh = dn @ self.Whn.T
            dr = drh * h * r * (1 - r)
            self.dWxr += v.T @ dr
            self.dWxz += v.T @ dz
            self.dWxn += v.T @ dn
            self.dWhr += h.T @ dr
            self.dWhz += h.T @ dz
            self.dWhn += (r * h).T @ dn
            self.dbr += dr.sum(axis=0)
            self.dbz += dz.sum(axis=0)
            self.dbn += dn.sum(axis=0)
            dx[t] = dr @ self.Wxr.T + dz @ self.Wxz.T + dn @ self.Wxn.T
            dh = dh * (1 - z) + drh * r + dr @ self.Whr.T + dz @ self.Whz.T
        return np.stack(dx, axis=1), dh
