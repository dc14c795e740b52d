"""A whole sequence in one function: the loop over the time steps stands in the cell."""

from collections import deque
from functools import reduce

import numpy as np

from support.traced_cells.entry import B, D, Entry, H, T, V, listed, on

W, U, BIAS = (H, D), (H, H), (H, 1)


def list_of_states(xs, h, W, U, b):
    states = [h]
    for t in range(len(xs)):
        a = W @ xs[t] + U @ states[-1] + b
        h = np.tanh(a)
        states.append(h)
    return states


def array_of_states(x, h0, W, U, b):
    steps = x.shape[0]
    hs = np.zeros((steps + 1, *h0.shape))
    hs[0] = h0
    for t in range(steps):
        hs[t + 1] = np.tanh(W @ x[t] + U @ hs[t] + b)
    return hs[1:]


def batch_first(x, W, U, b, V, c):
    N, T, _ = x.shape
    h = np.zeros((N, U.shape[0]))
    out = np.zeros((N, T, V.shape[1]))
    for t in range(T):
        xt = x[:, t, :]
        h = np.tanh(xt @ W + h @ U + b)
        out[:, t, :] = h @ V + c
    return out, h


def with_enumerate(x, h, W, U, b):
    outputs = []
    for t, x_t in enumerate(x):
        h = np.tanh(np.dot(W, x_t) + np.dot(U, h) + b)
        outputs.append(h)
    H = np.stack(outputs)
    return H


def with_zip(inputs, masks, h, W, U, b):
    for x, m in zip(inputs, masks):
        h_new = np.tanh(W @ x + U @ h + b)
        h = m * h_new + (1 - m) * h
    return h


def while_loop(x, h, W, U, b):
    t = 0
    total = 0.0
    while t < len(x):
        h = np.tanh(W @ x[t] + U @ h + b)
        total += h.sum()
        t += 1
    return h, total


def from_the_end(x, h, W, U, b):
    hs = {}
    for t in reversed(range(len(x))):
        h = np.tanh(W @ x[t] + U @ h + b)
        hs[t] = h
    return hs


def both_directions(x, W, U, W2, U2):
    T = len(x)
    forward, backward = [None] * T, [None] * T
    h = np.zeros((U.shape[0], x.shape[2]))
    for t in range(T):
        h = np.tanh(W @ x[t] + U @ h)
        forward[t] = h
    h = np.zeros_like(h)
    for t in range(T - 1, -1, -1):
        h = np.tanh(W2 @ x[t] + U2 @ h)
        backward[t] = h
    both = [np.vstack([f, b]) for f, b in zip(forward, backward)]
    return both


def characters(inputs, targets, hprev, Wxh, Whh, Why, bh, by):
    """A character model, forward and back, with dicts by time step."""
    xs, hs, ys, ps = {}, {}, {}, {}
    hs[-1] = np.copy(hprev)
    loss = 0
    for t in range(len(inputs)):
        xs[t] = np.zeros((by.shape[0], 1))
        xs[t][inputs[t]] = 1
        hs[t] = np.tanh(np.dot(Wxh, xs[t]) + np.dot(Whh, hs[t - 1]) + bh)
        ys[t] = np.dot(Why, hs[t]) + by
        ps[t] = np.exp(ys[t]) / np.sum(np.exp(ys[t]))
        loss += -np.log(ps[t][targets[t], 0])
    dWxh, dWhh, dWhy = np.zeros_like(Wxh), np.zeros_like(Whh), np.zeros_like(Why)
    dbh, dby = np.zeros_like(bh), np.zeros_like(by)
    dhnext = np.zeros_like(hs[0])
    for t in reversed(range(len(inputs))):
        dy = np.copy(ps[t])
        dy[targets[t]] -= 1
        dWhy += np.dot(dy, hs[t].T)
        dby += dy
        dh = np.dot(Why.T, dy) + dhnext
        dhraw = (1 - hs[t] * hs[t]) * dh
        dbh += dhraw
        dWxh += np.dot(dhraw, xs[t].T)
        dWhh += np.dot(dhraw, hs[t - 1].T)
        dhnext = np.dot(Whh.T, dhraw)
    for grad in [dWxh, dWhh, dWhy, dbh, dby]:
        np.clip(grad, -0.3, 0.3, out=grad)
    return loss, dWxh, dWhh, dWhy, dbh, dby, hs[len(inputs) - 1]


def one_hot_and_loss(chars, h, Wxh, Whh, Why):
    loss, one_hot = 0.0, np.eye(Why.shape[0])
    for now, following in zip(chars[:-1], chars[1:]):
        x = one_hot[now]
        h = np.tanh(Wxh @ x + Whh @ h)
        y = Why @ h
        p = np.exp(y - np.max(y))
        p /= p.sum()
        loss = loss - np.log(p[following])
    return loss / (len(chars) - 1)


def through_time(x, h0, W, U, b, dh_last):
    hs, h = [h0], h0
    for t in range(len(x)):
        h = np.tanh(W @ x[t] + U @ h + b)
        hs.append(h)
    dW, dU, db, dh = 0, 0, 0, dh_last
    for t in reversed(range(len(x))):
        dz = dh * (1 - hs[t + 1] ** 2)
        dW = dW + dz @ x[t].T
        dU = dU + dz @ hs[t].T
        db = db + dz.sum(axis=1, keepdims=True)
        dh = U.T @ dz
    return dW, dU, db, dh


def two_loops_of_layers(x, hs, Ws, Us):
    for t in range(len(x)):
        inp = x[t]
        for l in range(len(Ws)):
            hs[l] = np.tanh(Ws[l] @ inp + Us[l] @ hs[l])
            inp = hs[l]
    return hs


def many_to_one(x, W, U, Wy, by, label):
    h = np.zeros((x.shape[0], U.shape[0]))
    for step in range(x.shape[1]):
        h = np.tanh(np.matmul(x[:, step], W) + np.matmul(h, U))
    logits = h @ Wy + by
    shifted = logits - np.max(logits, axis=-1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return -(label * log_p).sum() / len(label)


def lstm_over_time(X, h, c, W, U, b):
    hs, cs = [h], [c]
    for x in X:
        z = W @ x + U @ hs[-1] + b
        i, f, o, g = np.split(z, 4)
        i, f, o = 1 / (1 + np.exp(-i)), 1 / (1 + np.exp(-f)), 1 / (1 + np.exp(-o))
        g = np.tanh(g)
        cs.append(f * cs[-1] + i * g)
        hs.append(o * np.tanh(cs[-1]))
    return np.array(hs), np.array(cs)


def time_axis_moved_first(x, h, W, U):
    seq = np.moveaxis(x, 1, 0)
    for xt in seq:
        h = np.tanh(xt @ W + h @ U)
    return h


def swapped_axes(x, h, W, U):
    xt = x.transpose(1, 2, 0)
    for k in range(xt.shape[0]):
        h = np.tanh(W @ xt[k] + U @ h)
    return np.swapaxes(h, 0, 1)


def read_backwards(x, h, W, U):
    for xt in x[::-1]:
        h = np.tanh(W @ xt + U @ h)
    return h


def window_of_states(x, h, W, U):
    window = deque([h, h], maxlen=2)
    for xt in x:
        mean = 0.5 * (window[0] + window[1])
        h = np.tanh(W @ xt + U @ mean)
        window.append(h)
    return h


def with_reduce(x, h, W, U):
    h = reduce(lambda state, xt: np.tanh(W @ xt + U @ state), x, h)
    return h


def project_all_inputs_first(x, h, W, U, b):
    Z = np.einsum("tbd,hd->tbh", x, W) + b
    out = np.empty((len(x), *h.shape))
    for t, z in enumerate(Z):
        h = np.tanh(z + h @ U.T)
        out[t] = h
    return out


def sampled_greedily(start, h, Wxh, Whh, Why, n):
    ix, text = start, []
    for _ in range(n):
        x = np.zeros(Why.shape[0])
        x[ix] = 1.0
        h = np.tanh(Wxh @ x + Whh @ h)
        y = Why @ h
        ix = int(np.argmax(y))
        text.append(ix)
    return text


SEQ, STATE = (T, D, B), (H, B)

CELLS = [
    Entry("sequences: a list of states", on(list_of_states, xs=[(D, B)] * T, h=STATE, W=W, U=U,
                                            b=BIAS), "a h",
          parents={"a": "states[-1]", "states[-1]": "h", "h": "a"}),
    Entry("sequences: an array of states", on(array_of_states, x=SEQ, h0=STATE, W=W, U=U, b=BIAS),
          ["hs", "hs[t + 1]"]),
    Entry("sequences: batch first", on(batch_first, x=(B, T, D), W=(D, H), U=(H, H), b=(H,),
                                       V=(H, 2), c=(2,)), ["h", "out", "xt", "out[:, t, :]"]),
    Entry("sequences: enumerate and stack", on(with_enumerate, x=(T, D), h=(H,), W=W, U=U, b=(H,)),
          "x_t h H", parents={"H": "h", "h": "h x_t"}),
    Entry("sequences: zip with masks", on(
          with_zip, inputs=[(D, B)] * T, masks=lambda rng: list(np.array(
              [[[1.0, 1.0]], [[1.0, 0.0]], [[0.0, 1.0]]])), h=STATE, W=W, U=U, b=BIAS),
          "x m h_new h", parents={"h": "m h_new h"}),
    Entry("sequences: while", on(while_loop, x=SEQ, h=STATE, W=W, U=U, b=BIAS), "h total",
          parents={"total": "total h"}),
    Entry("sequences: from the end, a dict by t", on(from_the_end, x=SEQ, h=STATE, W=W, U=U,
                                                     b=BIAS), "h"),
    Entry("sequences: both directions", on(both_directions, x=SEQ, W=W, U=U, W2=W, U2=U), "h"),
    Entry("sequences: characters, forward and back, clipped", on(
          characters, inputs=listed(T), targets=listed(T), hprev=(H, 1), Wxh=(H, V), Whh=(H, H),
          Why=(V, H), bh=(H, 1), by=(V, 1)),
          "hs[-1] loss xs[t] hs[t] ys[t] ps[t] dWxh dWhh dWhy dbh dby dhnext dy dh dhraw",
          parents={"ys[t]": "hs[t]", "dbh": "grad", "grad": "grad", "dWhy": "grad"}),
    Entry("sequences: one hot rows and a loss", on(
          one_hot_and_loss, chars=listed(T + 1), h=(H,), Wxh=(H, V), Whh=U, Why=(V, H)),
          "one_hot x h y p loss", parents={"p": "p", "y": "h", "x": "one_hot"}),
    Entry("sequences: through time, lists", on(
          through_time, x=SEQ, h0=STATE, W=W, U=U, b=BIAS, dh_last=STATE), "h dz dW dU db dh",
          parents={"dW": "dW dz"}),
    Entry("sequences: layers inside time, list items", on(
          two_loops_of_layers, x=SEQ, hs=[STATE, (2, B)], Ws=[W, (2, H)], Us=[U, (2, 2)]),
          "hs[l]"),
    Entry("sequences: many to one with a loss", on(
          many_to_one, x=(B, T, D), W=(D, H), U=(H, H), Wy=(H, 3), by=(3,),
          label=lambda rng: np.eye(3)[[2, 0]]), "h logits shifted log_p",
          parents={"log_p": "shifted"}),
    Entry("sequences: LSTM, lists of states", on(
          lstm_over_time, X=(T, D), h=(H,), c=(H,), W=(4 * H, D), U=(4 * H, H), b=(4 * H,)),
          "z i f o g x"),
    Entry("sequences: moveaxis", on(time_axis_moved_first, x=(B, T, D), h=(B, H), W=(D, H), U=U),
          "h xt"),
    Entry("sequences: transpose of three axes", on(swapped_axes, x=(B, T, D), h=STATE, W=W, U=U),
          "xt h"),
    Entry("sequences: x[::-1]", on(read_backwards, x=SEQ, h=STATE, W=W, U=U), "xt h",
          parents={"h": "xt h"}),
    Entry("sequences: a deque of states", on(window_of_states, x=SEQ, h=STATE, W=W, U=U),
          "mean h", parents={"h": "mean xt"}),
    Entry("sequences: functools.reduce", on(with_reduce, x=SEQ, h=STATE, W=W, U=U), "h",
          without_formula={"h": "the steps run inside functools.reduce"}),
    Entry("sequences: all inputs projected first", on(
          project_all_inputs_first, x=(T, B, D), h=(B, H), W=W, U=U, b=(H,)), "Z z h out[t]",
          spied=False, parents={"h": "z h", "z": "Z"},
          without_formula={"out = np.empty((len(x), *h.shape))": "its numbers mean nothing"}),
    Entry("sequences: sampled greedily", on(
          sampled_greedily, start=2, h=(H,), Wxh=(H, V), Whh=U, Why=(V, H), n=4),
          "x h y ix x[ix]", parents={"y": "h"}),
]
