"""Right gradients, continued: code as found in courses, with buffers, state, side effects."""

import math

import numpy as np

from support.gradient_corpus_right import RIGHT, right, softmax

# CS231n


@right
def cs231n_svm_vectorised(rng):
    X, y = rng.standard_normal((6, 5)), rng.integers(0, 3, 6)

    def f(W):
        scores = X.dot(W)
        margins = np.maximum(0, scores - scores[np.arange(6), y][:, None] + 1)
        margins[np.arange(6), y] = 0
        mask = np.zeros(margins.shape)
        mask[margins > 0] = 1
        mask[np.arange(6), y] = -mask.sum(axis=1)
        return margins.sum() / 6 + 0.1 * np.sum(W * W), X.T.dot(mask) / 6 + 0.2 * W

    return f, rng.standard_normal((5, 3))


@right
def cs231n_svm_naive(rng):
    X, y = rng.standard_normal((4, 5)), rng.integers(0, 3, 4)

    def f(W):
        dW, loss = np.zeros(W.shape), 0.0
        for i in range(4):
            scores = X[i].dot(W)
            for j in range(3):
                margin = scores[j] - scores[y[i]] + 1
                if j != y[i] and margin > 0:
                    loss += margin
                    dW[:, j] += X[i]
                    dW[:, y[i]] -= X[i]
        loss /= 4
        dW /= 4
        loss += 0.1 * np.sum(W * W)
        dW += 0.2 * W
        return loss, dW

    return f, rng.standard_normal((5, 3))


@right
def cs231n_two_layer_net(rng):
    X, y = rng.standard_normal((5, 4)), rng.integers(0, 3, 5)

    def f(p):
        a = X.dot(p["W1"]) + p["b1"]
        h = np.maximum(0, a)
        scores = h.dot(p["W2"]) + p["b2"]
        P = softmax(scores)
        loss = -np.log(P[range(5), y]).mean() + 0.05 * (np.sum(p["W1"] ** 2) + np.sum(p["W2"] ** 2))
        d = P.copy()
        d[range(5), y] -= 1
        d /= 5
        dh = d.dot(p["W2"].T)
        dh[a <= 0] = 0
        return loss, {"W1": X.T.dot(dh) + 0.1 * p["W1"], "b1": dh.sum(0),
                      "W2": h.T.dot(d) + 0.1 * p["W2"], "b2": d.sum(0)}

    return f, {"W1": rng.standard_normal((4, 6)), "b1": 0.1 * rng.standard_normal(6),
               "W2": rng.standard_normal((6, 3)), "b2": 0.1 * rng.standard_normal(3)}


@right
def convolution_in_float_buffers(rng):
    x, u = rng.standard_normal((2, 2, 5, 5)), rng.standard_normal((2, 3, 3, 3))

    def f(w):
        out, dw = np.zeros((2, 3, 3, 3)), np.zeros(w.shape)
        for n in range(2):
            for k in range(3):
                for i in range(3):
                    for j in range(3):
                        patch = x[n, :, i : i + 3, j : j + 3]
                        out[n, k, i, j] = np.sum(patch * w[k])
                        dw[k] += u[n, k, i, j] * patch
        return np.sum(out * u), dw

    return f, rng.standard_normal((3, 2, 3, 3))


@right
def backward_alone_in_float_buffers(rng):
    x = rng.standard_normal((6, 4))

    def f(w):
        g = np.zeros(w.shape)
        g += 2 * x.T @ (x @ w)
        return np.sum((x @ w) ** 2), g

    return f, rng.standard_normal((4, 3))


@right
def max_pool_by_reshape(rng):
    u = rng.standard_normal((2, 3, 3))

    def f(x):
        t = x.reshape(2, 3, 2, 3, 2)
        out = t.max(axis=(2, 4))
        mask = t == out[:, :, None, :, None]
        return np.sum(out * u), (mask * u[:, :, None, :, None]).reshape(x.shape)

    return f, rng.standard_normal((2, 6, 6))


@right
def max_pool_by_loops(rng):
    u = rng.standard_normal((3, 3))

    def f(x):
        out, dx = np.zeros((3, 3)), np.zeros_like(x)
        for i in range(3):
            for j in range(3):
                window = x[2 * i : 2 * i + 2, 2 * j : 2 * j + 2]
                out[i, j] = np.max(window)
                at = np.unravel_index(window.argmax(), (2, 2))
                dx[2 * i + at[0], 2 * j + at[1]] += u[i, j]
        return np.sum(out * u), dx

    return f, rng.standard_normal((6, 6))


# float32 inside, casts


@right
def float32_buffer(rng):
    u = rng.standard_normal((4, 3))

    def f(x):
        out = np.empty(x.shape, dtype="f")
        out[...] = np.tanh(x)
        return np.sum(out * u), u * (1 - np.tanh(x) ** 2)

    return f, rng.standard_normal((4, 3))


@right
def float32_recurrent_layer(rng):
    xs, u = rng.standard_normal((3, 4, 2)), rng.standard_normal((3, 4, 5))

    def f(p):
        hs, h = np.empty((3, 4, 5), dtype="f"), np.zeros((3, 5), dtype="f")
        for t in range(4):
            h = np.tanh(xs[:, t] @ p["Wx"] + h @ p["Wh"] + p["b"])
            hs[:, t] = h
        g, dh = dict.fromkeys(p, 0.0), 0.0
        for t in reversed(range(4)):
            da = (u[:, t] + dh) * (1 - hs[:, t] ** 2)
            before = hs[:, t - 1] if t else np.zeros((3, 5))
            g = {"Wx": g["Wx"] + xs[:, t].T @ da, "Wh": g["Wh"] + before.T @ da,
                 "b": g["b"] + da.sum(0)}
            dh = da @ p["Wh"].T
        return np.sum(hs * u), g

    return f, {"Wx": rng.standard_normal((2, 5)), "Wh": rng.standard_normal((5, 5)) / 2,
               "b": rng.standard_normal(5)}


@right
def weights_cast_to_float32(rng):
    X = rng.standard_normal((6, 3)).astype(np.float32)

    def f(w):
        w = w.astype(np.float32)
        return np.sum(np.tanh(X @ w)), X.T @ (1 - np.tanh(X @ w) ** 2)

    return f, rng.standard_normal(3)


@right
def gradient_in_float32(rng):
    return lambda x: (np.sum(x**3), (3 * x**2).astype(np.float32)), rng.standard_normal((3, 4))


@right
def float_of_the_loss(rng):
    return lambda x: (float(np.sum(x**2)), 2 * x), rng.standard_normal((3, 2))


@right
def item_of_the_loss(rng):
    return lambda x: (np.sum(np.abs(x)).item(), np.sign(x)), rng.standard_normal((3, 2))


@right
def scalars_through_math(rng):
    return lambda x: (sum(math.exp(v) * math.sin(v) for v in x),
                      np.exp(x) * (np.sin(x) + np.cos(x))), rng.standard_normal(5)


@right
def asarray_hides_the_type(rng):
    return lambda x: (np.abs(np.asarray(x)).sum() + np.sum(x**2), np.sign(x) + 2 * x), (
        rng.standard_normal(6)
    )


@right
def singular_values(rng):
    def f(A):
        U, s, V = np.linalg.svd(A, full_matrices=False)
        return s.sum(), U @ V

    return f, rng.standard_normal((4, 3))


@right
def power_spectrum(rng):
    def f(x):
        F = np.fft.rfft(x)
        c = np.full(5, 2.0)
        c[0] = c[-1] = 1
        return np.sum(np.abs(F) ** 2 * np.arange(5) * c), 2 * np.fft.irfft(F * np.arange(5), 8) * 8

    return f, rng.standard_normal(8)


@right
def percentile(rng):
    def f(x):
        order, grad = np.argsort(x), np.zeros(5)
        grad[order[1]], grad[order[2]] = 0.8, 0.2
        return np.percentile(x, 30), grad

    return f, rng.standard_normal(5)


# Randomness, state, side effects


@right
def dropout_of_the_global_generator(rng):
    def f(x):
        mask = (np.random.rand(*x.shape) < 0.6) / 0.6  # noqa: NPY002
        return np.sum(mask * x**2), 2 * mask * x

    return f, rng.standard_normal((4, 4))


@right
def dropout_with_its_own_seed(rng):
    def f(x):
        mask = np.random.default_rng(7).random(x.shape) < 0.5
        return np.sum(mask * x**2), 2 * mask * x

    return f, rng.standard_normal((4, 4))


@right
def a_method_that_counts_its_calls(rng):
    class Model:
        def __init__(self):
            self.calls, self.cache = 0, None

        def loss(self, w):
            self.calls += 1
            self.cache = np.tanh(w)
            return np.sum(self.cache), 1 - self.cache**2

    return Model().loss, rng.standard_normal((3, 3))


@right
def work_in_place_on_a_copy(rng):
    def f(x):
        y = x.copy()
        y *= 2
        y += 1
        np.exp(y, out=y)
        return y.sum(), 2 * y

    return f, rng.standard_normal((3, 3)) / 2


@right
def embedding_with_add_at(rng):
    ids, u = rng.integers(0, 5, (3, 4)), rng.standard_normal((3, 4, 2))

    def f(E):
        dE = np.zeros_like(E)
        np.add.at(dE, ids, u * 3 * E[ids] ** 2)
        return np.sum(E[ids] ** 3 * u), dE

    return f, rng.standard_normal((5, 2))


# Shapes, scales, containers


@right
def views_and_strides(rng):
    def f(x):
        grad = np.zeros_like(x)
        grad[::2, ::-1] = 3 * x[::2, ::-1] ** 2
        return np.sum(x[::2, ::-1] ** 3), grad

    return f, rng.standard_normal((5, 4))


@right
def fortran_order(rng):
    return lambda x: (np.sum(np.tanh(x) * x), np.tanh(x) + x * (1 - np.tanh(x) ** 2)), (
        np.asfortranarray(rng.standard_normal((3, 4)))
    )


@right
def a_number_without_dimensions(rng):
    return lambda x: (x**3 - x, 3 * x**2 - 1), np.array(rng.standard_normal())


@right
def one_element(rng):
    return lambda x: (np.sum(np.exp(x)), np.exp(x)), rng.standard_normal((1, 1))


@right
def tiny_parameters(rng):
    return (lambda x: (np.sum(np.cos(x * 1e8)), -1e8 * np.sin(x * 1e8)),
            1e-8 * rng.standard_normal(5))


@right
def huge_parameters(rng):
    return (lambda x: (np.sum((x / 1e8) ** 3), 3 * (x / 1e8) ** 2 / 1e8),
            1e8 * rng.standard_normal(5))


@right
def tiny_parameters_of_a_slow_function(rng):
    return lambda x: (float(2 + np.sum(np.sin(x))), np.cos(x)), 1e-8 * rng.standard_normal(5)


@right
def tiny_and_huge_side_by_side(rng):
    return (
        lambda p: (np.sum(p["a"] ** 2) * 1e8 + 1e-6 * np.sum(np.abs(p["b"]) ** 3),
                   {"a": 2e8 * p["a"], "b": 3e-6 * p["b"] * np.abs(p["b"])}),
        {"a": rng.standard_normal(3), "b": rng.standard_normal(3)},
    )


@right
def huge_loss_of_no_interest(rng):
    return lambda x: (1e6 + np.sum(np.tanh(x)), 1 - np.tanh(x) ** 2), rng.standard_normal(5)


@right
def nested_containers(rng):
    return (
        lambda p: (np.sum(p["net"][0]["W"] ** 2) + np.sum(p["net"][1] ** 3) + p["k"],
                   {"net": [{"W": 2 * p["net"][0]["W"]}, 3 * p["net"][1] ** 2], "k": 1.0}),
        {"net": [{"W": rng.standard_normal((2, 2))}, rng.standard_normal(3)], "k": 0.5},
    )


@right
def separate_arguments(rng):
    X = rng.standard_normal((4, 3))

    def f(W, b):
        y = np.tanh(X @ W + b)
        return y.sum(), (X.T @ (1 - y**2), (1 - y**2).sum(0))

    return f, (rng.standard_normal((3, 2)), rng.standard_normal(2))


@right
def large_matrix(rng):
    X = rng.standard_normal((5, 60))
    return lambda W: (np.sum(np.tanh(X @ W)), X.T @ (1 - np.tanh(X @ W) ** 2)), (
        rng.standard_normal((60, 50)) / 8
    )


@right
def large_matrix_with_float_loss(rng):
    f, W = large_matrix(rng)
    return lambda W: (float(f(W)[0]), f(W)[1]), W


# Layers


class Affine:
    """As in "Deep Learning from Scratch": lists of parameters and gradients."""

    def __init__(self, W, b):
        self.params, self.grads = [W, b], [np.zeros_like(W), np.zeros_like(b)]

    def forward(self, x):
        W, b = self.params
        self.x = x
        return np.dot(x, W) + b

    def backward(self, dout):
        W, _ = self.params
        self.grads[0][...] = np.dot(self.x.T, dout)
        self.grads[1][...] = np.sum(dout, axis=0)
        return np.dot(dout, W.T)


@right
def layer_with_lists(rng):
    return Affine(rng.standard_normal((3, 2)), rng.standard_normal(2)), rng.standard_normal((4, 3))


class NormLayer:
    """A layer that plain complex numbers would spoil, with running averages."""

    def __init__(self, gamma):
        self.weights, self.gradients = {"gamma": gamma}, {}
        self.mean = np.zeros(len(gamma))

    def forward(self, x):
        self.mean = 0.9 * self.mean + 0.1 * x.mean(axis=0)
        self.std = np.std(x, axis=0)
        self.n = (x - x.mean(axis=0)) / self.std
        return self.weights["gamma"] * self.n

    def backward(self, dy):
        N, n = len(dy), self.n
        self.gradients = {"gamma": (dy * n).sum(0)}
        dn = dy * self.weights["gamma"]
        return (N * dn - dn.sum(0) - n * (dn * n).sum(0)) / (N * self.std)


@right
def layer_with_std(rng):
    return NormLayer(rng.uniform(1, 2, 3)), rng.standard_normal((5, 3))


__all__ = ["RIGHT", "Affine", "NormLayer"]
