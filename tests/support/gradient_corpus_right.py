"""Right gradients of every shape of code that the check will meet: one maker a problem.

A maker takes a generator and returns what check_gradients takes: (function or layer, point) or
(function or layer, point, options). None of them may be called wrong, whatever the seed.
"""

import math

import numpy as np

RIGHT = {}


def right(maker):
    RIGHT[maker.__name__] = maker
    return maker


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


# Plain, complex-safe mathematics


@right
def quadratic(rng):
    return lambda x: (np.sum(x**2), 2 * x), rng.standard_normal((3, 4))


@right
def linear_regression(rng):
    X, y = rng.standard_normal((8, 3)), rng.standard_normal(8)
    return (
        lambda p: (
            np.mean((X @ p["w"] + p["b"] - y) ** 2),
            {"w": 2 * X.T @ (X @ p["w"] + p["b"] - y) / 8,
             "b": 2 * np.mean(X @ p["w"] + p["b"] - y)},
        ),
        {"w": rng.standard_normal(3), "b": np.array(0.3)},
    )


@right
def trigonometry(rng):
    return lambda x: (np.sum(np.sin(x) * np.exp(-x)), np.exp(-x) * (np.cos(x) - np.sin(x))), (
        rng.standard_normal(7)
    )


@right
def product_of_all(rng):
    return lambda x: (np.prod(x), np.prod(x) / x), rng.uniform(0.5, 2, 6)


@right
def matrix_inverse(rng):
    A = rng.standard_normal((4, 4)) + 4 * np.eye(4)

    def f(A):
        inv = np.linalg.inv(A)
        return np.sum(inv), -(inv.T @ np.ones((4, 4)) @ inv.T)

    return f, A


@right
def log_determinant(rng):
    return (
        lambda A: (np.linalg.slogdet(A)[1], np.linalg.inv(A).T),
        rng.standard_normal((4, 4)) + 3 * np.eye(4),
    )


@right
def einsum_bilinear(rng):
    M = rng.standard_normal((3, 4, 5))
    x, y = rng.standard_normal((6, 3)), rng.standard_normal((6, 5))
    return (
        lambda M: (np.sum(np.einsum("bi,ijk,bk->bj", x, M, y) ** 2),
                   2 * np.einsum("bi,bj,bk->ijk", x, np.einsum("bi,ijk,bk->bj", x, M, y), y)),
        M,
    )


@right
def cumulative_sum(rng):
    def f(x):
        c = np.cumsum(x, axis=1)
        return np.sum(c**3), np.cumsum((3 * c**2)[:, ::-1], axis=1)[:, ::-1]

    return f, rng.standard_normal((3, 5))


@right
def cumulative_product(rng):
    def f(x):
        c = np.cumprod(x)
        return np.sum(c), np.cumsum(c[::-1])[::-1] / x

    return f, rng.uniform(0.5, 1.5, 6)


@right
def batched_matmul(rng):
    X = rng.standard_normal((2, 3, 4))
    return lambda W: (np.sum(np.tanh(X @ W)),
                      np.einsum("bij,bik->jk", X, 1 - np.tanh(X @ W) ** 2)), (
        rng.standard_normal((4, 2))
    )


# Softmax, logs, attention


@right
def softmax_cross_entropy(rng):
    targets = rng.integers(0, 5, 6)

    def f(z):
        p, n = softmax(z), np.arange(6)
        grad = p.copy()
        grad[n, targets] -= 1
        return -np.mean(np.log(p[n, targets])), grad / 6

    return f, rng.standard_normal((6, 5))


@right
def softmax_at_equal_logits(rng):
    f, z = softmax_cross_entropy(rng)
    return f, 0 * z


@right
def log_sum_exp_of_numpy(rng):
    return lambda z: (np.logaddexp.reduce(z, axis=1).sum(), softmax(z)), rng.standard_normal((4, 3))


@right
def logistic_loss(rng):
    y = rng.choice([-1.0, 1.0], 9)
    X = rng.standard_normal((9, 4))

    def f(w):
        m = y * (X @ w)
        return np.mean(np.logaddexp(0, -m)), -(X.T @ (y * softmax(np.c_[0 * m, -m])[:, 1])) / 9

    return f, rng.standard_normal(4)


@right
def logistic_at_zero(rng):
    f, w = logistic_loss(rng)
    return f, 0 * w


@right
def stable_sigmoid_by_masks(rng):
    y = rng.integers(0, 2, (5, 3))

    def sigmoid(z):
        s = np.zeros_like(z)
        s[z >= 0] = 1 / (1 + np.exp(-z[z >= 0]))
        s[z < 0] = np.exp(z[z < 0]) / (1 + np.exp(z[z < 0]))
        return s

    return lambda z: (-np.sum(np.log(np.where(y, sigmoid(z), 1 - sigmoid(z)))), sigmoid(z) - y), (
        3 * rng.standard_normal((5, 3))
    )


@right
def attention(rng):
    K, V = rng.standard_normal((5, 4)), rng.standard_normal((5, 2))
    u = rng.standard_normal((3, 2))

    def f(Q):
        A = softmax(Q @ K.T / 2)
        dA = u @ V.T
        dS = A * (dA - np.sum(dA * A, axis=1, keepdims=True))
        return np.sum(A @ V * u), dS @ K / 2

    return f, rng.standard_normal((3, 4))


@right
def masked_attention(rng):
    f_mask = np.triu(np.ones((4, 4), bool), 1)
    K, u = rng.standard_normal((4, 3)), rng.standard_normal((4, 4))

    def f(Q):
        A = softmax(np.where(f_mask, -1e9, Q @ K.T))
        return np.sum(A * u), np.where(f_mask, 0, A * (u - np.sum(u * A, 1, keepdims=True))) @ K

    return f, rng.standard_normal((4, 3))


@right
def kl_divergence(rng):
    q = softmax(rng.standard_normal(6))
    return (
        lambda z: (np.sum(softmax(z) * np.log(softmax(z) / q)),
                   softmax(z) * (np.log(softmax(z) / q)
                                 - np.sum(softmax(z) * np.log(softmax(z) / q)))),
        rng.standard_normal(6),
    )


# What plain complex numbers spoil: var, std, norm, abs, sign, hypot, vdot, max, sort


@right
def layer_norm_with_var(rng):
    u = rng.standard_normal((4, 3))

    def f(x):
        s = np.sqrt(np.var(x, axis=1, keepdims=True) + 1e-5)
        n = (x - x.mean(1, keepdims=True)) / s
        return np.sum(n * u), (3 * u - u.sum(1, keepdims=True)
                               - n * (u * n).sum(1, keepdims=True)) / (3 * s)

    return f, rng.standard_normal((4, 3))


@right
def batch_norm_with_running_averages(rng):
    u = rng.standard_normal((6, 3))
    running = {"mean": np.zeros(3), "var": np.ones(3)}

    def f(p):
        x = p["x"]
        mean, var = x.mean(axis=0), x.var(axis=0)
        running["mean"] = 0.9 * running["mean"] + 0.1 * mean
        running["var"] = 0.9 * running["var"] + 0.1 * var
        std = np.sqrt(var + 1e-5)
        n = (x - mean) / std
        dn = u * p["gamma"]
        dx = (6 * dn - dn.sum(0) - n * (dn * n).sum(0)) / (6 * std)
        return np.sum((n * p["gamma"] + p["beta"]) * u), {
            "x": dx, "gamma": (u * n).sum(0), "beta": u.sum(0)}

    return f, {"x": rng.standard_normal((6, 3)), "gamma": rng.uniform(1, 2, 3), "beta": np.ones(3)}


@right
def rms_norm(rng):
    u = rng.standard_normal((4, 5))

    def f(x):
        r = np.linalg.norm(x, axis=-1, keepdims=True) / np.sqrt(5)
        return np.sum(x / r * u), u / r - x * np.sum(u * x, -1, keepdims=True) / (5 * r**3)

    return f, rng.standard_normal((4, 5))


@right
def standard_deviation(rng):
    return lambda x: (x.std(ddof=1), (x - x.mean()) / (x.std(ddof=1) * (x.size - 1))), (
        rng.standard_normal(6)
    )


@right
def lasso(rng):
    X, y = rng.standard_normal((9, 4)), rng.standard_normal(9)
    return lambda w: (np.sum((X @ w - y) ** 2) + 0.1 * np.sum(np.abs(w)),
                      2 * X.T @ (X @ w - y) + 0.1 * np.sign(w)), rng.standard_normal(4)


@right
def tiny_lasso(rng):
    X, y = rng.standard_normal((9, 4)), rng.standard_normal(9)
    return lambda w: (np.sum((X @ w - y) ** 2) + 1e-6 * np.linalg.norm(w, 1),
                      2 * X.T @ (X @ w - y) + 1e-6 * np.sign(w)), rng.standard_normal(4)


@right
def norm_of_a_vector(rng):
    return lambda x: (np.linalg.norm(x), x / np.linalg.norm(x)), rng.standard_normal(5)


@right
def squared_norm(rng):
    return lambda x: (np.linalg.norm(x) ** 2, 2 * x), rng.standard_normal((2, 5))


@right
def cosine_similarity(rng):
    y = rng.standard_normal(5)

    def f(x):
        nx, ny = np.linalg.norm(x), np.linalg.norm(y)
        c = np.vdot(x, y) / (nx * ny)
        return c, y / (nx * ny) - c * x / nx**2

    return f, rng.standard_normal(5)


@right
def distances_by_hypot(rng):
    def f(p):
        r = np.hypot(p["a"], p["b"])
        return np.sum(r), {"a": p["a"] / r, "b": p["b"] / r}

    return f, {"a": rng.standard_normal(4), "b": rng.standard_normal(4)}


@right
def huber(rng):
    return lambda x: (np.sum(np.where(np.abs(x) < 1, 0.5 * x**2, np.abs(x) - 0.5)),
                      np.clip(x, -1, 1)), 2 * rng.standard_normal(8)


@right
def sorted_weights(rng):
    c = rng.standard_normal(7)

    def f(x):
        grad = np.empty_like(x)
        grad[np.argsort(x)] = c
        return np.sort(x) @ c, grad

    return f, rng.standard_normal(7)


@right
def median(rng):
    return lambda x: (np.median(x), 1.0 * (x == np.median(x))), rng.standard_normal(7)


@right
def largest_of_each_row(rng):
    return lambda x: (np.sum(x.max(axis=1) ** 2),
                      2 * x * (x == x.max(axis=1, keepdims=True))), rng.standard_normal((4, 5))


@right
def clipped_values(rng):
    return lambda x: (np.sum(np.clip(x, -0.7, 0.7) ** 2), 2 * x * (np.abs(x) < 0.7)), (
        rng.standard_normal((3, 4))
    )


@right
def polar_angle(rng):
    y = rng.uniform(0.5, 2, 4)
    return lambda x: (np.sum(np.arctan2(y, x)), -y / (x**2 + y**2)), rng.standard_normal(4)


@right
def conjugate_inner_product(rng):
    return lambda x: (np.real(np.sum(x * np.conj(x))), 2 * x), rng.standard_normal(5)


@right
def covariance_penalty(rng):
    def f(X):
        C = np.cov(X, rowvar=False)
        return np.sum(C**2), 4 * (X - X.mean(0)) @ C / (len(X) - 1)

    return f, rng.standard_normal((6, 3))


@right
def gaussian_by_cholesky(rng):
    x = rng.standard_normal(3)
    A = rng.standard_normal((3, 3))

    def f(S):
        S = (S + S.T) / 2
        L = np.linalg.cholesky(S)
        z = np.linalg.solve(L, x)
        inv = np.linalg.inv(S)
        return 0.5 * z @ z + np.sum(np.log(np.diag(L))), 0.5 * (inv - np.outer(inv @ x, inv @ x))

    return f, A @ A.T + 3 * np.eye(3)


# Activations and kinks


@right
def relu_by_maximum(rng):
    return lambda x: (np.sum(np.maximum(0, x) ** 2), 2 * np.maximum(0, x)), (
        rng.standard_normal((4, 4))
    )


@right
def relu_of_padding(rng):
    x = rng.standard_normal((5, 4))
    x[rng.integers(5)] = 0

    def f(x):
        mask = x <= 0
        y = x.copy()
        y[mask] = 0
        return np.sum(3 * y), 3.0 * ~mask

    return f, x


@right
def leaky_relu(rng):
    return lambda x: (np.sum(np.where(x > 0, x, 0.1 * x)), np.where(x > 0, 1, 0.1)), (
        rng.standard_normal((4, 4))
    )


@right
def elu(rng):
    return lambda x: (np.sum(np.where(x > 0, x, np.exp(np.minimum(x, 0)) - 1)),
                      np.where(x > 0, 1, np.exp(np.minimum(x, 0)))), rng.standard_normal(8)


@right
def gelu(rng):
    k = math.sqrt(2 / math.pi)

    def f(x):
        t = np.tanh(k * (x + 0.044715 * x**3))
        return np.sum(0.5 * x * (1 + t)), 0.5 * (1 + t) + 0.5 * x * (1 - t**2) * k * (
            1 + 0.134145 * x**2)

    return f, rng.standard_normal(8)


@right
def softplus(rng):
    return lambda x: (np.sum(np.log1p(np.exp(-np.abs(x))) + np.maximum(x, 0)),
                      1 / (1 + np.exp(-x))), rng.standard_normal(8)


@right
def dead_relus_with_zero_biases(rng):
    X = rng.standard_normal((5, 3))
    X[0] = 0

    def f(p):
        a = X @ p["W"] + p["b"]
        d = 2 * np.maximum(a, 0)
        return np.sum(np.maximum(a, 0) ** 2 + 0), {"W": X.T @ d, "b": d.sum(0)}

    return f, {"W": rng.standard_normal((3, 4)), "b": np.zeros(4)}


@right
def relu_network_at_zero_biases(rng):
    X, u = rng.standard_normal((5, 3)), rng.standard_normal((5, 2))
    X[1] = 0

    def f(p):
        h = np.maximum(0, X @ p["W1"] + p["b1"])
        dh = (u @ p["W2"].T) * (h > 0)
        return np.sum((h @ p["W2"] + p["b2"]) * u), {
            "W1": X.T @ dh, "b1": dh.sum(0), "W2": h.T @ u, "b2": u.sum(0)}

    return f, {"W1": rng.standard_normal((3, 6)), "b1": np.zeros(6),
               "W2": rng.standard_normal((6, 2)), "b2": np.zeros(2)}


@right
def absolute_values_with_zeros(rng):
    x = rng.standard_normal(8)
    x[:3] = 0
    return lambda x: (np.sum(np.abs(x)), np.sign(x)), x


@right
def maxima_with_ties(rng):
    x = rng.standard_normal((3, 4))
    x[0, :2] = 5.0

    def f(x):
        at = x.argmax(axis=1)
        grad = np.zeros(x.shape)
        grad[np.arange(3), at] = 1
        return x[np.arange(3), at].sum(), grad

    return f, x
