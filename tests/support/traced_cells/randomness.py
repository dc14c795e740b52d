"""Draws inside the step: the trace must see the same ones, and draw none of its own."""

import random

import numpy as np

from support.traced_cells.entry import B, D, Entry, H, T, on

W, U, X, S = (H, D), (H, H), (D, B), (H, B)


def generator(rng):
    return np.random.default_rng(13)


def dropout_on_inputs(x, h, W, U, rng):
    keep = rng.random(x.shape) < 0.5
    x = x * keep / 0.5
    h = np.tanh(W @ x + U @ h)
    return h


def dropout_as_floats(x, h, W, U, rng):
    mask = (rng.random(h.shape) < 0.5).astype(float)
    h = np.tanh(W @ x + U @ (mask * h))
    return h


def zoneout(x, h, c, W, U, rng):
    a = W @ x + U @ h
    stay = rng.random(h.shape) < 0.3
    h_new = np.tanh(a)
    h = np.where(stay, h, h_new)
    return h


def noise_on_each_step(xs, h, W, U, rng):
    for x in xs:
        noise = 0.1 * rng.standard_normal(h.shape)
        h = np.tanh(W @ x + U @ h) + noise
    return h


def one_mask_for_all_steps(xs, h, W, U, rng):
    keep = rng.integers(2, size=h.shape).astype(bool)
    for x in xs:
        h = np.tanh(W @ x + U @ (h * keep))
    return h


def legacy_seed(x, h, W, U):
    np.random.seed(3)
    keep = np.random.rand(*h.shape) > 0.5
    h = np.tanh(W @ x + U @ (h * keep))
    return h


def python_random(x, h, W, U, coin):
    if coin.random() < 0.6:
        h = np.tanh(W @ x + U @ h)
    if coin.random() < 0.6:
        h = h * 0.5
    return h


class OwnGenerator:
    def __init__(self, rng):
        self.rng, self.p = np.random.default_rng(4), 0.5
        self.W = rng.standard_normal(U)

    def step(self, x):
        kept = self.rng.random(x.shape) >= self.p
        y = np.tanh(self.W @ (kept * x))
        return y


def sampled_characters(h, Why, rng):
    y = Why @ h
    p = np.exp(y) / np.exp(y).sum()
    ix = rng.choice(len(p), p=p)
    x = np.zeros(len(p))
    x[ix] = 1
    return x, ix


def own_generator():
    rng = np.random.default_rng(2)
    return OwnGenerator(rng).step, (rng.standard_normal(S),), {}


STEP = dict(x=X, h=S, W=W, U=U, rng=generator)
SEQ = dict(xs=(T, D, B), h=S, W=W, U=U, rng=generator)

CELLS = [
    Entry("randomness: dropout on the inputs", on(dropout_on_inputs, **STEP), "keep x h",
          parents={"x": "keep"}),
    Entry("randomness: a mask of floats", on(dropout_as_floats, **STEP), "mask h",
          without_formula={"mask": "drawn"}, parents={"h": "mask"}),
    Entry("randomness: zoneout", on(zoneout, x=X, h=S, c=S, W=W, U=U, rng=generator),
          "a stay h_new h", parents={"h": "stay h_new"}),
    Entry("randomness: noise on each step", on(noise_on_each_step, **SEQ), "noise h",
          without_formula={"noise": "drawn"}, parents={"h": "h noise x"}),
    Entry("randomness: one mask for all steps", on(one_mask_for_all_steps, **SEQ), "keep h"),
    Entry("randomness: np.random.seed", on(legacy_seed, x=X, h=S, W=W, U=U), "keep h",
          parents={"h": "keep"}),
    Entry("randomness: Python's random", on(python_random, x=X, h=S, W=W, U=U,
                                            coin=lambda rng: random.Random(8)), "h"),
    Entry("randomness: the cell's own generator", own_generator, "kept y",
          parents={"y": "kept"}),
    Entry("randomness: sampled characters", on(sampled_characters, h=(H,), Why=(5, H),
                                               rng=generator), "y p ix x x[ix]",
          parents={"p": "y"}),
]
