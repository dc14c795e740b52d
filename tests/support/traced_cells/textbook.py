"""Cells of a layer: step(x, state, **params) and step_back, in other lines than ours."""

from types import SimpleNamespace

import numpy as np

from numpyrnn import GRU, LSTM, RNN, RNNCell, State
from support.traced_cells.entry import Entry


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def rnn_step(x, state, *, W_xh, W_hh, b_h, activation):
    (h_prev,) = state
    h = np.tanh(W_xh[0] @ x + W_hh[0] @ h_prev + b_h[0])
    return (h,), {"x": x, "h_prev": h_prev, "h": h}


def rnn_back(dstate, cache, *, W_xh, W_hh, b_h, activation):
    da = dstate.h * (1 - cache["h"] ** 2)
    grads = {}
    grads["W_xh"] = (da @ cache["x"].T)[np.newaxis]
    grads["W_hh"] = (da @ cache["h_prev"].T)[np.newaxis]
    grads["b_h"] = da.sum(axis=1, keepdims=True)[np.newaxis]
    return W_xh[0].T @ da, (W_hh[0].T @ da,), grads


def rnn_step_bare(x, state, W_xh, W_hh, b_h, activation=None):
    a = np.einsum("hd,db->hb", W_xh[0], x)
    a += np.dot(W_hh[0], state[0])
    a += b_h[0]
    h = np.tanh(a)
    return h, (x, state[0], h)


def rnn_back_clipped(dstate, cache, W_xh, W_hh, b_h, activation=None):
    x, h_prev, h = cache
    da = dstate[0] * (1 - h * h)
    dW_xh, dW_hh = da.dot(x.T)[None], da.dot(h_prev.T)[None]
    db_h = np.sum(da, axis=1, keepdims=True)[None]
    for grad in (dW_xh, dW_hh, db_h):
        np.clip(grad, -0.01, 0.01, out=grad)
    return W_xh[0].T.dot(da), W_hh[0].T.dot(da), dict(W_xh=dW_xh, W_hh=dW_hh, b_h=db_h)


class Attributes:
    """An LSTM whose gates are attributes, kept on a stack for the way back."""

    def __init__(self):
        self.stack = []

    def step(self, x, state, *, W_xh, W_hh, b_h):
        self.h_prev, self.c_prev = state
        a = W_xh @ x + W_hh @ self.h_prev + b_h
        self.i, self.f, self.o = sigmoid(a[0]), sigmoid(a[1]), sigmoid(a[2])
        self.g = np.tanh(a[3])
        self.c = self.f * self.c_prev + self.i * self.g
        self.stack.append((x, self.h_prev, self.c_prev, self.i, self.f, self.o, self.g, self.c))
        return (self.o * np.tanh(self.c), self.c), None

    def step_back(self, dstate, cache, *, W_xh, W_hh, b_h):
        x, h_prev, c_prev, i, f, o, g, c = self.stack.pop()
        dh, dc = dstate
        t = np.tanh(c)
        dc = dc + dh * o * (1 - t ** 2)
        da = np.zeros((4, *i.shape))
        da[0] = dc * g * i * (1 - i)
        da[1] = dc * c_prev * f * (1 - f)
        da[2] = dh * t * o * (1 - o)
        da[3] = dc * i * (1 - g ** 2)
        dx, dh_prev = 0, 0
        for k in range(4):
            dx = dx + W_xh[k].T @ da[k]
            dh_prev = dh_prev + W_hh[k].T @ da[k]
        grads = dict(W_xh=da @ x.T, W_hh=da @ h_prev.T, b_h=da.sum(axis=2, keepdims=True))
        return dx, (dh_prev, dc * f), grads


class OneMatrix:
    """An LSTM on [h; x], its weights joined in each step."""

    @staticmethod
    def step(x, state, *, W_xh, W_hh, b_h):
        h_prev, c_prev = state
        n = len(h_prev)
        W = np.concatenate([W_hh, W_xh], axis=2).reshape(4 * n, -1)
        hx = np.vstack([h_prev, x])
        z = W @ hx + b_h.reshape(-1, 1)
        i, f, o, g = np.split(z, 4)
        i, f, o, g = sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(g)
        c = f * c_prev + i * g
        t = np.tanh(c)
        return State(o * t, c), SimpleNamespace(hx=hx, W=W, c_prev=c_prev, i=i, f=f, o=o, g=g, t=t)

    @staticmethod
    def step_back(dstate, cache, *, W_xh, W_hh, b_h):
        i, f, o, g, t = cache.i, cache.f, cache.o, cache.g, cache.t
        dc = dstate.c + dstate.h * o * (1 - t ** 2)
        dz = np.vstack([dc * g * i * (1 - i), dc * cache.c_prev * f * (1 - f),
                        dstate.h * t * o * (1 - o), dc * i * (1 - g ** 2)])
        dW = (dz @ cache.hx.T).reshape(4, len(i), -1)
        dhx = cache.W.T @ dz
        n = len(i)
        grads = dict(W_xh=dW[:, :, n:], W_hh=dW[:, :, :n],
                     b_h=dz.sum(axis=1).reshape(4, n, 1))
        return dhx[n:], State(dhx[:n], dc * f), grads


def gru_step(x, state, W_xh, W_hh, b_h):
    h_prev = state[0]
    W_r, W_z, W_n = W_xh
    U_r, U_z, U_n = W_hh
    b_r, b_z, b_n = b_h
    r = sigmoid(W_r @ x + U_r @ h_prev + b_r)
    z = sigmoid(W_z @ x + U_z @ h_prev + b_z)
    rh = r * h_prev
    n = np.tanh(W_n @ x + U_n @ rh + b_n)
    h = h_prev + z * (n - h_prev)
    return [h], (x, h_prev, r, z, n, rh)


def gru_back(dstate, cache, W_xh, W_hh, b_h):
    x, h_prev, r, z, n, rh = cache
    dh = dstate.h
    dz = dh * (n - h_prev) * z * (1 - z)
    dn = dh * z * (1 - n ** 2)
    drh = W_hh[2].T @ dn
    dr = drh * h_prev * r * (1 - r)
    da = np.array([dr, dz, dn])
    dx = np.einsum("ghd,ghb->db", W_xh, da)
    dh_prev = dh * (1 - z) + drh * r + W_hh[0].T @ dr + W_hh[1].T @ dz
    dW_hh = np.stack([dr @ h_prev.T, dz @ h_prev.T, dn @ rh.T])
    return dx, [dh_prev], {"W_xh": da @ x.T, "W_hh": dW_hh, "b_h": da.sum(-1)[..., None]}


class Inherited(RNNCell):
    def step(self, x, state, **params):
        return super().step(x, state, **params)


class Dropout:
    """A mask on the past, drawn in each step."""

    def __init__(self):
        self.rng = np.random.default_rng(3)

    def step(self, x, state, *, W_xh, W_hh, b_h, activation):
        keep = self.rng.random(state.h.shape) < 0.5
        h_kept = keep * state.h
        h = np.tanh(W_xh[0] @ x + W_hh[0] @ h_kept + b_h[0])
        return State(h), (x, keep, h_kept, h)

    def step_back(self, dstate, cache, *, W_xh, W_hh, b_h, activation):
        x, keep, h_kept, h = cache
        da = dstate.h * (1 - h ** 2)
        grads = dict(W_xh=(da @ x.T)[None], W_hh=(da @ h_kept.T)[None],
                     b_h=da.sum(axis=1, keepdims=True)[None])
        return W_xh[0].T @ da, State(keep * (W_hh[0].T @ da)), grads


def pair(step, step_back):
    return lambda: SimpleNamespace(step=step, step_back=step_back)


def of(layer, cell):
    return lambda: (cell(), layer)


CELLS = [
    Entry("textbook: RNN, gradients put in a dict", of(RNN, pair(rnn_step, rnn_back)),
          "h da dx dW_xh dW_hh db_h", layer=True, parents={"h": "h x"}),
    Entry("textbook: RNN, clipped in a loop", of(RNN, pair(rnn_step_bare, rnn_back_clipped)),
          "a h da dx dW_xh dW_hh db_h", layer=True, parents={"h": "a"}),
    Entry("textbook: LSTM, attributes and a stack", of(LSTM, Attributes),
          "a self.i self.f self.o self.g self.c t da da[0] da[3]", layer=True,
          parents={"self.i": "a"}),
    Entry("textbook: LSTM on [h; x]", of(LSTM, OneMatrix), "hx z i f o g c t dz dW dhx",
          layer=True, parents={"z": "hx W", "dW": "dz hx"}),
    Entry("textbook: GRU, gates one by one", of(GRU, pair(gru_step, gru_back)),
          "r z rh n h dz dn drh dr da", layer=True, parents={"rh": "r h", "n": "rh x W_n U_n b_n"}),
    Entry("textbook: super().step", of(RNN, Inherited), "h da", layer=True),
    Entry("textbook: a mask drawn in each step", of(RNN, Dropout), "keep h_kept h da",
          layer=True, parents={"h": "x h_kept"}),
]
