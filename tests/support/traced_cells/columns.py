"""Columns are sequences, as in the textbooks: x (D, B), h (H, B), W @ x."""

import numpy as np

from support.traced_cells.entry import B, D, Entry, H, by_name, on

W, U, BIAS, X, S = (H, D), (H, H), (H, 1), (D, B), (H, B)


def elman(x, h_prev, Wxh, Whh, bh):
    return np.tanh(Wxh @ x + Whh @ h_prev + bh)


def with_dot(x_t, h_prev, Wax, Waa, ba):
    z = np.dot(Wax, x_t) + np.dot(Waa, h_prev) + ba
    h_next = np.tanh(z)
    return h_next, z


def with_methods(x, h, Wx, Wh, b):
    h = np.tanh(Wx.dot(x) + Wh.dot(h) + b)
    return h


def with_ufuncs(x, h, Wx, Wh, b):
    from_input = np.matmul(Wx, x)
    from_past = np.matmul(Wh, h)
    total = np.add(np.add(from_input, from_past), b)
    return np.tanh(total)


def parameters_in_a_dict(xt, a_prev, parameters):
    Wax = parameters["Wax"]
    Waa = parameters["Waa"]
    ba = parameters["ba"]
    a_next = np.tanh(np.dot(Waa, a_prev) + np.dot(Wax, xt) + ba)
    y = parameters["Wya"] @ a_next + parameters["by"]
    return a_next, y


def lstm_of_stacked_blocks(x, h, c, W, U, b):
    n = h.shape[0]
    z = W @ x + U @ h + b
    i = 1 / (1 + np.exp(-z[:n]))
    f = 1 / (1 + np.exp(-z[n:2 * n]))
    o = 1 / (1 + np.exp(-z[2 * n:3 * n]))
    g = np.tanh(z[3 * n:])
    c = f * c + i * g
    h = o * np.tanh(c)
    return h, c


def lstm_on_one_column_of_both(x, h_prev, c_prev, Wf, Wi, Wc, Wo, bf, bi, bc, bo):
    hx = np.vstack((h_prev, x))
    f = 1.0 / (1.0 + np.exp(-(Wf @ hx + bf)))
    i = 1.0 / (1.0 + np.exp(-(Wi @ hx + bi)))
    c_bar = np.tanh(Wc @ hx + bc)
    c = f * c_prev + i * c_bar
    o = 1.0 / (1.0 + np.exp(-(Wo @ hx + bo)))
    h = o * np.tanh(c)
    return h, c, (f, i, c_bar, o)


def gru_on_one_column_of_both(x, h, Wz, Wr, Wn, bz, br, bn):
    both = np.concatenate([h, x], axis=0)
    z = 1 / (1 + np.exp(-Wz @ both - bz))
    r = 1 / (1 + np.exp(-Wr @ both - br))
    n = np.tanh(Wn @ np.concatenate([r * h, x], axis=0) + bn)
    return (1 - z) * h + z * n


def elman_backward(dh, x, h_prev, h, Wx, Wh):
    da = dh * (1 - h ** 2)
    dWx = da @ x.T
    dWh = da @ h_prev.T
    db = da.sum(axis=1, keepdims=True)
    dx = Wx.T @ da
    dh_prev = Wh.T @ da
    return dx, dh_prev, dWx, dWh, db


def lstm_backward(dh, dc, f, i, g, o, c, c_prev, hx, Wf):
    tanh_c = np.tanh(c)
    do = dh * tanh_c * o * (1 - o)
    dc = dc + dh * o * (1 - tanh_c * tanh_c)
    df = dc * c_prev * f * (1 - f)
    di = dc * g * i * (1 - i)
    dg = dc * i * (1 - np.square(g))
    grads = {"dWf": np.dot(df, hx.T), "dbf": np.sum(df, axis=1, keepdims=True),
             "dWo": np.dot(do, hx.T)}
    dhx = np.dot(Wf.T, df)
    return dhx[:H], dhx[H:], dc * f, di, dg, grads


def two_floors(x, h1, h2, W1, U1, b1, W2, U2, b2):
    h1 = np.tanh(W1 @ x + U1 @ h1 + b1)
    h2 = np.tanh(W2 @ h1 + U2 @ h2 + b2)
    return h1, h2


def annotated(x: np.ndarray, h: np.ndarray, W: np.ndarray, U: np.ndarray) -> np.ndarray:
    a: np.ndarray = W @ x + U @ h
    unused: float
    new: np.ndarray = np.tanh(a)
    return new


def long_lines(
    x, h, *, W, U, b,
):
    pre_activation = (
        W @ x       # from the input
        + U @ h     # from the past
        + b
    )

    h_new = np.tanh(
        pre_activation
    )
    return (
        h_new
    )


def two_in_a_line(x, h, W, U, b):
    a = W @ x + U @ h; a = a + b
    if True: h = np.tanh(a)
    return h


LSTM = dict(x=X, h_prev=S, c_prev=S)
STACKED = (H, H + D)

CELLS = [
    Entry("columns: one line", on(elman, x=X, h=S, W=W, U=U, b=BIAS)),
    Entry("columns: np.dot", on(with_dot, x=X, h=S, W=W, U=U, b=BIAS), "z h_next",
          parents={"h_next": "z"}),
    Entry("columns: .dot, and a name used again", on(with_methods, x=X, h=S, W=W, U=U, b=BIAS),
          "h"),
    Entry("columns: np.matmul and np.add", on(with_ufuncs, x=X, h=S, W=W, U=U, b=BIAS),
          "from_input from_past total", parents={"total": "from_input from_past"}),
    Entry("columns: parameters in a dict", on(parameters_in_a_dict, x=X, h=S, p=dict(
          Wax=W, Waa=U, ba=BIAS, Wya=(2, H), by=(2, 1))), "a_next y", parents={"y": "a_next"}),
    Entry("columns: LSTM, slices of one product", on(
          lstm_of_stacked_blocks, x=X, h=S, c=S, W=(4 * H, D), U=(4 * H, H), b=(4 * H, 1)),
          "z i f o g c h", parents={"i": "z", "g": "z", "c": "f i g", "h": "o c"}),
    Entry("columns: LSTM on vstack", on(
          lstm_on_one_column_of_both, **LSTM, Wf=STACKED, Wi=STACKED, Wc=STACKED, Wo=STACKED,
          bf=BIAS, bi=BIAS, bc=BIAS, bo=BIAS), "hx f i c_bar c o h", parents={"f": "hx"}),
    Entry("columns: GRU on concatenate", on(
          gru_on_one_column_of_both, x=X, h=S, Wz=STACKED, Wr=STACKED, Wn=STACKED,
          bz=BIAS, br=BIAS, bn=BIAS), "both z r n", parents={"n": "r", "z": "both"}),
    Entry("columns: RNN backward", on(elman_backward, dh=S, x=X, h_prev=S, h=S, Wx=W, Wh=U),
          "da dWx dWh db dx dh_prev", parents={"db": "da", "dx": "da"}),
    Entry("columns: LSTM backward, gradients in a dict", on(
          lstm_backward, dh=S, dc=S, f=S, i=S, g=S, o=S, c=S, c_prev=S, hx=(H + D, B), Wf=STACKED),
          "tanh_c do dc df di dg dhx", parents={"df": "dc", "dc": "tanh_c"}),
    Entry("columns: two layers", on(two_floors, x=X, h1=S, h2=(2, B), W1=W, U1=U, b1=BIAS,
                                    W2=(2, H), U2=(2, 2), b2=(2, 1)), "h1 h2",
          parents={"h2": "h1"}),
    Entry("columns: annotated names", on(annotated, x=X, h=S, W=W, U=U), "a new"),
    Entry("columns: lines broken in brackets", by_name(long_lines, x=X, h=S, W=W, U=U, b=BIAS),
          "pre_activation h_new", parents={"h_new": "pre_activation"}),
    Entry("columns: two statements in a line", on(two_in_a_line, x=X, h=S, W=W, U=U, b=BIAS),
          "a h", parents={"a": "a", "h": "a"}),
]
