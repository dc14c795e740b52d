"""TRUTH: right
STYLE: helper class per gate, the gate knows its own backward
COURSE: generic
ARGS: x N D, h N H, c N H, Wi D H, Ui H H, bi H, Wf D H, Uf H H, bf H, Wo D H, Uo H H, bo H, Wg D H, Ug H H, bg H
CALL: h_next, c_next, cache = lstm_step_forward(x, h, c, Wi, Ui, bi, Wf, Uf, bf, Wo, Uo, bo, Wg, Ug, bg)
BACK: dx, dh, dc, dWi, dUi, dbi, dWf, dUf, dbf, dWo, dUo, dbo, dWg, dUg, dbg = lstm_step_backward(dh_next, dc_next, cache)
"""
import numpy as np

CELL = "lstm"


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


class Gate:
    """y = act(x W + h U + b)"""

    def __init__(self, W, U, b, act, slope):
        self.W, self.U, self.b, self.act, self.slope = W, U, b, act, slope

    def run(self, x, h):
        self.x, self.h = x, h
        self.y = self.act(x @ self.W + h @ self.U + self.b)
        return self.y

    def back(self, dy):
        da = dy * self.slope(self.y)
        self.grads = self.x.T @ da, self.h.T @ da, da.sum(axis=0)
        return da @ self.W.T, da @ self.U.T


def lstm_step_forward(x, h, c, Wi, Ui, bi, Wf, Uf, bf, Wo, Uo, bo, Wg, Ug, bg):
    s, t = (sigmoid, lambda y: y * (1 - y)), (np.tanh, lambda y: 1 - y * y)
    gi, gf, go, gg = Gate(Wi, Ui, bi, *s), Gate(Wf, Uf, bf, *s), Gate(Wo, Uo, bo, *s), Gate(Wg, Ug, bg, *t)
    c_next = gf.run(x, h) * c + gi.run(x, h) * gg.run(x, h)
    h_next = go.run(x, h) * np.tanh(c_next)
    return h_next, c_next, (gi, gf, go, gg, c, c_next)


def lstm_step_backward(dh_next, dc_next, cache):
    gi, gf, go, gg, c, c_next = cache
    tc = np.tanh(c_next)
    d = dc_next + dh_next * go.y * (1 - tc ** 2)
    dx, dh = 0, 0
    for gate, up in ((gi, d * gg.y), (gf, d * c), (go, dh_next * tc), (gg, d * gi.y)):
        a, b = gate.back(up)
        dx, dh = dx + a, dh + b
    return (dx, dh, d * gf.y, *gi.grads, *gf.grads, *go.grads, *gg.grads)
