"""Losses against frozen PyTorch, against the complex step, and at the edges."""

import json

import numpy as np
import pytest
from support.paths import FIXTURES

from numpyrnn import losses
from numpyrnn.losses import (
    binary_cross_entropy,
    cross_entropy,
    log_softmax,
    mean_squared_error,
    softmax,
    softmax_cross_entropy,
)

B, T, V = 3, 4, 5
FIXTURE = dict(np.load(FIXTURES / "torch_optim.npz"))
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


# Mean and sum -------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(len(CASES)), ids=lambda n: f"{n}-{CASES[n][0]}")
def test_a_mean_is_the_sum_over_its_denominator(number):
    loss, x, targets, options = read_case(number)
    value, gradient = loss(x, targets, **options)
    total, whole = loss(x, targets, reduction="sum", **options)
    divisor = loss.denominator(x, targets, **options)
    assert divisor > 1 and type(divisor) is float
    assert total / divisor == pytest.approx(value, rel=1e-14)
    np.testing.assert_allclose(whole / divisor, gradient, rtol=1e-13, atol=1e-17)
    assert loss.denominator(x, targets, reduction="sum", **options) == divisor


@pytest.mark.parametrize("number", range(len(CASES)), ids=lambda n: f"{n}-{CASES[n][0]}")
def test_the_gradient_of_a_sum_agrees_with_the_complex_step(number):
    loss, x, targets, options = read_case(number)
    gradient = loss(x, targets, reduction="sum", **options)[1]
    expected = complex_step_gradient(loss, x, targets, reduction="sum", **options)
    assert np.abs(gradient - expected).max() <= 1e-12 * max(1, np.abs(expected).max())


def test_the_sum_over_time_is_the_cross_entropy_of_the_whole_sequence():
    x, ids, _, _ = draw()
    p = softmax(x)
    whole = [np.prod([p[b, t, ids[b, t]] for t in range(T)]) for b in range(B)]
    total = softmax_cross_entropy(x, ids, reduction="sum")[0]
    assert total == pytest.approx(-np.log(whole).sum(), rel=1e-13)


# Half precision and other dtypes ------------------------------------------------------------------


def half_cases():
    rng = np.random.default_rng(0)
    z, ids = rng.standard_normal((70_000, 3)).astype(np.float16), rng.integers(0, 3, 70_000)
    p = (200 + 100 * rng.standard_normal((1000, 1))).astype(np.float16)
    soft, none = rng.random((70_000, 3)).astype(np.float16), np.zeros((70_000, 3), np.float16)
    return {
        "cross-entropy": (softmax_cross_entropy, z, ids, {}),
        "cross-entropy with float16 weights": (
            softmax_cross_entropy, z, ids.astype(np.uint8),
            {"weights": np.float16([0.1, 1, 10]), "ignore_id": 1, "label_smoothing": 0.1},
        ),
        "yes or no": (binary_cross_entropy, z, soft, {"pos_weight": np.float16(3)}),
        "squared error": (mean_squared_error, z, none, {}),
        "squared error of large numbers": (mean_squared_error, p, (0 * p + 190), {}),
    }  # fmt: skip


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("name", half_cases())
def test_half_precision_is_right_to_half_precision(name, reduction):
    loss, x, targets, options = half_cases()[name]
    exact = {k: v.astype(float) if isinstance(v, np.ndarray) else v for k, v in options.items()}
    wide = targets if targets.dtype.kind in "iu" else targets.astype(float)
    expected, slope = loss(x.astype(float), wide, reduction=reduction, **exact)
    value, gradient = loss(x, targets, reduction=reduction, **options)
    assert value.dtype == np.float32 and gradient.dtype == np.float16
    assert value == pytest.approx(expected, rel=1e-4)
    # The smallest float16 is 6e-8: below 6e-5 it has fewer and fewer digits.
    np.testing.assert_allclose(gradient, slope, rtol=2e-3, atol=6e-8)


def test_denominators_take_what_the_losses_take():
    x, ids, soft, _ = draw()
    weights = np.full(V, 3e4)
    for logits in (x, x.tolist(), x.astype(np.float16), x.astype(complex)):
        denominator = softmax_cross_entropy.denominator(logits, ids, weights=weights)
        assert denominator == 12 * 3e4 and type(denominator) is float
        assert softmax_cross_entropy.denominator(logits, ids.tolist()) == 12
        assert mean_squared_error.denominator(logits, soft) == 60
    with pytest.raises(ValueError, match="classes"):
        softmax_cross_entropy.denominator(1.0, 0)


def test_a_single_class_can_be_ignored_too():
    loss, gradient = softmax_cross_entropy(np.ones((2, 1)), [0, -1], ignore_id=-1)
    assert loss == 0 and not gradient.any()


def test_a_gradient_too_small_for_float16_is_no_error():
    p = np.full((70_000, 2), 0.5, np.float16)
    with np.errstate(all="raise"):
        gradient = cross_entropy(p, np.zeros(70_000, int))[1]
        assert -5e-5 < gradient[0, 0] < 0 < gradient[0, 1] < 5e-5


def test_a_gradient_too_large_for_float16_is_said_so():
    far = np.full(3, 60000, np.float16)
    with pytest.raises(ValueError, match=r"gradient in float16: .*got inf.*float32"):
        mean_squared_error(far, -far, reduction="sum")


def test_targets_of_every_kind_of_number_are_the_same_targets():
    x, right = np.array([0.5, 3.0, 200.0]), np.array([1, 0, 255])
    expected = mean_squared_error(x, right.astype(float))
    for dtype in (np.uint8, np.int16, np.uint64, np.float16, np.longdouble):
        value, gradient = mean_squared_error(x, right.astype(dtype))
        assert value == expected[0] and np.array_equal(gradient, expected[1])
    value, gradient = mean_squared_error(x.astype(np.longdouble), right.astype(np.uint8))
    assert value.dtype == gradient.dtype == np.longdouble
    assert float(value) == pytest.approx(expected[0], rel=1e-15)
    assert mean_squared_error(x, [True, False, True])[0] == mean_squared_error(x, [1, 0, 1])[0]


@pytest.mark.parametrize(
    ("dtype", "logits"),
    [("uint8", [1, 2, 3]), ("int8", [-128, 127]), ("int8", [100, -100]), ("uint16", [5, 4]),
     ("bool", [True, False]), ("float16", [-7, 7.5]), ("longdouble", [1, 2])],
)  # fmt: skip
@pytest.mark.parametrize("as_list", [False, True])
def test_softmax_takes_numbers_of_every_kind(dtype, logits, as_list):
    given, exact = np.array(logits, dtype), np.array(logits, float)
    expected = np.exp(exact - exact.max())
    expected /= expected.sum()
    given = given.tolist() if as_list and dtype != "longdouble" else given
    own = np.asarray(given).dtype if np.asarray(given).dtype.kind == "f" else np.float64
    bound = 1e-3 if own == np.float16 else 1e-14
    assert softmax(given).dtype == log_softmax(given).dtype == own
    np.testing.assert_allclose(softmax(given), expected, atol=bound)
    np.testing.assert_allclose(log_softmax(given), np.log(expected), rtol=bound, atol=bound)


def test_softmax_in_half_precision_sums_in_single():
    z = np.zeros(70_000, np.float16)            # the sum of exp(z) is more than float16 can hold
    np.testing.assert_allclose(softmax(z), 1 / 70_000, rtol=3e-3)
    np.testing.assert_allclose(log_softmax(z), -np.log(70_000), rtol=1e-3)
    with np.errstate(all="raise"):
        assert log_softmax(np.float16([6e4, -6e4])).tolist() == [0, -np.inf]
        near_zero = log_softmax(np.float16([12, 0]))[0]     # has less than all of its digits
    assert near_zero == pytest.approx(-np.exp(-12), abs=6e-8) and near_zero < 0


def test_softmax_runs_along_any_axis_counted_from_either_end():
    x = draw()[0]
    for axis in range(3):
        np.testing.assert_allclose(softmax(x, axis).sum(axis), 1, rtol=1e-15)
        np.testing.assert_array_equal(softmax(x, axis), softmax(x, axis - 3))
        np.testing.assert_array_equal(log_softmax(x, axis), log_softmax(x, axis - 3))


@pytest.mark.parametrize("loss", [binary_cross_entropy, mean_squared_error])
def test_a_single_number_has_an_array_for_its_gradient(loss):
    gradient = loss(np.array(0.25), np.array(1.0))[1]
    assert isinstance(gradient, np.ndarray) and gradient.shape == () and gradient < 0


def test_softmax_takes_a_batch_without_rows():
    assert softmax(np.zeros((0, 3), np.float32)).shape == (0, 3)


HOSTILE = np.array([[1e38, -1e38, 0], [1e-38, 1e-30, -1e-38], [88, -104, 0]])


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_harmless_underflow_is_no_error(dtype, reduction):
    """Even where np.seterr(all="raise") makes errors of all warnings."""
    z, tiny = HOSTILE.astype(dtype), np.full((2, 3), np.finfo(dtype).tiny)
    weights, options = [1e-30, 1, 1e30], {"reduction": reduction}
    with np.errstate(all="raise"):
        assert softmax(z)[0, 1] == 0 and log_softmax(z)[0, 1] < -1e38
        softmax(np.log(np.array([tiny[0, 0], 1, 1, 1])).astype(dtype))  # a third of the smallest
        softmax(np.array([1, -1], dtype) * np.finfo(dtype).max)
        softmax_cross_entropy(z[1:], [0, 1], weights=weights, label_smoothing=0.1, **options)
        binary_cross_entropy(z[1:], z[1:] > 0, **options)
        mean_squared_error(tiny, 2 * tiny, **options)


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
    counts = ids != 2
    loss = softmax_cross_entropy(x, ids, ignore_id=2)[0]
    assert loss == pytest.approx(softmax_cross_entropy(x[counts], ids[counts])[0], rel=1e-14)


def test_unsigned_ids_and_a_negative_ignore_id_go_together():
    x, ids, _, _ = draw()
    loss = softmax_cross_entropy(x, ids.astype(np.uint8), ignore_id=-100)[0]
    assert loss == softmax_cross_entropy(x, ids)[0]


def test_an_ignore_id_may_be_any_number_of_64_bits():
    x, ids, _, _ = draw()
    expected = softmax_cross_entropy(x, ids, ignore_id=2)[0]
    for ignore_id in (-(2**63), -200, V, 2**63 - 1):
        marked = np.where(ids == 2, ignore_id, ids)
        assert softmax_cross_entropy(x, marked, ignore_id=ignore_id)[0] == expected
    with pytest.raises(ValueError, match="ignore_id: expected at least"):
        softmax_cross_entropy(x, ids, ignore_id=-(2**63) - 1)


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
        explicit = softmax_cross_entropy(x, ids, ignore_id=-1, **options)
        assert usual[0] == explicit[0] and np.array_equal(usual[1], explicit[1])


def test_float32_logits_of_many_classes_keep_their_accuracy():
    rng = np.random.default_rng(0)
    x, ids = 3 * rng.standard_normal((5, 30_000)), rng.integers(0, 30_000, 5)
    expected_loss, expected = softmax_cross_entropy(x, ids)
    loss, gradient = softmax_cross_entropy(x.astype(np.float32), ids)
    assert loss == pytest.approx(expected_loss, rel=1e-6)
    np.testing.assert_allclose(gradient, expected, rtol=3e-6)


# Probabilities in place of logits -----------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [{}, {"ignore_id": 1}, {"weights": [1, 2, 0.5, 3, 1]}, {"label_smoothing": 0.2},
     {"reduction": "sum"}, {"ignore_id": 1, "weights": [1, 2, 0.5, 3, 1], "label_smoothing": 0.2}],
    ids=str,
)  # fmt: skip
def test_the_gradient_of_probabilities_agrees_with_the_complex_step(options):
    x, ids, _, _ = draw()
    p = softmax(x)
    loss, gradient = cross_entropy(p, ids, **options)
    assert loss == pytest.approx(softmax_cross_entropy(x, ids, **options)[0], rel=1e-14)
    expected = complex_step_gradient(cross_entropy, p, ids, **options)
    np.testing.assert_allclose(gradient, expected, rtol=1e-12, atol=1e-14)
    assert cross_entropy.denominator(p, ids, **options) > 1


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.complex128])
def test_the_gradient_of_probabilities_has_their_dtype(dtype):
    x, ids, _, _ = draw()
    p = softmax(x).astype(dtype)
    loss, gradient = cross_entropy(p, ids)
    assert gradient.dtype == dtype and gradient.shape == p.shape
    assert loss.dtype == (np.float32 if dtype == np.float16 else dtype)
    assert loss.real == pytest.approx(softmax_cross_entropy(x, ids)[0], rel=1e-3)


def test_ignored_rows_need_not_be_probabilities():
    x, ids, _, mask = draw()
    p = softmax(x)
    expected = cross_entropy(p[mask], ids[mask])
    p[~mask] = [7, -1, 3, 0, 2]
    loss, gradient = cross_entropy(p, np.where(mask, ids, -100).tolist(), ignore_id=-100)
    assert loss == pytest.approx(expected[0], rel=1e-14)
    np.testing.assert_allclose(gradient[mask], expected[1], rtol=1e-14, atol=1e-16)
    assert np.all(gradient[~mask] == 0)


def test_a_probability_of_zero_in_half_precision_is_refused_where_its_slope_does_not_fit():
    p = np.array([[1, 0], [0.5, 0.5]], np.float16)
    assert cross_entropy(p, [0, 1])[1].tolist() == [[0, 0.5], [0.5, -0.5]]
    with pytest.raises(ValueError, match=r"gradient in float16: .*give the loss float32 numbers"):
        cross_entropy(p, [1, 1])


def test_rows_may_miss_a_sum_of_one_by_a_hundredth():
    p = np.array([[0.2, 0.3, 0.5], [0.25, 0.25, 0.5]])
    for scale in (0.991, 1.009):
        assert cross_entropy(scale * p, [0, 1])[0] == pytest.approx(cross_entropy(p, [0, 1])[0])
    for scale, words in ((0.989, "0.247 and a sum of 0.989;"), (1.011, "0.253 and a sum of 1.01;")):
        with pytest.raises(ValueError, match=f"got one with {words}"):
            cross_entropy(np.stack([p[0], scale * p[1]]), [0, 1])


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


def test_where_nothing_counts_the_error_has_a_name_of_its_own():
    x, ids, soft, mask = draw()
    for call in (
        lambda: softmax_cross_entropy(x, 0 * ids, ignore_id=0, reduction="sum"),
        lambda: binary_cross_entropy(x, soft, mask=mask & False),
        lambda: mean_squared_error(x[:0], soft[:0]),
    ):
        with pytest.raises(losses.NothingCountsError, match=r"got none.*skip this batch"):
            call()


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
        (lambda: softmax_cross_entropy(X, IDS[..., None]), ValueError, r"targets\[\.\.\., 0\]"),
        (lambda: softmax_cross_entropy(X, IDS + 1), ValueError, "from 0 to 4, got 5; .*ignore_id"),
        (lambda: softmax_cross_entropy(X, IDS - 9, ignore_id=-1), ValueError, "to 4, got -9"),
        (lambda: softmax_cross_entropy(X, IDS * 1.0), TypeError, "targets: expected .*float64"),
        (lambda: softmax_cross_entropy(X.astype(int), IDS), TypeError, "logits: .*floating-point"),
        (lambda: softmax_cross_entropy(np.ones((3, 0)), [0] * 3), ValueError,
         r"logits: expected shape \(\.\.\., classes\), got \(3, 0\)"),
        (lambda: softmax_cross_entropy(np.array(1.0), 0), ValueError,
         r"logits: expected shape \(\.\.\., classes\), got \(\)"),
        (lambda: softmax_cross_entropy(X, 0 * IDS, ignore_id=0), ValueError, "target that counts"),
        (lambda: softmax_cross_entropy(X[:0], IDS[:0]), ValueError, "target that counts"),
        (lambda: softmax_cross_entropy(X, IDS, weights=np.zeros(V)), ValueError, "weight 0"),
        (lambda: softmax_cross_entropy(X, IDS, weights=np.ones(3)), ValueError, r"\(5,\), got \(3"),
        (lambda: softmax_cross_entropy(X, IDS, weights=-np.ones(V)), ValueError, "at least 0"),
        (lambda: softmax_cross_entropy(X, IDS, weights=np.full(V, np.nan)), ValueError, "weights"),
        (lambda: softmax_cross_entropy(X, IDS, weights=[1, 2, -0.5, 3, 1]), ValueError, "got -0.5"),
        (lambda: softmax_cross_entropy(X, IDS, label_smoothing=1.5), ValueError, "label_smoothing"),
        (lambda: softmax_cross_entropy(X, IDS, label_smoothing=-0.5), ValueError, "at least 0 and"),
        (lambda: softmax_cross_entropy(X, IDS, ignore_id=0.5), TypeError, "ignore_id"),
        (lambda: cross_entropy(X, IDS), ValueError, "probabilities: expected rows of numbers"),
        (lambda: cross_entropy([[-0.5, 1.5], [1.0, 0.0]], [0, 1]), ValueError,
         "got one with -0.5 and a sum of 1; softmax_cross_entropy takes logits"),
        (lambda: cross_entropy([[-0.5, 1.5], [1.0, 0.0]], [1, 1], ignore_id=0), ValueError, "-0.5"),
        (lambda: cross_entropy([[0.5, 0.5]], [1, 1], ignore_id=0), ValueError,
         r"targets for logits \(1, 2\): expected shape \(1,\), got \(2,\)"),
        (lambda: cross_entropy([[1, 0]], [1]), TypeError, "probabilities: .*floating-point"),
        (lambda: binary_cross_entropy(X, SOFT[..., 0]), ValueError, "nothing is broadcast"),
        (lambda: binary_cross_entropy(X, 2 * SOFT), ValueError, "probabilities from 0 to 1, got 1"),
        (lambda: binary_cross_entropy(X, -SOFT), ValueError, "probabilities from 0 to 1, got -"),
        (lambda: binary_cross_entropy(X[0, 0], [0, 1, 1.5, 0, 1]), ValueError, "0 to 1, got 1.5"),
        (lambda: binary_cross_entropy(X[0, 0], [0, 1, -0.5, 0, 1]), ValueError, "0 to 1, got -0.5"),
        (lambda: binary_cross_entropy(X[0, 0], [0, 2, -0.5, 0, 1]), ValueError, "0 to 1, got -0.5"),
        (lambda: binary_cross_entropy(X + 0j, SOFT * 1j), TypeError, "targets"),
        (lambda: binary_cross_entropy(X, BAD), ValueError, "targets: .*nan"),
        (lambda: binary_cross_entropy(BAD, SOFT, mask=MASK | True), ValueError, "logits: .*nan"),
        (lambda: binary_cross_entropy(X, SOFT, pos_weight=np.ones(T)), ValueError, "pos_weight"),
        (lambda: binary_cross_entropy(X, SOFT, pos_weight=-1), ValueError, "pos_weight"),
        (lambda: binary_cross_entropy(X, SOFT, pos_weight=np.nan), ValueError,
         "pos_weight: expected finite numbers, got nan; use negatives / positives"),
        (lambda: binary_cross_entropy(X, SOFT, pos_weight=[1, 2, -0.5, 3, 1]), ValueError,
         "pos_weight: .*at least 0, got -0.5"),
        (lambda: binary_cross_entropy(X, SOFT, mask=MASK & False), ValueError, "that counts"),
        (lambda: mean_squared_error(X[..., :1], SOFT[..., 0]), ValueError, "nothing is broadcast"),
        (lambda: mean_squared_error(BAD, SOFT), ValueError, r"predictions: .*\[1, 2, 3\]"),
        (lambda: mean_squared_error(X, BAD), ValueError, r"targets: .*\[1, 2, 3\]"),
        (lambda: mean_squared_error(X, SOFT, mask=MASK[0]), ValueError, r"mask: .*got \(4,\)"),
        (lambda: mean_squared_error(X, SOFT, mask=MASK * 0.5), ValueError, "0s and 1s"),
        (lambda: mean_squared_error(X[:0], SOFT[:0]), ValueError, "element that counts"),
        (lambda: mean_squared_error(X, SOFT * 1j), TypeError, "targets"),
        (lambda: mean_squared_error(X, SOFT, reduction="none"), ValueError, "'mean', 'sum', got"),
        (lambda: binary_cross_entropy(X, SOFT, reduction=None), ValueError, "reduction: expected"),
        (lambda: softmax_cross_entropy(X, IDS, reduction="add"), ValueError, "reduction: expected"),
        (lambda: softmax_cross_entropy(np.ma.array(X, mask=X > 0), IDS), TypeError, "without a m"),
        (lambda: mean_squared_error([np.ma.array([1.0, 2], mask=[0, 1])], [[1, 2]]), TypeError,
         "without a mask"),
        (lambda: softmax(np.ma.array([1.0, 2], mask=[0, 1])), TypeError, "without a mask"),
        (lambda: softmax(3.0), ValueError, r"axis of logits \(\), got -1"),
        (lambda: softmax([]), ValueError, r"at least one along axis -1, got shape \(0,\)"),
        (lambda: softmax([1.0], axis=1), ValueError, r"axis of logits \(1,\), got 1"),
        (lambda: softmax([1.0], axis=-100), ValueError, r"axis of logits \(1,\), got -100"),
        (lambda: softmax([1.0], axis=None), TypeError, "axis: expected a whole number, got None"),
        (lambda: softmax(["a", "b"]), TypeError, "logits: expected an array of numbers"),
        (lambda: softmax(np.array([1, None])), TypeError, "logits: .*dtype object"),
        (lambda: softmax([[1, 2], [3]]), ValueError, "rows of different length"),
        (lambda: softmax([[0, np.nan]]), ValueError, "logits: expected finite numbers, got nan"),
        (lambda: softmax([[0, np.inf]]), ValueError, "logits: expected finite numbers, got inf"),
        (lambda: log_softmax([[-np.inf] * 2]), ValueError, "logits: expected finite .*got -inf"),
    ],
)
def test_errors_say_what_was_expected_and_what_was_passed(call, error, words):
    with pytest.raises(error, match=words) as caught:
        call()
    assert "\n" not in str(caught.value)
