"""The gradient check on code of any kind: no false verdict, and words that help."""

import functools
import json
import random
import subprocess
import sys

import numpy as np
import pytest
from support import gradient_corpus
from support.gradient_corpus_code import RIGHT, Affine
from support.gradient_corpus_wrong import WRONG
from support.paths import ROOT

from numpyrnn.checks import (
    adapters,
    assert_gradients,
    check_gradients,
    check_hvp,
    check_jvp,
    check_layer,
    check_vjp,
)
from numpyrnn.checks.gradients.complex_step import Analytic, bare, logged_tangents
from numpyrnn.checks.gradients.numeric.noise import slope
from numpyrnn.checks.gradients.subjects.surroundings import Surroundings
from numpyrnn.cli import main

RNG = np.random.default_rng(8)
W = RNG.standard_normal((3, 4))
SLOW = {"float32_recurrent_layer", "convolution_in_float_buffers", "large_matrix",
        "large_matrix_with_float_loss", "max_pool_by_loops"}


def quick(corpus):
    return [name for name in corpus if name.partition(",")[0] not in SLOW]


def said(report, words):
    return any(words in line for line in report.failures)


def noted(report, words):
    return any(words in line for line in report.notes)


# The corpus


@pytest.mark.parametrize("name", quick(RIGHT))
def test_a_right_gradient_passes(name):
    gradient_corpus.checked(RIGHT[name], 1).assert_passed()


@pytest.mark.parametrize("name", quick(WRONG))
def test_a_wrong_gradient_fails(name):
    assert not gradient_corpus.checked(WRONG[name], 2).passed


def test_the_corpus_has_60_right_and_60_wrong_gradients():
    assert len(RIGHT) >= 60 and len(WRONG) >= 60


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["right", "wrong"])
def test_no_verdict_is_false_over_100_seeds(kind):
    false, _ = gradient_corpus.mistaken(kind, range(100))
    assert [(name, seed) for name, seed, _ in false] == []


# Numbers that remember their tangent


def moved(function, x, d):
    with logged_tangents() as log:
        y = function((x + 1e-30j * d).view(Analytic))
    return complex(np.asarray(bare(y))[()]).imag / 1e-30, log


FUNCTIONS = {
    "abs": lambda x: np.sum(np.abs(x) * x),
    "var": lambda x: np.sum(np.var(x, axis=1) ** 2),
    "std": lambda x: x.std(ddof=1),
    "norm": lambda x: np.sum(np.linalg.norm(x, axis=1)),
    "norm 1": lambda x: np.linalg.norm(x, 1),
    "norm inf": lambda x: np.sum(np.linalg.norm(x, np.inf, axis=1)),
    "norm -inf": lambda x: np.sum(np.linalg.norm(x, -np.inf, axis=1) ** 2),
    "norm 0": lambda x: np.sum(np.linalg.norm(x, 0, axis=1)) + np.sum(x),
    "sinc": lambda x: np.sum(np.sinc(x - W[0, 0])),
    "corrcoef": lambda x: np.sum(np.corrcoef(x) ** 2),
    "nan_to_num": lambda x: np.sum(np.nan_to_num(x) ** 3),
    "prod from a number": lambda x: np.prod(x, initial=3.0),
    "clip into an array": lambda x: np.sum(np.clip(x, -0.5, 0.5, out=x.copy()) ** 2),
    "lists": lambda x: sum(v * v * v for row in x.tolist() for v in row),
    "imag": lambda x: np.sum(x * x) + np.sum(x.imag),
    "conj": lambda x: np.sum(x.conj() * x),
    "vdot": lambda x: np.vdot(x, x),
    "logaddexp": lambda x: np.sum(np.logaddexp(x, 0.3)),
    "logaddexp.reduce": lambda x: np.sum(np.logaddexp.reduce(x, axis=1)),
    "hypot": lambda x: np.sum(np.hypot(x, 2)),
    "maximum": lambda x: np.sum(np.maximum(x, 0.1) + np.minimum(x, 0)),
    "max": lambda x: np.sum(x.max(axis=1) * x.min(axis=1)),
    "sign": lambda x: np.sum(np.sign(x) * x**2),
    "sort": lambda x: np.sum(np.sort(x, axis=1) * np.arange(4)),
    "median": lambda x: np.median(x),
    "clip": lambda x: np.sum(np.clip(x, -0.5, 0.5)),
    "arctan2": lambda x: np.sum(np.arctan2(x, 2)),
    "cov": lambda x: np.sum(np.cov(x) ** 2),
    "ptp": lambda x: np.ptp(x),
    "mod": lambda x: np.sum(x % 0.7),
    "power": lambda x: np.sum(np.abs(x) ** 1.5 + 2**x),
    "cholesky": lambda x: np.sum(np.linalg.cholesky(x @ x.T + np.eye(3))),
    "cholesky upper": lambda x: np.sum(np.linalg.cholesky(x @ x.T + np.eye(3), upper=True)[0]),
    "slogdet": lambda x: np.linalg.slogdet(x @ x.T)[1],
    "eigvalsh": lambda x: np.sum(np.linalg.eigvalsh(x @ x.T) * np.arange(3)),
    "eigvalsh U": lambda x: np.linalg.eigvalsh(x[:, :3], UPLO="U") @ np.arange(3),
    "log1p": lambda x: np.sum(np.log1p(np.exp(-np.abs(x)))),
    "loops": lambda x: sum(max(v, 0) * abs(v) for row in x for v in row),
    "in place": lambda x: functools.reduce(lambda y, _: y.__imul__(2), range(2), x.copy()).std(),
    "where": lambda x: np.sum(np.abs(np.where(x > 0, x, 0.1 * x))),
    "interp": lambda x: np.sum(np.interp(x, [-3, -1, 0.5, 3], [0, 1, -1, 2.0])),
    "real": lambda x: np.sum(x.real * np.conj(x)),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_continues_to_complex_numbers(name):
    d = RNG.standard_normal(W.shape)
    exact, log = moved(FUNCTIONS[name], W, d)
    rough = slope(lambda t: float(FUNCTIONS[name](W + t * d)))
    assert not log.dropped and not log.tied
    assert abs(exact - rough.value) <= max(3 * rough.bar, 1e-9 * abs(exact))


@pytest.mark.parametrize(
    "function, words",
    [(lambda x: np.linalg.norm(x, "nuc"), "norm with ord='nuc' needs singular values"),
     (lambda x: float(np.sum(x)), "float()"), (lambda x: np.sum(x.astype(float)), "astype"),
     (lambda x: np.sum(np.linalg.svd(x)[1]), "svd")],
)
def test_what_drops_a_tangent_is_written_down_with_its_line(function, words):
    _, log = moved(function, W, W)
    ((place, what),) = log.dropped.items()
    assert words in what and place.startswith("test_any_code.py, line")


def test_a_number_with_a_tangent_looks_like_the_number():
    one = np.array(2.5 + 1e-30j).view(Analytic)
    with logged_tangents():
        assert int(one) == 2 and bool(one) and f"{one:.2f}" == "2.50" and "2.5" in repr(one)
        assert float(bare(round(one)).real) == 2 and one.tolist() is one
        with pytest.raises(TypeError, match="iteration over a 0-d array"):
            list(one)


def test_a_tie_of_values_that_move_differently_is_noticed():
    assert moved(lambda x: np.sum(np.maximum(x, 0)), 0 * W, W)[1].tied
    assert not moved(lambda x: np.sum(np.maximum(x, 0)), W, W)[1].tied


# Differences with an error bar


@pytest.mark.parametrize("scale", [1e-8, 1.0, 30.0])
def test_a_slope_is_within_its_error_bar(scale):
    estimate = slope(lambda t: float(np.sin(0.3 + t * scale)))
    assert abs(estimate.value / scale - np.cos(0.3)) <= estimate.bar / scale + 1e-15
    assert estimate.bar / scale < 1e-6 and not estimate.kink


def test_the_slope_of_a_float32_function_knows_how_little_it_knows():
    estimate = slope(lambda t: float(np.float32(np.sin(0.3 + t))))
    assert 1e-9 < estimate.noise < 1e-6
    assert abs(estimate.value - np.cos(0.3)) <= estimate.bar < 1e-3


def test_a_kink_shows_both_slopes():
    estimate = slope(lambda t: abs(t) * 2 + t)
    assert estimate.kink and estimate.between == pytest.approx((-1, 3), rel=1e-6)


# What is said


def report_of(loss, grad, x=W, **options):
    return check_gradients(lambda x: (loss(x), grad(x)), x, **options)


X, T = RNG.standard_normal((6, 4)), RNG.standard_normal((6, 4))
SQUARE = RNG.standard_normal((4, 4))
SHUFFLED = np.random.default_rng(0).permutation(16)


def residual(w):
    return np.sum((X @ w - T) ** 2)


def slope_of_residual(w):
    return 2 * X.T @ (X @ w - T)


@pytest.mark.parametrize(
    "loss, grad, words",
    [
        (residual, lambda w: slope_of_residual(w).T, "is the transpose of the numeric one"),
        (lambda w: residual(w) + 0.1 * np.sum(w * w), slope_of_residual, "lacks 0.2 * x"),
        (residual, lambda w: slope_of_residual(w) + 0.3 * w, "too much by 0.3 * x"),
        (lambda w: residual(w) + 1e-3 * np.sum(np.abs(w)), slope_of_residual,
         "lacks 0.001 * sign(x), as if the gradient of an L1 penalty"),
        (residual, lambda w: np.clip(slope_of_residual(w), -5, 5), "is clipped to ±5"),
        (residual, lambda w: slope_of_residual(w)[::-1].copy(), "its rows in reverse order"),
        (residual, lambda w: np.roll(slope_of_residual(w), 1, 0), "has its rows shifted by one"),
        (residual, lambda w: slope_of_residual(w)[:, [2, 0, 3, 1]],
         "has the right columns in the wrong order"),
        (residual, lambda w: slope_of_residual(w).ravel()[SHUFFLED].reshape(4, 4),
         "has the right numbers in the wrong places"),
        (residual, lambda w: 3 * slope_of_residual(w) / np.linalg.norm(slope_of_residual(w)),
         "is scaled to the length 3: clip after the check"),
        (residual, lambda w: -slope_of_residual(w), "is -1 times the numeric one"),
        (residual, lambda w: slope_of_residual(w) / 6, "N = 6"),
        (residual, lambda w: slope_of_residual(w) * 2, "look for a 2 or a ½"),
        (residual, lambda w: slope_of_residual(w) + 0.5, "is 0.5 too large everywhere"),
        (residual, lambda w: slope_of_residual(w) * np.arange(1, 5), "each column has a factor"),
        (residual, lambda w: slope_of_residual(w) * (np.arange(4) != 2), "all in column 2"),
        (residual, lambda w: slope_of_residual(w) * (1 + 3e-8), "is 1.00000003 times"),
    ],
)
def test_a_classic_mistake_is_named(loss, grad, words):
    report = report_of(loss, grad, SQUARE)
    assert len(report.failures) == 1 and words in report.failures[0]


def test_swapped_gradients_are_named():
    report = check_gradients(
        lambda p: (np.sum(p["a"] ** 2) + np.sum(p["b"] ** 3),
                   {"a": 3 * p["b"] ** 2, "b": 2 * p["a"]}),
        {"a": W, "b": W + 1},
    )
    assert said(report, "The gradient of a is the gradient of b")


def test_a_bias_gradient_that_is_not_summed_gets_the_cure():
    report = report_of(lambda b: np.sum((X + b) ** 2), lambda b: 2 * (X + b), np.ones(4))
    assert said(report, "would be right if it were summed over axis 0")


def test_a_tiny_error_gets_the_digits_that_matter():
    report = report_of(lambda x: -np.sum(np.log(x + 3e-7)), lambda x: -1 / x, np.abs(W) + 0.5)
    assert said(report, "look for a small term or an epsilon") and not said(report, "is 1 times")


def test_a_nan_is_called_nan_and_nothing_else():
    with np.errstate(invalid="ignore"):
        report = report_of(lambda w: np.sum(np.log(w)), lambda w: 1 / w, np.array([1.0, -1.0]))
    assert len(report.failures) == 1 and "not finite (nan)" in report.failures[0]
    assert report["x"].verdict == "NaN"


def test_a_random_function_gets_no_numbers():
    noise = np.random.default_rng(0)
    report = report_of(lambda w: np.sum(w) * noise.normal(), lambda w: 1 + 0 * w)
    assert report["x"].verdict == "random" and report["x"].numeric is None


def test_random_numbers_are_left_as_they_were():
    np.random.seed(3)  # noqa: NPY002
    expected = np.random.rand()  # noqa: NPY002
    np.random.seed(3)  # noqa: NPY002
    gradient_corpus.checked(RIGHT["dropout_of_the_global_generator"], 0)
    assert np.random.rand() == expected  # noqa: NPY002


def test_elements_on_a_kink_are_not_judged_and_the_rest_is():
    x = W.copy()
    x[0] = 0
    report = report_of(lambda x: np.sum(np.maximum(x, 0)), lambda x: 1.0 * (x > 0), x)
    assert report.passed and report["x"].kinks == 4 and report["x"].checked == 8
    assert noted(report, "4 of 12 elements of x lie exactly on a kink")


def test_a_point_all_on_kinks_is_judged_close_by():
    report = report_of(lambda x: np.sum(np.abs(x)), np.sign, 0 * W)
    assert report.passed and report["x"].verdict == "not differentiable here"
    assert noted(report, "At a second point close by, the gradient of x is right")
    assert not report_of(lambda x: np.sum(np.abs(x)), lambda x: 0 * x, 0 * W).passed
    assert report_of(lambda x: np.sum(np.abs(x)), np.sign, 0 * W, jitter=0.1)["x"].passed


def test_a_value_outside_both_slopes_is_wrong_on_a_kink_too():
    x = np.array([1.0, 0.0, -1.0])
    wrong = report_of(lambda x: np.sum(np.abs(x)), lambda x: np.where(x == 0, 7.0, np.sign(x)), x)
    assert not wrong.passed


def test_zero_weights_do_not_hide_a_forgotten_penalty():
    report = report_of(lambda w: residual(w) + np.sum(w * w), slope_of_residual, 0 * SQUARE)
    assert said(report, "At a second point close by") and said(report, "elements are all zero")
    assert report_of(
        lambda w: residual(w) + np.sum(w * w), slope_of_residual, 0 * SQUARE, second=False
    ).passed


def test_float32_inside_is_said_with_what_can_be_seen():
    report = gradient_corpus.checked(RIGHT["weights_cast_to_float32"], 4)
    assert report.passed and noted(report, "float32") and report.sees > 1e-6
    assert not gradient_corpus.checked(WRONG["float32_and_a_wrong_factor"], 4).passed


def test_a_backward_in_float_buffers_leaves_the_loss_its_complex_step():
    report = gradient_corpus.checked(RIGHT["backward_alone_in_float_buffers"], 0)
    assert report.passed and report.tolerance == 1e-12
    assert noted(report, "gradient_corpus_code.py, line")


# Large ones


def large(W, wrong=()):
    h = np.tanh(X[:, :3] @ W)
    grad = X[:, :3].T @ (1 - h**2)
    grad[:, list(wrong)] = 0
    return h.sum(), grad


def test_a_large_tensor_is_looked_at_whole_and_the_report_says_how():
    point = RNG.standard_normal((3, 4000)) / 2
    report = check_gradients(large, point, samples=5)
    assert report.passed and report["x"].checked == 5 and report["x"].projected == 2
    assert "all 12,000 elements along random directions" in str(report)


def test_the_wrong_column_of_a_large_tensor_is_named():
    point = RNG.standard_normal((3, 4000)) / 2
    report = check_gradients(functools.partial(large, wrong=[1234]), point, samples=5)
    assert report["x"].verdict == "WRONG" and said(report, "wrong in column 1234 only")


def test_ctrl_c_leaves_what_was_seen():
    calls = []

    def loss(x):
        calls.append(1)
        if len(calls) > 60:
            raise KeyboardInterrupt
        return np.sum(x**2), 2 * x

    class Counting:
        def __call__(self, x):
            return loss(x)

    counting = Counting()
    report = check_gradients(lambda x: counting(x), RNG.standard_normal((300,)), second=False)
    assert noted(report, "Interrupted after")


# Any shape of code


@pytest.mark.parametrize(
    "function, point",
    [
        (lambda p: (np.sum(p[0] ** 2), [2 * p[0]]), [W]),
        (lambda p: (np.sum(p["a"]["w"] ** 2), {"a": {"w": 2 * p["a"]["w"]}}), {"a": {"w": W}}),
        (lambda p: (np.sum(p["w"] ** 2), {"w": 2 * p["w"]}),
         {"w": W, "mask": None, "mode": "train"}),
        (lambda p: (np.sum(p[0] ** 2), {0: 2 * p[0]}), {0: W}),
        (lambda p: (np.sum(p["W"] ** 2), {"dW": 2 * p["W"]}), {"W": W}),
        (lambda a, b: (np.sum(a * b), (b.copy(), a.copy())), (W, W + 1)),
        (lambda w: (np.sum(w), np.ones_like(w), "cache"), W),
    ],
)
def test_parameters_come_in_any_container(function, point):
    check_gradients(function, point).assert_passed()


def test_loss_and_gradient_may_stand_apart():
    def loss(x, k, *, scale):
        return scale * np.sum(x**k)

    def grad(x, k, *, scale):
        return scale * k * x ** (k - 1)

    check_gradients(loss, W, grad=grad, args=(3,), kwargs={"scale": 2.0}).assert_passed()


def test_only_and_skip_choose_tensors_and_tolerances_may_differ():
    def two(p):
        return np.sum(p["a"] ** 2) + np.sum(p["b"] ** 2), {"a": 2 * p["a"], "b": 2.02 * p["b"]}

    point = {"a": W, "b": W}
    assert not check_gradients(two, point)
    assert list(check_gradients(two, point, only=["a"])) == ["a"]
    assert check_gradients(two, point, skip="b")
    assert check_gradients(two, point, tolerance={"b": 0.1})


def test_rtol_and_atol_replace_tolerance_and_floor():
    assert report_of(lambda x: np.sum(x**2), lambda x: 2 * x + 1e-9, rtol=1e-9, atol=1e-8)
    assert not report_of(lambda x: np.sum(x**2), lambda x: 2 * x + 1e-7, rtol=1e-9, atol=1e-8)


def test_the_complex_step_can_be_forced():
    assert not report_of(lambda x: float(np.sum(x**2)), lambda x: 2 * x, force=True)


def test_a_pair_of_functions_is_checked_as_a_layer():
    def forward(x, w, b):
        return x @ w + b, (x, w)

    def backward(dout, cache):
        x, w = cache
        return dout @ w.T, x.T @ dout, dout.sum(axis=0)

    inputs = (X, SQUARE, np.zeros(4))
    report = check_layer(forward, backward, inputs)
    report.assert_passed()
    assert list(report) == ["x", "w", "b"]
    wrong = check_layer(forward, lambda d, c: (*backward(d, c)[:2], np.ones(4)), inputs)
    assert not wrong["b"].passed and said(wrong, "does not double the gradient of b")


class Weighty(Affine):
    """The same layer, its list under another name."""

    def __init__(self, W, b):
        self.weights, self.grads = [W, b], [np.zeros_like(W), np.zeros_like(b)]

    params = None

    def forward(self, x):
        self.x = x
        return x @ self.weights[0] + self.weights[1]

    def backward(self, dout):
        self.grads = [self.x.T @ dout, dout.sum(axis=0)]
        return dout @ self.weights[0].T


@pytest.mark.parametrize("layer, name", [(Affine, "params[0]"), (Weighty, "weights[0]")])
def test_a_layer_may_keep_its_arrays_in_a_list(layer, name):
    report = check_gradients(layer(SQUARE[:, :2].copy(), np.zeros(2)), X)
    report.assert_passed()
    assert name in report


# Second order


def test_products_with_hessian_and_jacobian_are_checked():
    x = SQUARE[0]
    assert check_hvp(lambda x: 3 * x**2, lambda x, v: 6 * x * v, x)
    assert not check_hvp(lambda x: 3 * x**2, lambda x, v: 3 * x * v, x)

    def f(x):
        return np.tanh(X @ x)

    def jvp(x, v):
        return (1 - f(x) ** 2) * (X @ v)

    def vjp(x, u):
        return X.T @ ((1 - f(x) ** 2) * u)

    assert check_vjp(f, vjp, x) and check_jvp(f, jvp, x, vjp=vjp)
    assert not check_jvp(f, lambda x, v: X @ v, x)
    assert said(check_jvp(f, jvp, x, vjp=lambda x, u: X.T @ u), "do not fit together")


# Adapters


class Course:
    """Like a CS231n model."""

    def __init__(self):
        self.params = {"W": SQUARE.copy()}

    def loss(self, inputs, targets):
        y = inputs @ self.params["W"] - targets
        return np.sum(y**2), {"W": 2 * inputs.T @ y}


class FromScratch:
    """Like a network of the second book: lists, and float32."""

    def __init__(self):
        self.layer = Affine(SQUARE.astype("f"), np.zeros(4, "f"))
        self.params, self.grads = self.layer.params, self.layer.grads

    def forward(self, x, t):
        self.y = self.layer.forward(x) - t
        return np.sum(self.y**2)

    def backward(self):
        self.layer.backward(2 * self.y)


def loss_fun(inputs, targets, hprev):
    h = np.tanh(Wxh @ inputs + Whh @ hprev + bh)
    y = Why @ h + by - targets
    dh = (Why.T @ (2 * y)) * (1 - h * h)
    return (np.sum(y * y), np.outer(dh, inputs), np.outer(dh, hprev), np.outer(2 * y, h), dh, 2 * y,
            h)


Wxh, Whh, Why, bh, by = SQUARE, SQUARE.T, SQUARE + 1, np.zeros(4), np.zeros(4)


def test_models_of_courses_need_one_line():
    assert check_gradients(*adapters.cs231n(Course(), X, T))
    assert check_gradients(*adapters.dlfs(FromScratch(), X, T))
    assert check_gradients(*adapters.min_char_rnn(loss_fun, X[0], T[0], X[1]))
    assert Wxh is SQUARE


def test_a_layer_of_numpy_ml_needs_one_line():
    class FullyConnected:
        def __init__(self):
            self.parameters, self.gradients, self.X = {"W": None}, {"W": None}, []

        def flush_gradients(self):
            self.X = []

        def forward(self, x):
            if self.parameters["W"] is None:
                self.parameters["W"], self.gradients["W"] = SQUARE.copy(), np.zeros((4, 4))
            self.X.append(x)
            return x @ self.parameters["W"]

        def backward(self, dy):
            self.gradients["W"] += self.X[0].T @ dy
            return dy @ self.parameters["W"].T

    report = check_gradients(*adapters.numpy_ml(FullyConnected(), X))
    report.assert_passed()
    assert list(report) == ["W", "x"]


def test_what_a_function_reaches_is_put_back():
    averages = {"mean": np.zeros(2), "calls": [1]}
    generator = np.random.default_rng(1)

    def function():
        averages["mean"] += 1
        averages["calls"].append(2)
        averages["new"] = generator.normal()

    around = Surroundings(function)
    function()
    around.restore()
    assert averages["calls"] == [1] and not np.any(averages["mean"]) and "new" not in averages
    assert generator.normal() == np.random.default_rng(1).normal()


def test_generators_of_every_age_are_put_back():
    old, plain = np.random.RandomState(1), random.Random(1)

    def function():
        return old.rand(), plain.random()

    around = Surroundings(function)
    first = function()
    around.restore()
    assert function() == first


# For graders and tests


def test_the_report_is_json_with_points_for_each_tensor():
    report = check_gradients(
        lambda p: (np.sum(p["a"]) + np.sum(p["b"]), {"a": 0 * p["a"] + 1, "b": 0 * p["b"]}),
        {"a": W, "b": W},
    )
    answer = json.loads(report.to_json({"a": 3, "b": 2}))
    assert (answer["points"], answer["of"], answer["passed"]) == (3, 5, False)
    assert answer["tensors"]["b"]["verdict"] == "WRONG"
    with pytest.raises(ValueError, match="did you mean 'a'"):
        report.to_json({"A": 1})


def test_assert_gradients_is_one_line():
    assert assert_gradients(lambda x: (np.sum(x**2), 2 * x), W).passed
    with pytest.raises(AssertionError, match="WRONG"):
        assert_gradients(lambda x: (np.sum(x**2), x * 1.0), W)


def test_the_checker_alone_loads_numpy_and_nothing_else():
    script = (
        "import sys, numpy.random; before = set(sys.modules)\n"
        "from numpyrnn.checks.gradients import check_gradients\n"
        "check_gradients(lambda x: ((x**2).sum(), 2 * x), [1.0, 2.0])\n"
        "tops = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
        "assert tops - set(sys.stdlib_module_names) <= {'numpy', 'numpyrnn'}, tops\n"
        "assert 'numpyrnn.layers' not in sys.modules"
    )
    root = ROOT
    ran = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr


def test_the_command_line_checks_a_file_of_the_user(tmp_path, capsys):
    file = tmp_path / "homework_of_mine.py"
    file.write_text(
        "import numpy as np\n"
        "def right(x): return np.sum(x**2), 2 * x\n"
        "def wrong(x): return np.sum(x**2), 3 * x\n"
        "point = np.arange(4.0)\n"
        "def ready(): return right, point\n"
    )
    assert main(["gradcheck", f"{file}::right", "--shape", "2,3"]) == 0
    assert main(["gradcheck", f"{file}::ready"]) == 0
    capsys.readouterr()
    assert main(["gradcheck", f"{file}::wrong::point", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["tensors"]["x"]["verdict"] == "WRONG"
    for words, answer in (
        ([f"{file}::wrnog", "--shape", "2"], "did you mean 'wrong'"),
        ([f"{file}::right"], "expected a point"),
        ([f"{file}"], "FILE.py::NAME"),
        ([f"{file}::right", "--shape", "a"], "sizes such as 3,4"),
        (["nothing.py::f"], "there is no 'nothing.py'"),
        (["--json"], "FILE.py::NAME"),
    ):
        assert main(["gradcheck", *words]) == 2
        assert answer in capsys.readouterr().err


def test_a_function_that_refuses_points_far_away_is_checked_close_by():
    p = np.array([0.2, 0.3, 0.5])

    def entropy(p):
        if (p.real <= 0).any() or abs(p.real.sum() - 1) > 1e-2:
            raise ValueError("these are no probabilities")
        return -np.sum(p * np.log(p)), -np.log(p) - 1

    assert check_gradients(entropy, p).passed
    assert check_gradients(entropy, p, method="central").passed
    assert not check_gradients(lambda p: (entropy(p)[0], -np.log(p)), p, method="central").passed
