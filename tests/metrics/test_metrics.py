"""Metrics of classes and probabilities: by hand, and against frozen numbers of scikit-learn.

Those of text are in test_metrics_text.py.
"""

import json
import math

import numpy as np
import pytest
from support.paths import FIXTURES

from numpyrnn import softmax_cross_entropy
from numpyrnn.metrics import (
    accuracy,
    bits_per_character,
    confusion_matrix,
    mean_absolute_error,
    mean_squared_error,
    perplexity,
    precision_recall_f1,
    r_squared,
    root_mean_squared_error,
)

FIXTURE = json.loads(
    (FIXTURES / "metrics.json").read_text(encoding="utf-8")
)
AVERAGES = ("macro", "weighted", "micro", "binary")

# Class 0: 2 of 3 found; class 1: 1 of 2; class 2: its only one. 6 targets, 4 hits.
TARGETS = np.array([[0, 0, 0], [1, 1, 2]])
PREDICTIONS = np.array([[0, 0, 1], [1, 2, 2]])


def test_accuracy_is_the_share_of_hits():
    assert accuracy(PREDICTIONS, TARGETS) == pytest.approx(4 / 6)


def test_accuracy_leaves_ignored_targets_out():
    targets = np.where(TARGETS == 2, -100, TARGETS)
    assert accuracy(PREDICTIONS, targets, ignore_id=-100) == pytest.approx(3 / 5)


def test_scores_are_read_by_their_largest():
    scores = np.eye(3)[PREDICTIONS] - 7
    assert accuracy(scores, TARGETS) == pytest.approx(4 / 6)
    assert np.array_equal(confusion_matrix(scores, TARGETS), confusion_matrix(PREDICTIONS, TARGETS))


def test_ignored_scores_may_hold_nan():
    scores, targets = np.eye(3)[PREDICTIONS], np.where(TARGETS == 1, 9, TARGETS)
    scores[targets == 9] = np.nan
    assert accuracy(scores, targets, ignore_id=9) == pytest.approx(3 / 4)


def test_rows_of_the_confusion_matrix_are_targets():
    expected = [[2, 1, 0], [0, 1, 1], [0, 0, 1]]
    np.testing.assert_array_equal(confusion_matrix(PREDICTIONS, TARGETS), expected)
    wider = confusion_matrix(PREDICTIONS, TARGETS, classes=5)
    assert wider.shape == (5, 5) and wider.dtype == np.int64
    np.testing.assert_array_equal(wider[:3, :3], expected)


def test_small_integer_types_do_not_overflow_the_confusion_matrix():
    ids = np.array([100, 17], dtype=np.int8)
    matrix = confusion_matrix(ids, ids)
    assert matrix[100, 100] == matrix[17, 17] == 1 and matrix.sum() == 2


def test_precision_recall_and_f1_of_each_class():
    scores = precision_recall_f1(PREDICTIONS, TARGETS)
    np.testing.assert_allclose(scores.precision, [1, 1 / 2, 1 / 2])
    np.testing.assert_allclose(scores.recall, [2 / 3, 1 / 2, 1])
    np.testing.assert_allclose(scores.f1, [4 / 5, 1 / 2, 2 / 3])


@pytest.mark.parametrize("case", FIXTURE["classification"], ids=lambda c: str(c["targets"])[:20])
def test_scores_are_those_of_scikit_learn(case):
    targets, predictions, labels = (
        np.array(case[k]) for k in ("targets", "predictions", "labels")
    )
    assert accuracy(predictions, targets) == pytest.approx(case["accuracy"], rel=1e-12)
    assert confusion_matrix(predictions, targets).tolist() == case["confusion"]
    for average, frozen in case["scores"].items():
        average = average if average in AVERAGES else None
        scores = precision_recall_f1(predictions, targets, average=average)
        if average is None:  # scikit-learn leaves out the classes that never occur
            scores = [score[labels] for score in scores]
        np.testing.assert_allclose(scores, frozen, rtol=1e-12)


def test_averages_are_floats():
    for average in AVERAGES:
        scores = precision_recall_f1([1, 0, 1], [1, 1, 0], average=average)
        assert all(type(score) is float for score in scores)


def test_where_each_target_has_one_class_micro_scores_are_the_accuracy():
    targets = np.where(TARGETS == 2, -1, TARGETS)
    scores = precision_recall_f1(PREDICTIONS, targets, average="micro", ignore_id=-1)
    assert scores == pytest.approx([accuracy(PREDICTIONS, targets, ignore_id=-1)] * 3)


def test_a_class_weighs_as_much_as_it_has_targets():
    scores = precision_recall_f1(PREDICTIONS, TARGETS, average="weighted", classes=7)
    assert scores == pytest.approx((9 / 12, 4 / 6, (12 / 5 + 1 + 2 / 3) / 6))


def test_macro_scores_are_means_over_the_classes_that_occur():
    for classes in (None, 10):
        scores = precision_recall_f1(PREDICTIONS, TARGETS, average="macro", classes=classes)
        assert scores == pytest.approx((2 / 3, 13 / 18, 59 / 90))


def test_binary_scores_are_those_of_class_one():
    predictions, targets = np.array([1, 1, 1, 0, 0]), np.array([1, 0, 1, 1, 0])
    scores = precision_recall_f1(predictions > 0, targets, average="binary")
    assert scores == pytest.approx((2 / 3, 2 / 3, 2 / 3))
    none = precision_recall_f1(np.zeros(3, int), np.array([0, 1, 0]), average="binary")
    assert none == (0, 0, 0)


def test_perplexity_of_a_fair_choice_is_the_number_of_choices():
    assert perplexity(np.float32(0)) == 1
    assert perplexity(math.log(103)) == pytest.approx(103)
    assert perplexity(1e4) == math.inf


def test_perplexity_and_bits_are_those_of_scikit_learns_log_loss():
    case = FIXTURE["surprise"]
    loss, _ = softmax_cross_entropy(np.array(case["logits"]), np.array(case["ids"]))
    assert perplexity(loss) == pytest.approx(math.exp(case["nats"]), rel=1e-12)
    assert bits_per_character(loss) == pytest.approx(case["nats"] / math.log(2), rel=1e-12)


def test_a_fair_coin_costs_one_bit():
    assert bits_per_character(math.log(2)) == pytest.approx(1)


# Regression ---------------------------------------------------------------------------------------

REGRESSION = (mean_absolute_error, mean_squared_error, root_mean_squared_error, r_squared)


@pytest.mark.parametrize("metric", REGRESSION)
@pytest.mark.parametrize("number", range(len(FIXTURE["regression"])))
def test_regression_scores_are_those_of_scikit_learn(metric, number):
    case = FIXTURE["regression"][number]
    actual = metric(case["predictions"], case["targets"])
    assert type(actual) is float
    assert actual == pytest.approx(case[metric.__name__], rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("metric", REGRESSION)
@pytest.mark.parametrize("width", [None, 1, 3])
def test_masked_numbers_are_never_read(metric, width):
    rng = np.random.default_rng(0)
    shape = (4, 5) if width is None else (4, 5, width)
    targets, mask = rng.standard_normal(shape), np.arange(5) < [[5], [3], [0], [1]]
    predictions = targets + rng.standard_normal(shape)
    if width is None:                       # (N, D): five outputs
        mask[2, 3:] = mask[1, 3:] = True
    columns = zip(predictions.T, targets.T, mask.T, strict=True)
    expected = (
        metric(predictions[mask], targets[mask]) if width else
        np.mean([metric(p[m], t[m]) for p, t, m in columns])
    )
    if width is None and metric in (mean_absolute_error, mean_squared_error):
        expected = metric(predictions[mask], targets[mask])         # a mean of single numbers
    predictions[~mask] = targets[~mask] = np.nan
    for given in (mask, mask.astype(int), mask.astype(np.float32)):
        assert metric(predictions, targets, mask=given) == pytest.approx(expected, rel=1e-12)


def test_an_output_that_never_counts_has_no_share_in_the_mean_of_roots():
    targets, mask = np.arange(6.0).reshape(3, 2), np.array([[1, 0], [1, 0], [1, 0]])
    assert root_mean_squared_error(targets + 2, targets, mask=mask) == 2
    with pytest.raises(ValueError, match="at least two that count for each output, got 0"):
        r_squared(targets + 2, targets, mask=mask)


@pytest.mark.parametrize("metric", REGRESSION)
def test_regression_scores_of_small_dtypes_are_summed_in_float64(metric):
    rng = np.random.default_rng(0)
    targets = rng.integers(0, 255, 70_000).astype(np.uint8)
    predictions = (targets + rng.standard_normal(70_000)).astype(np.float16)
    expected = metric(predictions.astype(float), targets.astype(float))
    assert metric(predictions, targets) == metric(list(predictions), targets.tolist()) == expected


def test_constant_targets_of_rounded_numbers_are_constant():
    targets = np.full(7, 0.1)               # whose mean is not 0.1
    assert r_squared(targets, targets) == 1
    assert r_squared(targets + 0.2, targets) == 0


def test_the_share_explained_does_not_depend_on_the_unit():
    targets, predictions = np.array([1.0, 2, 4]), np.array([1.0, 3, 4])
    expected = r_squared(predictions, targets)
    for unit in (1e-200, 1e-30, 1e200):
        assert r_squared(unit * predictions, unit * targets) == pytest.approx(expected, rel=1e-13)


def test_a_vote_of_many_is_counted_exactly():
    right = np.ones(70_000, bool)
    right[:7] = False
    scores = np.stack([~right, right], axis=1).astype(np.float16)
    assert accuracy(scores, np.ones(70_000, np.uint8)) == (70_000 - 7) / 70_000


def test_scores_of_a_large_vocabulary_need_no_matrix():
    ids = np.array([3, 49_999, 49_999])
    scores = precision_recall_f1(ids, [3, 49_999, 7], average="macro")
    assert scores == pytest.approx((1.5 / 3, 2 / 3, (1 + 2 / 3) / 3))


@pytest.mark.parametrize("metric", [accuracy, *REGRESSION])
def test_harmless_underflow_is_no_error(metric):
    small = np.array([[1e-200, 2e-200, 4e-200], [3e-200, 0, 1e-200]])
    with np.errstate(all="raise"):
        assert metric(small, [2, 0] if metric is accuracy else small[::-1]) <= 1


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: accuracy([0, 1], [0, 1, 2]), ValueError, r"predictions: .*\(3,\), got \(2,\)"),
        (lambda: accuracy([0.0, 1.0], [0, 1]), TypeError, "class ids"),
        (lambda: accuracy([0, 1], [0, -1]), ValueError, "ignore_id"),
        (lambda: accuracy([0, 1], [3, 3], ignore_id=3), ValueError, "none"),
        (lambda: accuracy([], np.array([], int)), ValueError, "none"),
        (lambda: accuracy([[0, np.nan]], [1]), ValueError, "nan"),
        (lambda: accuracy([[0.5, 0.2]], [2]), ValueError, "from 0 to 1, got 2"),
        (lambda: accuracy([0], [0], ignore_id="pad"), TypeError, "ignore_id"),
        (lambda: confusion_matrix([0, 5], [0, 1], classes=3), ValueError, "predictions: .*got 5"),
        (lambda: confusion_matrix([0, 1], [0, 5], classes=3), ValueError, "targets: .*got 5"),
        (lambda: precision_recall_f1([0], [0], average="mikro"), ValueError, "mean 'micro'"),
        (lambda: precision_recall_f1([2], [1], average="binary"), ValueError, "from 0 to 1"),
        (lambda: confusion_matrix([10**9], [0]), ValueError, "into memory, got ids up to 1000"),
        (lambda: confusion_matrix([0], [0], classes=10**6), ValueError, "fits into memory"),
        (lambda: precision_recall_f1([0], [10**9]), ValueError, "fits into memory.*np.unique"),
        (lambda: confusion_matrix(np.uint64([2**63]), [0]), ValueError, "whole numbers up to"),
        (lambda: mean_absolute_error([1, 2], [1]), ValueError, "nothing is broadcast"),
        (lambda: mean_squared_error([[1.0]], [1.0]), ValueError, "nothing is broadcast"),
        (lambda: r_squared([1.0], [1.0]), ValueError, "at least two that count .*got 1"),
        (lambda: r_squared([1.0, np.nan], [1.0, 2]), ValueError, "predictions: .*nan"),
        (lambda: r_squared([1.0, 3], [1.0, np.inf]), ValueError, "targets: .*inf"),
        (lambda: r_squared([1.0, 3], [1.0, 1j]), TypeError, "targets: expected an array of num"),
        (lambda: mean_absolute_error([], []), ValueError, "that counts, got none"),
        (lambda: mean_absolute_error([1], [1], mask=[0]), ValueError, "that counts, got none"),
        (lambda: mean_absolute_error([1], [1], mask=[0.5]), ValueError, "mask: expected booleans"),
        (lambda: mean_absolute_error(np.ma.array([1, 2], mask=[0, 1]), [1, 2]), TypeError, "mask"),
        (lambda: mean_absolute_error(["1"], [1]), TypeError, "predictions: expected an array of n"),
        (lambda: perplexity(-1), ValueError, "loss"),
        (lambda: bits_per_character(math.nan), ValueError, "loss"),
    ],
)
def test_errors_say_what_was_expected_and_what_was_passed(call, error, words):
    with pytest.raises(error, match=words) as caught:
        call()
    assert "\n" not in str(caught.value)
