"""Backward passes with a row for each sequence, and the mistakes that are made in their lines.

The texts are written from the formulas, in four styles. A mistake is an edit of one of them, so its
line is known: `mistaken(number)` gives the text with the mistake and the number of that line.
"""

RNN = '''
import numpy as np
CELL, LAYOUT = "rnn", "row"

def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x.dot(Wx) + prev_h.dot(Wh) + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)

def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    dtanh = dnext_h * (1 - next_h**2)
    dx = dtanh.dot(Wx.T)
    dprev_h = dtanh.dot(Wh.T)
    dWx = x.T.dot(dtanh)
    dWh = prev_h.T.dot(dtanh)
    db = np.sum(dtanh, axis=0)
    return dx, dprev_h, dWx, dWh, db

def rnn_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    h, caches, prev_h = np.zeros((N, T, h0.shape[1])), [], h0
    for t in range(T):
        prev_h, cache = rnn_step_forward(x[:, t, :], prev_h, Wx, Wh, b)
        h[:, t, :] = prev_h
        caches.append(cache)
    return h, caches

def rnn_backward(dh, cache):
    N, T, H = dh.shape
    D = cache[0][0].shape[1]
    dx, dWx = np.zeros((N, T, D)), np.zeros((D, H))
    dWh, db = np.zeros((H, H)), np.zeros(H)
    dprev = np.zeros((N, H))
    for t in range(T - 1, -1, -1):
        total = dh[:, t, :] + dprev
        dx[:, t, :], dprev, a, b, c = rnn_step_backward(total, cache[t])
        dWx += a
        dWh += b
        db += c
    dh0 = dprev
    return dx, dh0, dWx, dWh, db
'''

LSTM = '''
import numpy as np
CELL, LAYOUT, GATES = "lstm", "row", "ifog"

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    H = prev_h.shape[1]
    a = x @ Wx + prev_h @ Wh + b
    i, f, o = sigmoid(a[:, :H]), sigmoid(a[:, H:2*H]), sigmoid(a[:, 2*H:3*H])
    g = np.tanh(a[:, 3*H:])
    next_c = f * prev_c + i * g
    next_h = o * np.tanh(next_c)
    return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c)

def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c = cache
    tc = np.tanh(next_c)
    do = dnext_h * tc
    dc = dnext_c + dnext_h * o * (1 - tc**2)
    df = dc * prev_c
    di = dc * g
    dg = dc * i
    dprev_c = dc * f
    dai = di * i * (1 - i)
    daf = df * f * (1 - f)
    dao = do * o * (1 - o)
    dag = dg * (1 - g**2)
    da = np.hstack((dai, daf, dao, dag))
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dprev_c, dWx, dWh, db

def lstm_forward(x, h0, Wx, Wh, b):
    h, c = h0, np.zeros_like(h0)
    hs, caches = [], []
    for t in range(x.shape[1]):
        h, c, cache = lstm_step_forward(x[:, t], h, c, Wx, Wh, b)
        hs.append(h)
        caches.append(cache)
    return np.stack(hs, axis=1), caches

def lstm_backward(dh, caches):
    N, T, H = dh.shape
    grads, dxs = None, []
    dprev_h, dprev_c = np.zeros((N, H)), np.zeros((N, H))
    for t in reversed(range(T)):
        step = lstm_step_backward(dh[:, t] + dprev_h, dprev_c, caches[t])
        dx, dprev_h, dprev_c, *share = step
        dxs.insert(0, dx)
        grads = share if grads is None else [p + q for p, q in zip(grads, share)]
    return np.stack(dxs, axis=1), dprev_h, *grads
'''

GRU = '''
import numpy as np
CELL, LAYOUT, GATES = "gru", "row", "rzn"

def sig(z):
    return 1 / (1 + np.exp(-z))

def forward(x, h0, Wx, Wh, b):
    H, h, hs, cache = h0.shape[1], h0, [], []
    for t in range(x.shape[1]):
        xs, old = x[:, t] @ Wx + b, h
        r = sig(xs[:, :H] + old @ Wh[:, :H])
        z = sig(xs[:, H:2*H] + old @ Wh[:, H:2*H])
        n = np.tanh(xs[:, 2*H:] + (r * old) @ Wh[:, 2*H:])
        h = (1 - z) * old + z * n
        hs.append(h)
        cache.append({"x": x[:, t], "old": old, "r": r, "z": z, "n": n, "Wx": Wx, "Wh": Wh})
    return np.stack(hs, axis=1), cache

def backward(dh, cache):
    T, H = dh.shape[1], dh.shape[2]
    grads = {"x": np.zeros((dh.shape[0], T, cache[0]["x"].shape[1]))}
    grads["Wx"] = np.zeros_like(cache[0]["Wx"])
    grads["Wh"] = np.zeros_like(cache[0]["Wh"])
    grads["b"] = np.zeros(3 * H)
    carry = np.zeros_like(dh[:, 0])
    for t in reversed(range(T)):
        c = cache[t]
        x, old, r, z, n, Wx, Wh = [c[k] for k in ("x", "old", "r", "z", "n", "Wx", "Wh")]
        d = dh[:, t] + carry
        dn = d * z * (1 - n * n)
        dz = d * (n - old) * z * (1 - z)
        dro = dn @ Wh[:, 2*H:].T
        dr = dro * old * r * (1 - r)
        carry = d * (1 - z)
        carry += dro * r
        carry += dr @ Wh[:, :H].T
        carry += dz @ Wh[:, H:2*H].T
        da = np.concatenate([dr, dz, dn], axis=1)
        grads["x"][:, t] = da @ Wx.T
        grads["Wx"] += x.T @ da
        grads["Wh"][:, :2*H] += old.T @ da[:, :2*H]
        grads["Wh"][:, 2*H:] += (r * old).T @ dn
        grads["b"] += da.sum(axis=0)
    return grads["x"], carry, grads["Wx"], grads["Wh"], grads["b"]
'''

OBJECT = '''
import numpy as np
CELL, LAYOUT = "rnn", "row"

class Net:
    def __init__(self, Wx, Wh, b):
        self.Wx, self.Wh, self.b = Wx, Wh, b

    def forward(self, x, h0):
        self.x, self.h = x, {-1: h0}
        for t in range(x.shape[1]):
            self.h[t] = np.tanh(x[:, t] @ self.Wx + self.h[t-1] @ self.Wh + self.b)
        return np.stack([self.h[t] for t in range(x.shape[1])], axis=1)

    def slope(self, h): return 1 - h**2

    def backward(self, dout):
        self.dWx, self.dWh, self.db = 0 * self.Wx, 0 * self.Wh, 0 * self.b
        self.dx = np.zeros_like(self.x)
        dnext = 0
        for t in range(dout.shape[1])[::-1]:
            dh = dout[:, t] + dnext
            dz = dh * self.slope(self.h[t])
            self.dWx += np.einsum("nd,nh->dh", self.x[:, t], dz)
            self.dWh += np.einsum("nh,nk->hk", self.h[t-1], dz); self.db += dz.sum(0)
            self.dx[:, t] = dz @ self.Wx.T
            dnext = dz @ self.Wh.T
        self.dh0 = dnext
        return self.dx, self.dh0, self.dWx, self.dWh, self.db
'''

MISTAKES = (
    (RNN, "(1 - next_h**2)", "(1 - next_h)"),
    (RNN, "dnext_h * (1 - next_h**2)", "dnext_h"),
    (RNN, "(1 - next_h**2)", "(1 - np.tanh(next_h)**2)"),
    (RNN, "dx = dtanh.dot(Wx.T)", "dx = dnext_h.dot(Wx.T)"),
    (RNN, "dtanh.dot(Wh.T)", "dtanh.dot(Wh)"),
    (RNN, "prev_h.T.dot(dtanh)", "next_h.T.dot(dtanh)"),
    (RNN, "prev_h.T.dot(dtanh)", "dtanh.T.dot(prev_h)"),
    (RNN, "x.T.dot(dtanh)", "x.T.dot(dnext_h)"),
    (RNN, "np.sum(dtanh, axis=0)", "np.mean(dtanh, axis=0)"),
    (RNN, "np.sum(dtanh, axis=0)", "dtanh[0]"),
    (RNN, "dh[:, t, :] + dprev", "dh[:, t, :]"),
    (RNN, "dWx += a", "dWx = a"),
    (RNN, "dWh += b", "dWh = b"),
    (RNN, "range(T - 1, -1, -1)", "range(T - 1, 0, -1)"),
    (RNN, "range(T - 1, -1, -1)", "range(T)"),
    (RNN, "dh[:, t, :] + dprev", "dh[:, t - 1, :] + dprev"),
    (RNN, "(total, cache[t])", "(total, cache[t - 1])"),
    (RNN, "dh[:, t, :] + dprev", "2 * dh[:, t, :] + dprev"),
    (LSTM, "dnext_c + dnext_h * o", "dnext_h * o"),
    (LSTM, "dc = dnext_c + dnext_h * o * (1 - tc**2)", "dc = dnext_c"),
    (LSTM, "(1 - tc**2)", "(1 - next_c**2)"),
    (LSTM, "do = dnext_h * tc", "do = dnext_h * next_c"),
    (LSTM, "df = dc * prev_c", "df = dc * next_c"),
    (LSTM, "di = dc * g", "di = dc * i"),
    (LSTM, "dprev_c = dc * f", "dprev_c = dc"),
    (LSTM, "dprev_c = dc * f", "dprev_c = dc * i"),
    (LSTM, "dai = di * i * (1 - i)", "dai = di * i"),
    (LSTM, "daf = df * f * (1 - f)", "daf = df"),
    (LSTM, "dag = dg * (1 - g**2)", "dag = dg"),
    (LSTM, "dag = dg * (1 - g**2)", "dag = dg * g * (1 - g)"),
    (LSTM, "(dai, daf, dao, dag)", "(daf, dai, dao, dag)"),
    (LSTM, "dprev_h = da @ Wh.T", "dprev_h = dnext_h"),
    (LSTM, "prev_h.T @ da", "(o * tc).T @ da"),
    (LSTM, "da.sum(axis=0)", "da.mean(axis=0)"),
    (LSTM, "dh[:, t] + dprev_h, dprev_c", "dh[:, t], dprev_c"),
    (LSTM, "dprev_h, dprev_c, caches[t]", "dprev_h, 0 * dprev_c, caches[t]"),
    (LSTM, "[p + q for p, q in zip(grads, share)]", "share"),
    (GRU, "d * (n - old)", "d * (old - n)"),
    (GRU, "dn = d * z", "dn = d * (1 - z)"),
    (GRU, "(1 - n * n)", "(1 - n)"),
    (GRU, "dr = dro * old * r * (1 - r)", "dr = dro * r * (1 - r)"),
    (GRU, "carry = d * (1 - z)", "carry = d * z"),
    (GRU, "carry += dro * r", "carry += dro"),
    (GRU, "carry += dr @ Wh[:, :H].T", "carry += 0 * dr"),
    (GRU, "carry += dz @", "carry = dz @"),
    (GRU, "(r * old).T @ dn", "old.T @ dn"),
    (GRU, "[dr, dz, dn]", "[dz, dr, dn]"),
    (GRU, 'grads["b"] += da', 'grads["b"] = da'),
    (GRU, "d = dh[:, t] + carry", "d = dh[:, t] * (t == T - 1) + carry"),
    (OBJECT, "return 1 - h**2", "return 1 - h"),
    (OBJECT, "self.h[t-1], dz)", "self.h[t], dz)"),
    (OBJECT, "dz = dh * self.slope", "dz = dout[:, t] * self.slope"),
    (OBJECT, "self.dWh += np", "self.dWh = np"),
    (OBJECT, "self.db += dz.sum(0)", "self.db += dz.mean(0)"),
    (OBJECT, "dnext = dz @ self.Wh.T", "dnext = dz @ self.Wh"),
    (OBJECT, "dz @ self.Wx.T", "dh @ self.Wx.T"),
)


def mistaken(text, old, new):
    """The text with the mistake in it, and the number of its line."""
    assert text.count(old) == 1, (old, text.count(old))
    return text.replace(old, new), text[: text.index(old)].count("\n") + 1
