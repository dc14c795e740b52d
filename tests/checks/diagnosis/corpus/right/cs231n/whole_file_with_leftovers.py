"""TRUTH: right
STYLE: whole file with tests of its own at the end, np.random.seed, prints at import, a broken unused function
COURSE: cs231n
ARGS: x N D, prev_h N H, Wx D H, Wh H H, b H
CALL: next_h, cache = rnn_step_forward(x, prev_h, Wx, Wh, b)
BACK: dx, dprev_h, dWx, dWh, db = rnn_step_backward(dnext_h, cache)
ARGS: x N D, prev_h N H, prev_c N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: next_h, next_c, cache = lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b)
BACK: dx, dprev_h, dprev_c, dWx, dWh, db = lstm_step_backward(dnext_h, dnext_c, cache)
"""
import numpy as np

print("loading rnn layers ...")


def eval_numerical_gradient_array(f, x, df, h=1e-5):
    grad = np.zeros_like(x)
    it = np.nditer(x, flags=["multi_index"], op_flags=["readwrite"])
    while not it.finished:
        ix = it.multi_index
        old = x[ix]
        x[ix] = old + h
        pos = f(x).copy()
        x[ix] = old - h
        neg = f(x).copy()
        x[ix] = old
        grad[ix] = np.sum((pos - neg) * df) / (2 * h)
        it.iternext()
    return grad


def lstm_backward_old(dh, cache):
    return dh @ undefined_name


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x.dot(Wx) + prev_h.dot(Wh) + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    dscores = dnext_h * (1 - next_h ** 2)
    return dscores.dot(Wx.T), dscores.dot(Wh.T), x.T.dot(dscores), prev_h.T.dot(dscores), dscores.sum(0)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    H = prev_h.shape[1]
    a = x.dot(Wx) + prev_h.dot(Wh) + b
    i, f, o, g = sigmoid(a[:, :H]), sigmoid(a[:, H:2*H]), sigmoid(a[:, 2*H:3*H]), np.tanh(a[:, 3*H:])
    next_c = f * prev_c + i * g
    return o * np.tanh(next_c), next_c, (i, f, o, g, x, Wx, Wh, prev_h, prev_c, next_c)


def lstm_step_backward(dnext_h, dnext_c, cache):
    i, f, o, g, x, Wx, Wh, prev_h, prev_c, next_c = cache
    dtanh = dnext_h * o
    dc = dnext_c + dtanh * (1 - np.tanh(next_c) ** 2)
    da = np.hstack((i * (1 - i) * dc * g, f * (1 - f) * dc * prev_c,
                    o * (1 - o) * dnext_h * np.tanh(next_c), (1 - g ** 2) * dc * i))
    return da.dot(Wx.T), da.dot(Wh.T), dc * f, x.T.dot(da), prev_h.T.dot(da), np.sum(da, axis=0)


np.random.seed(231)
N, D, H = 4, 5, 6
x, h, Wx, Wh, b = np.random.randn(N, D), np.random.randn(N, H), np.random.randn(D, H), np.random.randn(H, H), np.random.randn(H)
out, cache = rnn_step_forward(x, h, Wx, Wh, b)
dout = np.random.randn(*out.shape)
dx, *_ = rnn_step_backward(dout, cache)
num = eval_numerical_gradient_array(lambda v: rnn_step_forward(v, h, Wx, Wh, b)[0], x, dout)
print("dx error:", np.max(np.abs(dx - num)))
assert np.allclose(dx, num, atol=1e-6)
