"""Losses against frozen PyTorch, against the complex step, and at the edges."""

import json
from pathlib import Path

import numpy as np
import pytest

from numpyrnn import losses
from numpyrnn.losses import (
    binary_cross_entropy,
    log_softmax,
    mean_squared_error,
    softmax,
    softmax_cross_entropy,
)

B, T, V = 3, 4, 5
FIXTURE = dict(np.load(Path(__file__).parent / "fixtures" / "torch_optim.npz"))
CASES = json.loads(str(FIXTURE["losses"]))


def read_case(number):
    """The loss, its two arguments and its options, as frozen with PyTorch's answer."""

    def array(name):
        return FIXTURE[f"array/{name}"] if isinstance(name, str) else name

    loss, x, t, options = CASES[number]
    options = {key: array(value) for key, value in options.items()}
    return getattr(losses, loss), array(x), array(t), options


def complex_step_gradient(loss, x, targets, **options):
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        moved = x.astype(complex)
        moved[index] += 1e-30j
        gradient[index] = loss(moved, targets, **options)[0].imag / 1e-30
    return gradient


def draw(seed=0, dtype=np.float64):
    """logits (B, T, V), class ids (B, T), soft labels (B, T, V) and a mask (B, T)."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((B, T, V)).astype(dtype)
    ids, soft = rng.integers(0, V, (B, T)), rng.random((B, T, V)).astype(dtype)
    return x, ids, soft, np.arange(T) < np.array([[4], [2], [1]])


@pytest.mark.parametrize("number", range(len(CASES)), ids=lambda n: f"{n}-{CASES[n][0]}")
def test_value_and_gradient_are_those_of_pytorch(number):
    loss, x, targets, options = read_case(number)
    value, gradient = loss(x, targets, **options)
    expected = FIXTURE[f"loss/{number}/value"]
    assert abs(value - expected) <= 1e-12 * max(1, abs(expected))
    bound = 1e-12 * max(1, np.abs(FIXTURE[f"loss/{number}/gradient"]).max())
    assert np.abs(gradient - FIXTURE[f"loss/{number}/gradient"]).max() <= bound


@pytest.mark.parametrize("number", range(len(CASES)), ids=lambda n: f"{n}-{CASES[n][0]}")
def test_gradient_agrees_with_the_complex_step(number):
    loss, x, targets, options = read_case(number)
    gradient = loss(x, targets, **options)[1]
    expected = complex_step_gradient(loss, x, targets, **options)
    assert np.abs(gradient - expected).max() <= 1e-12 * max(1, np.abs(expected).max())


@pytest.mark.parametrize("number", range(len(CASES)), ids=lambda n: f"{n}-{CASES[n][0]}")
def test_arguments_stay_as_they_were_and_nothing_is_aliased(number):
    loss, x, targets, options = read_case(number)
    arguments = [x, targets, *(v for v in options.values() if isinstance(v, np.ndarray))]
    before = [a.copy() for a in arguments]
    gradient = loss(x, targets, **options)[1]
    gradient += 1
    assert all(np.array_equal(a, b) for a, b in zip(arguments, before, strict=True))


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex64, np.complex128])
@pytest.mark.parametrize("number", range(len(CASES)), ids=lambda n: f"{n}-{CASES[n][0]}")
def test_loss_and_gradient_have_the_dtype_of_what_came_in(number, dtype):
    loss, x, targets, options = read_case(number)
    value, gradient = loss(x.astype(dtype), targets, **options)
    assert isinstance(value, np.generic) and value.dtype == gradient.dtype == dtype
    assert gradient.shape == x.shape


# What does not count ------------------------------------------------------------------------------


def test_ignored_positions_may_hold_nan_and_get_gradient_exactly_zero():
    x, ids, _, mask = draw()
    expected_loss, expected = softmax_cross_entropy(x[mask], ids[mask], label_smoothing=0.2)
    x[~mask] = np.nan
    loss, gradient = softmax_cross_entropy(
        x, np.where(mask, ids, -100), ignore_id=-100, label_smoothing=0.2
    )
    assert np.all(gradient[~mask] == 0)
    np.testing.assert_allclose(gradient[mask], expected, rtol=0, atol=1e-15)
    assert loss == pytest.approx(expected_loss, rel=1e-14)


@pytest.mark.parametrize("loss", [binary_cross_entropy, mean_squared_error])
@pytest.mark.parametrize("padding", [np.nan, np.inf, -np.inf])
def test_masked_positions_may_hold_nan_and_get_gradient_exactly_zero(loss, padding):
    x, _, soft, mask = draw()
    expected_loss, expected = loss(x[mask], soft[mask])
    x[~mask] = soft[~mask] = padding
    for given in (mask, mask.astype(int), mask.astype(np.float32), mask[..., None].repeat(V, -1)):
        value, gradient = loss(x, soft, mask=given)
        assert np.all(gradient[~mask] == 0)
        np.testing.assert_allclose(gradient[mask], expected, rtol=0, atol=1e-15)
        assert value == pytest.approx(expected_loss, rel=1e-14)


def test_an_ignored_class_id_inside_the_range_works_too():
    x, ids, _, _ = draw()
    kept = ids != 2
    loss = softmax_cross_entropy(x, ids, ignore_id=2)[0]
    assert loss == pytest.approx(softmax_cross_entropy(x[kept], ids[kept])[0], rel=1e-14)


def test_unsigned_ids_and_a_negative_ignore_id_go_together():
    x, ids, _, _ = draw()
    loss = softmax_cross_entropy(x, ids.astype(np.uint8), ignore_id=-100)[0]
    assert loss == softmax_cross_entropy(x, ids)[0]


def test_a_class_of_weight_zero_does_not_count():
    x, ids, _, _ = draw()
    weights = np.ones(V)
    weights[3] = 0
    loss, gradient = softmax_cross_entropy(x, ids, weights=weights)
    assert loss == pytest.approx(softmax_cross_entropy(x, ids, ignore_id=3)[0], rel=1e-14)
    assert np.all(gradient[ids == 3] == 0)


@pytest.mark.parametrize("options", [{}, {"label_smoothing": 0.1}, {"ignore_id": 0}])
def test_logits_and_targets_in_any_order_of_memory_cost_the_same_and_stay_as_they_were(options):
    x, ids, _, _ = draw()
    expected_loss, expected = softmax_cross_entropy(x, ids, **options)
    for given in (np.asfortranarray(x), x.repeat(2, axis=-1)[..., ::2], x[::-1].copy()[::-1]):
        before = given.copy()
        targets = np.asfortranarray(ids.astype(np.uint64))
        loss, gradient = softmax_cross_entropy(given, targets, **options)
        assert loss == pytest.approx(expected_loss, rel=1e-15)
        np.testing.assert_allclose(gradient, expected, rtol=0, atol=1e-16)
        np.testing.assert_array_equal(given, before)
        assert gradient.shape == x.shape and not np.shares_memory(gradient, given)


def test_ids_that_are_never_ignored_change_nothing():
    x, ids, _, _ = draw(dtype=np.float32)
    for options in ({}, {"label_smoothing": 0.1}, {"weights": np.arange(1.0, V + 1)}):
        usual = softmax_cross_entropy(x, ids, **options)
        told = softmax_cross_entropy(x, ids, ignore_id=-1, **options)
        assert usual[0] == told[0] and np.array_equal(usual[1], told[1])


def test_float32_logits_of_many_classes_keep_their_accuracy():
    rng = np.random.default_rng(0)
    x, ids = 3 * rng.standard_normal((5, 30_000)), rng.integers(0, 30_000, 5)
    expected_loss, expected = softmax_cross_entropy(x, ids)
    loss, gradient = softmax_cross_entropy(x.astype(np.float32), ids)
    assert loss == pytest.approx(expected_loss, rel=1e-6)
    np.testing.assert_allclose(gradient, expected, rtol=3e-6)


# Large and small logits ---------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_huge_logits_give_the_exact_cross_entropy(dtype):
    logits = np.array([[1e4, -1e4, 0], [1e4, -1e4, 0]], dtype)
    loss, gradient = softmax_cross_entropy(logits, np.array([0, 1]))
    assert loss == 1e4                                       # the mean of 0 and 2e4
    np.testing.assert_array_equal(gradient, [[0, 0, 0], [0.5, -0.5, 0]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_huge_logits_give_the_exact_binary_cross_entropy(dtype):
    logits, targets = np.array([1e4, -1e4, 1e4, -1e4], dtype), np.array([1, 0, 0, 1])
    loss, gradient = binary_cross_entropy(logits, targets, pos_weight=3)
    assert loss == 1e4                                       # the mean of 0, 0, 1e4 and 3e4
    np.testing.assert_array_equal(gradient, [0, 0, 0.25, -0.75])


@pytest.mark.parametrize("size", [2.0, 17.0, 30.0, 37.0, 50.0])
def test_a_nearly_certain_answer_keeps_its_tiny_loss_and_gradient(size):
    for sign, target in ((1, 1), (-1, 0)):
        loss, gradient = binary_cross_entropy(np.array([sign * size]), np.array([target]))
        assert loss == pytest.approx(np.log1p(np.exp(-size)), rel=1e-15, abs=0)
        assert gradient == pytest.approx(-sign / (1 + np.exp(size)), rel=1e-14, abs=0)


def test_softmax_and_log_softmax_agree_and_survive_huge_logits():
    x = np.array([[1e4, -1e4, 0], [1, 2, 3]])
    np.testing.assert_allclose(softmax(x).sum(axis=-1), 1, rtol=1e-15)
    np.testing.assert_allclose(np.exp(log_softmax(x)), softmax(x), rtol=1e-14)
    np.testing.assert_array_equal(log_softmax(x)[0], [0, -2e4, -1e4])
    np.testing.assert_allclose(softmax(x, axis=0).sum(axis=0), 1, rtol=1e-15)
    np.testing.assert_array_equal(softmax(np.array([0, -np.inf])), [1, 0])
    x = x.astype(np.float32)
    assert softmax(x).dtype == log_softmax(x).dtype == np.float32


def test_uniform_logits_cost_the_logarithm_of_the_classes():
    loss = softmax_cross_entropy(np.zeros((2, 7)), np.array([3, 6]), label_smoothing=0.1)[0]
    assert loss == pytest.approx(np.log(7), rel=1e-15)


def test_a_single_row_of_logits_takes_a_single_id():
    loss, gradient = softmax_cross_entropy(np.zeros(4), np.array(1))
    assert loss == pytest.approx(np.log(4)) and gradient.shape == (4,)


def test_binary_gradient_is_right_where_its_two_branches_meet():
    x, y = np.array([0.0, -0.0]), np.array([0.3, 0.8])
    expected = complex_step_gradient(binary_cross_entropy, x, y, pos_weight=2)
    np.testing.assert_allclose(binary_cross_entropy(x, y, pos_weight=2)[1], expected, atol=1e-15)


# Errors -------------------------------------------------------------------------------------------

X, IDS, SOFT, MASK = draw()
BAD = X.copy()
BAD[1, 2, 3] = np.nan


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: softmax_cross_entropy(BAD, IDS), ValueError, r"logits: .*nan at .*\[1, 2, 3\]"),
        (lambda: softmax_cross_entropy(-np.inf * np.ones((1, 2)), [0]), ValueError, "got -inf"),
        (lambda: softmax_cross_entropy(X, np.eye(V)[IDS]), ValueError, r"argmax\(-1\)"),
        (lambda: softmax_cross_entropy(X, IDS[:, 0]), ValueError, r"shape \(3, 4\), got \(3,\)"),
        (lambda: softmax_cross_entropy(X, IDS + 1), ValueError, "from 0 to 4, got 5; .*ignore_id"),
        (lambda: softmax_cross_entropy(X, IDS - 9, ignore_id=-1), ValueError, "to 4, got -9"),
        (lambda: softmax_cross_entropy(X, IDS * 1.0), TypeError, "targets: expected .*float64"),
        (lambda: softmax_cross_entropy(X.astype(int), IDS), TypeError, "logits: .*floating-point"),
        (lambda: softmax_cross_entropy(np.ones((3, 0)), [0] * 3), ValueError, "classes"),
        (lambda: softmax_cross_entropy(X, 0 * IDS, ignore_id=0), ValueError, "target that counts"),
        (lambda: softmax_cross_entropy(X[:0], IDS[:0]), ValueError, "target that counts"),
        (lambda: softmax_cross_entropy(X, IDS, weights=np.zeros(V)), ValueError, "weight 0"),
        (lambda: softmax_cross_entropy(X, IDS, weights=np.ones(3)), ValueError, r"\(5,\), got \(3"),
        (lambda: softmax_cross_entropy(X, IDS, weights=-np.ones(V)), ValueError, "at least 0"),
        (lambda: softmax_cross_entropy(X, IDS, weights=np.full(V, np.nan)), ValueError, "weights"),
        (lambda: softmax_cross_entropy(X, IDS, label_smoothing=1.5), ValueError, "label_smoothing"),
        (lambda: softmax_cross_entropy(X, IDS, ignore_id=0.5), TypeError, "ignore_id"),
        (lambda: binary_cross_entropy(X, SOFT[..., 0]), ValueError, "nothing is broadcast"),
        (lambda: binary_cross_entropy(X, 2 * SOFT), ValueError, "probabilities from 0 to 1, got 1"),
        (lambda: binary_cross_entropy(X, -SOFT), ValueError, "probabilities from 0 to 1, got -"),
        (lambda: binary_cross_entropy(X, BAD), ValueError, "targets: .*nan"),
        (lambda: binary_cross_entropy(BAD, SOFT, mask=MASK | True), ValueError, "logits: .*nan"),
        (lambda: binary_cross_entropy(X, SOFT, pos_weight=np.ones(T)), ValueError, "pos_weight"),
        (lambda: binary_cross_entropy(X, SOFT, pos_weight=-1), ValueError, "pos_weight"),
        (lambda: binary_cross_entropy(X, SOFT, mask=MASK & False), ValueError, "that counts"),
        (lambda: mean_squared_error(X[..., :1], SOFT[..., 0]), ValueError, "nothing is broadcast"),
        (lambda: mean_squared_error(BAD, SOFT), ValueError, r"predictions: .*\[1, 2, 3\]"),
        (lambda: mean_squared_error(X, BAD), ValueError, r"targets: .*\[1, 2, 3\]"),
        (lambda: mean_squared_error(X, SOFT, mask=MASK[0]), ValueError, r"mask: .*got \(4,\)"),
        (lambda: mean_squared_error(X, SOFT, mask=MASK * 0.5), ValueError, "0s and 1s"),
        (lambda: mean_squared_error(X[:0], SOFT[:0]), ValueError, "element that counts"),
        (lambda: mean_squared_error(X, SOFT * 1j), TypeError, "targets"),
    ],
)
def test_errors_say_what_was_expected_and_what_came(call, error, words):
    with pytest.raises(error, match=words) as caught:
        call()
    assert "\n" not in str(caught.value)
