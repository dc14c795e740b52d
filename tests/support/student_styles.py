"""Student files in styles that are met in public, in our own words."""

from support.student_code import LSTM_STEP, changed

# A GRU in static methods, the bias in row 0 of its one matrix, states that may be left out.
BIAS_ROW = '''import numpy as np


class GRU:
    @staticmethod
    def forward(X, W, h0=None):
        T, N, D = X.shape
        H = W.shape[1] // 3
        h = np.zeros((N, H)) if h0 is None else h0
        steps, out = [], []
        for x in X:
            row = np.hstack([np.ones((N, 1)), x, h])
            z, r = np.split(1 / (1 + np.exp(-row @ W[:, :2 * H])), 2, axis=1)
            again = np.hstack([np.ones((N, 1)), x, r * h])
            n = np.tanh(again @ W[:, 2 * H:])
            steps.append((row, again, h, z, r, n))
            h = (1 - z) * h + z * n
            out.append(h)
        return np.array(out), h, dict(steps=steps, W=W, D=D)

    @staticmethod
    def backward(dH, cache, dlast=None):
        W, D = cache["W"], cache["D"]
        H = W.shape[1] // 3
        dX, dW, dh = [], np.zeros_like(W), np.zeros_like(dH[0])
        for g, (row, again, h, z, r, n) in zip(dH[::-1], cache["steps"][::-1]):
            dh = dh + g
            da_n = dh * z * (1 - n * n)
            inner = da_n @ W[:, 2 * H:].T
            da_z = dh * (n - h) * z * (1 - z)
            da_r = inner[:, 1 + D:] * h * r * (1 - r)
            outer = np.hstack([da_z, da_r]) @ W[:, :2 * H].T
            dW += np.hstack([row.T @ da_z, row.T @ da_r, again.T @ da_n])
            dX.append(inner[:, 1:1 + D] + outer[:, 1:1 + D])
            dh = dh * (1 - z) + inner[:, 1 + D:] * r + outer[:, 1 + D:]
        return np.array(dX[::-1]), dW, dh
'''
# An LSTM step whose dc comes before its dh, beside gradients without a name of their own.
DC_FIRST = changed(
    LSTM_STEP,
    ("return da @ Wx.T, da @ Wh.T, dprev_c, x.T @ da, prev_h.T @ da, np.sum(da, axis=0)",
     "dx, dprev_h, one, two = da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da\n"
     "    return dx, dprev_c, dprev_h, one, two, np.sum(da, axis=0)"))
# One column at a time: nothing is summed over a batch.
COLUMN = '''import numpy as np

CELL = "rnn"


def step_forward(x, prev_h, Wx, Wh, b):
    h = np.tanh(Wx @ x + Wh @ prev_h + b)
    return h, (x, prev_h, h, Wx, Wh)


def step_backward(dh, cache):
    x, prev_h, h, Wx, Wh = cache
    da = dh * (1 - h * h)
    return Wx.T @ da, Wh.T @ da, da @ x.T, da @ prev_h.T, da
'''
# Python 2: print is a statement, and a division of whole numbers gives a whole number.
PYTHON_2 = changed(
    LSTM_STEP, ("    a_i, a_f, a_o, a_g = np.split(x @ Wx + prev_h @ Wh + b, 4, axis=1)\n",
                "    H, a = Wx.shape[1] / 4, x @ Wx + prev_h @ Wh + b\n"
                "    a_i, a_f, a_o, a_g = [a[:, k * H:(k + 1) * H] for k in range(4)]\n")
) + '\nprint "ready"\n'
# CMU's step of a plain network, in the handout's words of 2021: `h` is the new state in backward.
NEW_STATE = '''import numpy as np


class RNNCell:
    def __init__(self, input_size, hidden_size):
        self.W_ih = np.random.randn(hidden_size, input_size)
        self.W_hh = np.random.randn(hidden_size, hidden_size)
        self.b_ih, self.b_hh = np.random.randn(2, hidden_size)
        self.dW_ih, self.dW_hh = np.zeros_like(self.W_ih), np.zeros_like(self.W_hh)
        self.db_ih, self.db_hh = np.zeros((2, hidden_size))

    def init_weights(self, W_ih, W_hh, b_ih, b_hh):
        self.W_ih, self.W_hh, self.b_ih, self.b_hh = W_ih, W_hh, b_ih, b_hh

    def forward(self, x, h):
        return np.tanh(x @ self.W_ih.T + h @ self.W_hh.T + self.b_ih + self.b_hh)

    def backward(self, delta, h, h_prev_l, h_prev_t):
        da = delta * (1 - h * h)
        self.dW_ih += da.T @ h_prev_l / len(da)
        self.dW_hh += da.T @ h_prev_t / len(da)
        self.db_ih += da.mean(axis=0)
        self.db_hh += da.mean(axis=0)
        return da @ self.W_ih, da @ self.W_hh
'''
# Its GRU of 2019: no biases, the matrices of the candidate without a letter, the gradient a row.
ROW_OF_ONE = '''import numpy as np


def sigma(a):
    return 1 / (1 + np.exp(-a))


class GRU_Cell:
    def __init__(self, in_dim, hidden_dim):
        for name in ("Wz", "Wr", "W"):
            setattr(self, name + "h", np.random.randn(hidden_dim, hidden_dim))
            setattr(self, name + "x", np.random.randn(hidden_dim, in_dim))
            setattr(self, "d" + name + "h", np.zeros((hidden_dim, hidden_dim)))
            setattr(self, "d" + name + "x", np.zeros((hidden_dim, in_dim)))

    def init_weights(self, Wzh, Wrh, Wh, Wzx, Wrx, Wx):
        self.Wzh, self.Wrh, self.Wh, self.Wzx, self.Wrx, self.Wx = Wzh, Wrh, Wh, Wzx, Wrx, Wx

    def forward(self, x, h):
        self.x, self.before = x, h
        self.z = sigma(self.Wzx @ x + self.Wzh @ h)
        self.r = sigma(self.Wrx @ x + self.Wrh @ h)
        self.n = np.tanh(self.Wx @ x + self.Wh @ (self.r * h))
        return (1 - self.z) * h + self.z * self.n

    def backward(self, delta):
        x, h = self.x[None], self.before[None]
        assert delta.shape == h.shape
        an = delta * self.z * (1 - self.n**2)
        az = delta * (self.n - h) * self.z * (1 - self.z)
        ar = (an @ self.Wh) * h * self.r * (1 - self.r)
        self.dWx, self.dWzx, self.dWrx = an.T @ x, az.T @ x, ar.T @ x
        self.dWh, self.dWzh, self.dWrh = an.T @ (self.r * h), az.T @ h, ar.T @ h
        dh = delta * (1 - self.z) + an @ self.Wh * self.r + az @ self.Wzh + ar @ self.Wrh
        return an @ self.Wx + az @ self.Wzx + ar @ self.Wrx, dh
'''
# A layer that returns nothing from backward, and keeps every gradient in a dict.
KEPT_IN_A_DICT = '''import numpy as np


class RNNLayer:
    def __init__(self, in_size, out_size):
        self.Wx, self.Wh = np.random.rand(in_size, out_size), np.random.rand(out_size, out_size)
        self.b = np.random.rand(out_size)
        self.grad = {}

    def forward_step(self, x, prev_h):
        h = np.tanh(x @ self.Wx + prev_h @ self.Wh + self.b)
        return h, (x, prev_h, h)

    def backward_step(self, dh, cache):
        x, prev_h, h = cache
        da = dh * (1 - h * h)
        return da @ self.Wx.T, da @ self.Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)

    def forward(self, x, h0):
        self.caches, out = [], []
        for t in range(x.shape[1]):
            h0, cache = self.forward_step(x[:, t], h0)
            self.caches.append(cache)
            out.append(h0)
        return np.stack(out, axis=1)

    def backward(self, dh):
        dx, carry, sums = [], 0, [0, 0, 0]
        for t in range(dh.shape[1])[::-1]:
            dx_t, carry, *shares = self.backward_step(dh[:, t] + carry, self.caches[t])
            dx.insert(0, dx_t)
            sums = [s + share for s, share in zip(sums, shares)]
        self.grad = dict(dx=np.stack(dx, axis=1), dh0=carry, dWx=sums[0], dWh=sums[1], db=sums[2])
'''
# Deep Learning from Scratch 2: the embedding's buffer is float32.
FLOAT32 = '''import numpy as np


class Embedding:
    def __init__(self, W):
        self.params, self.grads, self.ids = [W], [np.zeros_like(W)], None

    def forward(self, ids):
        self.ids = ids
        return self.params[0][ids]

    def backward(self, dout):
        self.grads[0][...] = 0
        np.add.at(self.grads[0], self.ids, dout)


class TimeEmbedding:
    def __init__(self, W):
        self.params, self.grads, self.layers, self.W = [W], [np.zeros_like(W)], None, W

    def forward(self, xs):
        out = np.empty((*xs.shape, self.W.shape[1]), dtype="f")
        self.layers = []
        for t in range(xs.shape[1]):
            self.layers.append(Embedding(self.W))
            out[:, t] = self.layers[-1].forward(xs[:, t])
        return out

    def backward(self, dout):
        grad = 0
        for t, layer in enumerate(self.layers):
            layer.backward(dout[:, t])
            grad = grad + layer.grads[0]
        self.grads[0][...] = grad
'''
# A handout in which nothing is filled in: its asserts speak of names that are not there yet.
HANDOUT = '''import numpy as np


class GRUCell:
    def __init__(self, d, h):
        self.d, self.h = d, h
        for name in ("Wr", "Wz", "Wn"):
            setattr(self, name + "x", np.random.randn(h, d))
            setattr(self, name + "h", np.random.randn(h, h))

    def forward(self, x, h_prev_t):
        self.x, self.hidden = x, h_prev_t
        assert self.r.shape == (self.h,)
        raise NotImplementedError

    def backward(self, delta):
        dh = 0 * delta
        assert dx.shape == (self.d,)
        raise NotImplementedError
'''
