"""Arrays joined, cut, turned and summed."""

import numpy as np

from support.traced_cells.entry import B, D, Entry, H, on

S = (B, H)


def big_matrix(x, h, c, W):
    """[h; x; 1] times one matrix (Jozefowicz' way of writing it in a lecture)."""
    v = np.concatenate((h, x, np.ones((1, x.shape[1]))))
    z = W @ v
    n = len(h)
    s = 1 / (1 + np.exp(-z[:3 * n]))
    i, f, o = s[:n], s[n:2 * n], s[2 * n:]
    g = np.tanh(z[-n:])
    c = f * c + i * g
    return o * np.tanh(c), c


def split_with_places(x, h, W):
    a = x @ W
    r, z, n = np.split(a, [H, 2 * H], axis=1)
    return z * np.tanh(r * h + n)


def array_split_and_star(x, h, W):
    first, *rest = np.split(x @ W, 3, axis=-1)
    second, third = rest
    return first * second + third


def reshaped_to_gates(x, h, W, U):
    a = (x @ W + h @ U).reshape(B, 4, H)
    i, f, o, g = a.transpose(1, 0, 2)
    h = np.tanh(i + f) * o + g
    return h


def einsum_of_gates(x, h, W, U, b):
    a = np.einsum("ghd,bd->gbh", W, x) + np.einsum("ghk,bk->gbh", U, h) + b[:, None, :]
    z = 1 / (1 + np.exp(-a[0]))
    return z * np.tanh(a[1])


def stacked_gates(x, h, W, U):
    z = np.stack([x @ W[0] + h @ U[0], x @ W[1] + h @ U[1]])
    s = 1 / (1 + np.exp(-z))
    return s[0] * h + (1 - s[0]) * s[1]


def stacked_on_the_last_axis(x, h, W, U):
    both = np.stack((x @ W, h @ U), axis=-1)
    a = both.sum(axis=-1)
    m = both.mean(axis=2)
    return np.tanh(a) + m


def new_axes(x, h, w, b):
    a = x[:, :, None] * w[None, :, :]
    s = a.sum(axis=1) + b[np.newaxis, :]
    h = np.tanh(s) + np.expand_dims(b, 0)
    return h


def tensordot_and_outer(x, h, W, b):
    a = np.tensordot(x, W, axes=1) + np.outer(np.ones(len(x)), b)
    h = np.tanh(a)
    return h


def with_inner(x, h, W, U):
    a = np.inner(x, W) + np.inner(h, U)
    return np.tanh(a)


def squeezed(x, h, W):
    column = x[0].reshape(-1, 1)
    a = W @ column
    flat = a.squeeze()
    v = a.ravel() + a[:, 0] + flat
    return np.tanh(v) * h[0]


def broadcast_minus_mean(h, gamma, beta):
    mean = h.mean(axis=1, keepdims=True)
    var = h.var(axis=1, keepdims=True)
    normed = (h - mean) / np.sqrt(var + 1e-5)
    out = gamma * normed + beta
    return out


def powers_and_roots(h, W):
    q = h ** 3
    r = np.abs(h) ** 0.5
    s = np.sqrt(np.square(h) + 1e-8)
    e = np.log1p(np.exp(-s)) + np.power(h, 2)
    length = np.sum(q * q) ** 0.5
    return q + r - e + length


def minima_and_maxima(h):
    low = np.minimum(h, 0.2)
    high = np.maximum(0.01 * h, h)
    mid = np.clip(h, -0.3, 0.3)
    top = h.max(axis=1, keepdims=True)
    return np.where(h > 0, low, high) + mid + (-h).min() + top


def casts(h, mask):
    kept = (h > 0).astype(float) * h
    also = h * (np.abs(h) < 0.5)
    both = np.logical_and(h > -0.5, mask == 1)
    return kept + also + both.astype(np.float64)


def gates_axis_in_front(x, h, W, U, b):
    a = (W @ x.T + U @ h.T) + b[..., None]
    i, g = 1 / (1 + np.exp(-a[0])), np.tanh(a[1])
    return (i * g).T


def identity_and_full(x, h, U):
    M = np.eye(H) * 0.9 + np.full((H, H), 0.01)
    h = np.tanh(h @ M + x @ np.ones((D, H)))
    return h


def interleaved(x, h, W):
    a = x @ W
    even, odd = a[:, ::2], a[:, 1::2]
    h = np.tanh(even) * odd
    return h


def block_matrix(x, h, W, U):
    M = np.block([U, W])
    v = np.hstack([h, x])
    return np.tanh(v @ M.T)


CELLS = [
    Entry("shapes: [h; x; 1] and one matrix", on(
          big_matrix, x=(D, B), h=(H, B), c=(H, B), W=(4 * H, H + D + 1)), "v z s i f o g c",
          parents={"z": "v", "i": "s", "g": "z", "c": "f i g"}),
    Entry("shapes: split at places", on(split_with_places, x=(B, D), h=S, W=(D, 3 * H)),
          "a r z n", parents={"r": "a", "n": "a"}),
    Entry("shapes: split with a star", on(array_split_and_star, x=(B, D), h=S, W=(D, 3 * H)),
          "first second third"),
    Entry("shapes: reshape and transpose to gates", on(
          reshaped_to_gates, x=(B, D), h=S, W=(D, 4 * H), U=(H, 4 * H)), "a i f o g h",
          parents={"i": "a", "g": "a"}),
    Entry("shapes: einsum", on(einsum_of_gates, x=(B, D), h=S, W=(2, H, D), U=(2, H, H),
                               b=(2, H)), "a z", parents={"z": "a"}),
    Entry("shapes: stack", on(stacked_gates, x=(B, D), h=S, W=(2, D, H), U=(2, H, H)), "z s",
          parents={"s": "z"}),
    Entry("shapes: stack on the last axis", on(stacked_on_the_last_axis, x=(B, D), h=S, W=(D, H),
                                               U=(H, H)), "both a m",
          parents={"a": "both", "m": "both"}),
    Entry("shapes: new axes", on(new_axes, x=(B, D), h=S, w=(D, H), b=(H,)), "a s h",
          parents={"s": "a", "h": "s"}),
    Entry("shapes: tensordot and outer", on(tensordot_and_outer, x=(B, D), h=S, W=(D, H), b=(H,)),
          "a h", parents={"h": "a"}),
    Entry("shapes: np.inner", on(with_inner, x=(B, D), h=S, W=(H, D), U=(H, H)), "a"),
    Entry("shapes: squeeze and ravel", on(squeezed, x=(B, D), h=S, W=(H, D)), "column a flat v",
          parents={"v": "a flat", "a": "column"}),
    Entry("shapes: layer norm", on(broadcast_minus_mean, h=S, gamma=(H,), beta=(H,)),
          "mean var normed out", parents={"normed": "mean var", "out": "normed"}),
    Entry("shapes: powers and roots", on(powers_and_roots, h=S, W=(H, H)), "q r s e length",
          parents={"e": "s", "length": "q"}),
    Entry("shapes: minima and maxima", on(minima_and_maxima, h=S), "low high mid top"),
    Entry("shapes: booleans as numbers", on(casts, h=S, mask=lambda rng: rng.integers(2, size=S)),
          "kept also both"),
    Entry("shapes: gates in front, rows outside", on(
          gates_axis_in_front, x=(B, D), h=S, W=(2, H, D), U=(2, H, H), b=(2, H)), "a i g",
          parents={"i": "a", "g": "a"}),
    Entry("shapes: eye, full, ones", on(identity_and_full, x=(B, D), h=S, U=(H, H)), "M h",
          parents={"h": "M"}),
    Entry("shapes: every second column", on(interleaved, x=(B, D), h=S, W=(D, 2 * H)),
          "a even odd h", parents={"even": "a", "h": "even odd"}),
    Entry("shapes: np.block", on(block_matrix, x=(B, D), h=S, W=(H, D), U=(H, H)), "M v"),
]
