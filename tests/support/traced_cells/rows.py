"""Rows are sequences, as in the libraries: x (B, D), h (B, H), x @ W."""

import numpy as np

from support.traced_cells.entry import B, D, Entry, H, ids, on, single

W, U, BIAS, X, S = (D, H), (H, H), (H,), (B, D), (B, H)


def elman(x, h, Wx, Wh, b):
    h = np.tanh(x @ Wx + h @ Wh + b)
    return h


def torch_names(input, hx, weight_ih, weight_hh, bias_ih, bias_hh):
    gi = input @ weight_ih.T + bias_ih
    gh = hx @ weight_hh.T + bias_hh
    return np.tanh(gi + gh)


def keras_names(inputs, states, kernel, recurrent_kernel, bias):
    h_tm1 = states[0]
    c_tm1 = states[1]
    z = np.dot(inputs, kernel)
    z += np.dot(h_tm1, recurrent_kernel)
    z = z + bias
    z0, z1, z2, z3 = np.split(z, 4, axis=1)
    i = 1 / (1 + np.exp(-z0))
    f = 1 / (1 + np.exp(-z1))
    c = f * c_tm1 + i * np.tanh(z2)
    o = 1 / (1 + np.exp(-z3))
    h = o * np.tanh(c)
    return h, [h, c]


def lstm_by_slices(x, prev_h, prev_c, Wx, Wh, b):
    N, H = prev_h.shape
    a = x.dot(Wx) + prev_h.dot(Wh) + b
    ai, af, ao, ag = a[:, :H], a[:, H:2 * H], a[:, 2 * H:3 * H], a[:, 3 * H:]
    i, f, o = 1 / (1 + np.exp(-ai)), 1 / (1 + np.exp(-af)), 1 / (1 + np.exp(-ao))
    g = np.tanh(ag)
    next_c = f * prev_c + i * g
    next_h = o * np.tanh(next_c)
    cache = (x, prev_h, prev_c, i, f, o, g, next_c)
    return next_h, next_c, cache


def lstm_step_backward(dnext_h, dnext_c, cache, Wx, Wh):
    x, prev_h, prev_c, i, f, o, g, next_c = cache
    t = np.tanh(next_c)
    dc = dnext_c + dnext_h * o * (1 - t ** 2)
    dprev_c = dc * f
    dai = dc * g * i * (1 - i)
    daf = dc * prev_c * f * (1 - f)
    dao = dnext_h * t * o * (1 - o)
    dag = dc * i * (1 - g ** 2)
    da = np.hstack((dai, daf, dao, dag))
    dx, dprev_h = da.dot(Wx.T), da.dot(Wh.T)
    dWx, dWh, db = x.T.dot(da), prev_h.T.dot(da), da.sum(0)
    return dx, dprev_h, dprev_c, dWx, dWh, db


def gru_by_ellipsis(x, h, W, U, b):
    xw = x @ W + b
    hu = h @ U[..., :2 * H]
    r = 1 / (1 + np.exp(-(xw[..., :H] + hu[..., :H])))
    z = 1 / (1 + np.exp(-(xw[..., H:2 * H] + hu[..., H:2 * H])))
    n = np.tanh(xw[..., 2 * H:] + (r * h) @ U[..., 2 * H:])
    h = z * h + (1 - z) * n
    return h


def hidden_and_input_side_by_side(x, h, W, b):
    xh = np.hstack([x, h])
    h = np.tanh(xh @ W + b)
    return h


def c_underscore(x, h, W, b):
    joined = np.c_[h, x]
    return np.tanh(joined @ W + b)


def last_axis_minus_one(x, h, c, W, b):
    concat = np.concatenate((x, h), axis=-1)
    gates = concat @ W + b
    i, j, f, o = np.split(gates, 4, axis=-1)
    c_new = c * (1 / (1 + np.exp(-(f + 1.0)))) + 1 / (1 + np.exp(-i)) * np.tanh(j)
    h_new = np.tanh(c_new) * (1 / (1 + np.exp(-o)))
    return h_new, c_new


def bias_as_a_column_of_ones(x, h, W):
    ones = np.ones((len(x), 1))
    xh1 = np.concatenate([x, h, ones], axis=1)
    return np.tanh(np.dot(xh1, W))


def half_precision_of_the_lesson(x, h, W, U, b):
    half = np.float32(.5)
    a = x @ W + h @ U + b
    h = np.tanh(a) * half + h * half
    return h


def softmax_head(h, Wy, by, y):
    scores = h @ Wy + by
    scores = scores - scores.max(axis=1, keepdims=True)
    e = np.exp(scores)
    p = e / e.sum(axis=1, keepdims=True)
    loss = -np.log(p[np.arange(len(y)), y]).mean()
    dscores = p.copy()
    dscores[np.arange(len(y)), y] -= 1
    dscores /= len(y)
    dWy = h.T @ dscores
    dby = np.sum(dscores, axis=0)
    dh = dscores @ Wy.T
    return loss, dh, dWy, dby


def backward_with_sum_zero(dh, x, h_prev, h, W, U):
    dz = (1 - h * h) * dh
    db = dz.sum(0)
    dW = np.dot(x.T, dz)
    dU = np.dot(h_prev.T, dz)
    return dz @ W.T, dz @ U.T, dW, dU, db


CELLS = [
    Entry("rows: one line", on(elman, x=X, h=S, W=W, U=U, b=BIAS), "h"),
    Entry("rows: names of torch", on(torch_names, x=X, h=S, W=(H, D), U=(H, H), b=BIAS, c=BIAS),
          "gi gh"),
    Entry("rows: names of Keras, np.split", on(
          keras_names, x=X, states=[S, S], kernel=(D, 4 * H), recurrent_kernel=(H, 4 * H),
          bias=(4 * H,)), "z z0 z1 z2 z3 i f c o h",
          parents={"z0": "z", "z3": "z", "i": "z0", "c": "f i z2 c_tm1"}),
    Entry("rows: LSTM by slices of the columns", on(
          lstm_by_slices, x=X, h=S, c=S, Wx=(D, 4 * H), Wh=(H, 4 * H), b=(4 * H,)),
          "a ai af ao ag i f o g next_c next_h",
          parents={"ai": "a", "ag": "a", "next_c": "f i g", "next_h": "o next_c"}),
    Entry("rows: LSTM backward", on(
          lstm_step_backward, dh=S, dc=S, cache=[X, *[S] * 7], Wx=(D, 4 * H), Wh=(H, 4 * H)),
          "t dc dprev_c dai daf dao dag da dx dprev_h dWx dWh db",
          parents={"da": "dai daf dao dag", "db": "da"}),
    Entry("rows: GRU by slices with ...", on(
          gru_by_ellipsis, x=X, h=S, W=(D, 3 * H), U=(H, 3 * H), b=(3 * H,)), "xw hu r z n h",
          parents={"r": "xw hu", "n": "xw r", "h": "z n"}),
    Entry("rows: hstack", on(hidden_and_input_side_by_side, x=X, h=S, W=(D + H, H), b=BIAS),
          "xh h", parents={"h": "xh"}),
    Entry("rows: np.c_", on(c_underscore, x=X, h=S, W=(H + D, H), b=BIAS), "joined"),
    Entry("rows: split on axis -1, forget bias", on(
          last_axis_minus_one, x=X, h=S, c=S, W=(D + H, 4 * H), b=(4 * H,)),
          "concat gates i j f o c_new h_new", parents={"o": "gates", "c_new": "f i j"}),
    Entry("rows: the bias as a column of ones", on(
          bias_as_a_column_of_ones, x=X, h=S, W=(D + H + 1, H)), "ones xh1"),
    Entry("rows: float32", on(half_precision_of_the_lesson, x=single(*X), h=single(*S),
                              W=single(*W), U=single(*U), b=single(*BIAS)), "half a h"),
    Entry("rows: softmax and cross entropy, picked with two index arrays", on(
          softmax_head, h=S, Wy=(H, 5), by=(5,), y=ids(B)), "scores e p loss dWy dby dh"),
    Entry("rows: RNN backward", on(backward_with_sum_zero, dh=S, x=X, h_prev=S, h=S, W=W, U=U),
          "dz db dW dU", parents={"db": "dz"}),
]
