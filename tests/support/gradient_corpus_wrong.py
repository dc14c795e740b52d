"""Wrong gradients: classic mistakes, and one mistake planted in each of the right ones.

Each of them must be called wrong, whatever the seed; if not by an error in a tensor, then by a
sentence about what else is wrong.
"""

import functools

import numpy as np

from support.gradient_corpus_code import RIGHT
from support.gradient_corpus_right import softmax

WRONG = {}


def wrong(maker):
    WRONG[maker.__name__] = maker
    return maker


# What is easily overlooked


@wrong
def zero_gradient_of_a_float_sum(rng):
    n = int(rng.integers(2, 50))
    return lambda w: (float(w.sum()), np.zeros(n)), np.ones(n)


@wrong
def forgotten_l1_of_size_1e6(rng):
    X, y = rng.standard_normal((9, 4)), rng.standard_normal(9)
    return lambda w: (np.sum((X @ w - y) ** 2) + 1e-6 * np.sum(np.abs(w)),
                      2 * X.T @ (X @ w - y)), rng.standard_normal(4)


@wrong
def forgotten_l1_of_size_1e6_beside_relus(rng):
    X = rng.standard_normal((9, 4))
    return lambda w: (np.sum(np.maximum(X @ w, 0)) + 1e-6 * np.linalg.norm(w, 1),
                      X.T @ (X @ w > 0)), rng.standard_normal(4)


@wrong
def forgotten_l1_behind_asarray(rng):
    return lambda w: (np.sum(w**2) + 1e-5 * np.sum(np.abs(np.asarray(w))), 2 * w), (
        rng.standard_normal(5)
    )


@wrong
def forgotten_l2_at_zero(rng):
    X, y = rng.standard_normal((9, 4)), rng.standard_normal(9)
    return lambda w: (np.sum((X @ w - y) ** 2) + 0.1 * np.sum(w**2), 2 * X.T @ (X @ w - y)), (
        np.zeros(4)
    )


@wrong
def softmax_mean_at_equal_logits(rng):
    def f(z):
        p = softmax(z)
        return -np.sum(np.log(p[:, 0])), np.full_like(z, 0.25) - np.eye(4)[[0, 0, 0]]

    return f, np.zeros((3, 4))


@wrong
def epsilon_of_1e7_forgotten(rng):
    return lambda x: (-np.sum(np.log(x + 3e-7)), -1 / x), rng.uniform(0.5, 2, 5)


@wrong
def layer_norm_without_the_mean_of_the_gradient(rng):
    u = rng.standard_normal((4, 3))

    def f(x):
        s = np.sqrt(np.var(x, axis=1, keepdims=True) + 1e-5)
        n = (x - x.mean(1, keepdims=True)) / s
        return np.sum(n * u), (3 * u - n * (u * n).sum(1, keepdims=True)) / (3 * s)

    return f, rng.standard_normal((4, 3))


@wrong
def layer_norm_that_takes_var_for_a_constant(rng):
    u = rng.standard_normal((4, 3))

    def f(x):
        s = np.sqrt(x.var(axis=1, keepdims=True) + 1e-5)
        return np.sum((x - x.mean(1, keepdims=True)) / s * u), (u - u.mean(1, keepdims=True)) / s

    return f, rng.standard_normal((4, 3))


@wrong
def norm_taken_for_a_constant(rng):
    u = rng.standard_normal(5)
    return lambda x: (np.sum(x / np.linalg.norm(x) * u), u / np.linalg.norm(x)), (
        rng.standard_normal(5)
    )


@wrong
def max_shift_differentiated_alone(rng):
    return lambda z: (np.sum(z.max(axis=1)), 0 * z), rng.standard_normal((3, 4))


@wrong
def one_row_of_many_is_zero(rng):
    X, row = rng.standard_normal((5, 60)), int(rng.integers(60))

    def f(W):
        g = X.T @ (1 - np.tanh(X @ W) ** 2)
        g[row] = 0
        return np.sum(np.tanh(X @ W)), g

    return f, rng.standard_normal((60, 50)) / 8


@wrong
def one_row_of_many_is_zero_for_samples(rng):
    f, W = one_row_of_many_is_zero(rng)
    return f, W, {"samples": 20}


@wrong
def one_element_of_many_is_off_by_1e_6(rng):
    X, at = rng.standard_normal((5, 60)), tuple(rng.integers(0, 50, 2))

    def f(W):
        g = X.T @ (1 - np.tanh(X @ W) ** 2)
        g[at] *= 1 + 1e-6
        g[at] += 1e-6
        return np.sum(np.tanh(X @ W)), g

    return f, rng.standard_normal((60, 50)) / 8


@wrong
def nan_in_the_loss(rng):
    return lambda w: (np.sum(np.log(w)), 1 / w), np.array([1.0, -1.0])


@wrong
def nan_in_the_gradient(rng):
    def f(w):
        g = 2 * w
        g[1] = np.nan
        return np.sum(w**2), g

    return f, rng.standard_normal(3)


@wrong
def dropout_without_a_seed(rng):
    noise = np.random.default_rng(int(rng.integers(100)))

    def f(x):
        mask = noise.random(x.shape) < 0.5
        return np.sum(mask * x**2), 2 * mask * x

    return f, rng.standard_normal((4, 4))


@wrong
def dropout_mask_not_used_in_the_backward(rng):
    def f(x):
        mask = (np.random.rand(*x.shape) < 0.6) / 0.6  # noqa: NPY002
        return np.sum(mask * x**2), 2 * x

    return f, rng.standard_normal((4, 4))


@wrong
def add_at_forgotten(rng):
    ids = np.array([0, 1, 1, 2])

    def f(E):
        dE = np.zeros_like(E)
        dE[ids] += 2 * E[ids]
        return np.sum(E[ids] ** 2), dE

    return f, rng.standard_normal((3, 2))


@wrong
def relu_mask_of_the_gradient(rng):
    u = rng.standard_normal((4, 5))
    return lambda x: (np.sum(np.maximum(x, 0) * u), u * (u > 0)), rng.standard_normal((4, 5))


@wrong
def outside_of_the_subgradient_at_a_kink(rng):
    x = rng.standard_normal(5)
    x[2] = 0
    return lambda x: (np.sum(np.abs(x)), np.where(x == 0, 7.0, np.sign(x))), x


@wrong
def truncated_backpropagation(rng):
    xs = rng.standard_normal((5, 3))

    def f(W):
        h, states = np.zeros(3), [np.zeros(3)]
        for x in xs:
            h = np.tanh(W @ h + x)
            states.append(h)
        dW, dh = 0, np.ones(3)
        for t in (4, 3):
            da = dh * (1 - states[t + 1] ** 2)
            dW, dh = dW + np.outer(da, states[t]), W.T @ da
        return h.sum(), dW

    return f, rng.standard_normal((3, 3))


@wrong
def clipped_inside(rng):
    return lambda x: (np.sum(x**4), np.clip(4 * x**3, -1, 1)), rng.uniform(0.7, 2, (3, 3))


@wrong
def cast_to_whole_numbers(rng):
    return lambda x: (np.sum(10 * x.astype(int) + x**2), 10 + 2 * x), 3 * rng.standard_normal(5)


@wrong
def gradient_piles_up(rng):
    total = np.zeros(3)

    def f(x):
        total[...] += 2 * x
        return np.sum(x**2), total.copy()

    return f, rng.standard_normal(3)


@wrong
def argument_changed(rng):
    def f(x):
        x *= 2
        return np.sum(x**2), 4 * x

    return f, rng.standard_normal(3)


@wrong
def bias_not_summed(rng):
    x = rng.standard_normal((6, 4))
    return lambda b: (np.sum((x + b) ** 2), 2 * (x + b)), rng.standard_normal(4)


@wrong
def float32_and_a_wrong_factor(rng):
    f, x = RIGHT["float32_buffer"](rng)
    return lambda x: (f(x)[0], 1.01 * f(x)[1]), x


@wrong
def float32_and_one_wrong_element(rng):
    f, x = RIGHT["float32_buffer"](rng)

    def g(x):
        loss, grad = f(x)
        grad[1, 1] *= 0.99
        grad[1, 1] += 0.01
        return loss, grad

    return g, x


# One mistake in each of the right ones


def flip(g):
    return -g


def double(g):
    return 2 * g


def mean_of_five(g):
    return g / 5


def one_off(g):
    g = np.array(g, np.float64)
    at = np.unravel_index(np.argmax(np.abs(g)), g.shape)
    g[at] *= 1.01
    return g


def one_gone(g):
    g = np.array(g, np.float64)
    at = np.unravel_index(np.argmax(np.abs(g)), g.shape)
    g[at] = 0
    return g


def all_gone(g):
    return 0 * np.asarray(g)


def a_bit_more(g):
    return np.asarray(g) + 0.01 * np.abs(g).max()


MISTAKES = (flip, double, mean_of_five, one_off, one_gone, all_gone, a_bit_more)


def spoilt(tree, mistake):
    """The first array of a gradient with a mistake in it."""
    if isinstance(tree, dict):
        key = next(iter(tree))
        return tree | {key: spoilt(tree[key], mistake)}
    if isinstance(tree, (tuple, list)):
        return type(tree)([spoilt(tree[0], mistake), *tree[1:]])
    return mistake(tree)


def plant(name, mistake):
    def maker(rng):
        f, *rest = RIGHT[name](rng)
        if hasattr(f, "backward"):
            kind = type(f)
            f.__class__ = type("Mistaken", (kind,), {
                "backward": lambda layer, dy: mistake(kind.backward(layer, dy))})
            return f, *rest

        @functools.wraps(f)
        def mistaken(*x):
            loss, grads = f(*x)
            return loss, spoilt(grads, mistake)

        return mistaken, *rest

    return maker


for number, base in enumerate(RIGHT):
    planted = MISTAKES[number % len(MISTAKES)]
    WRONG[f"{base}, {planted.__name__}"] = plant(base, planted)
