"""Metrics against numbers worked out by hand."""

import math

import numpy as np
import pytest

from numpyrnn.metrics import (
    accuracy,
    bits_per_character,
    confusion_matrix,
    perplexity,
    precision_recall_f1,
)

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


def test_a_fair_coin_costs_one_bit():
    assert bits_per_character(math.log(2)) == pytest.approx(1)


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
        (lambda: precision_recall_f1([0], [0], average="micro"), ValueError, "did you mean"),
        (lambda: precision_recall_f1([2], [1], average="binary"), ValueError, "from 0 to 1"),
        (lambda: perplexity(-1), ValueError, "loss"),
        (lambda: bits_per_character(math.nan), ValueError, "loss"),
    ],
)
def test_errors_say_what_was_expected_and_what_came(call, error, words):
    with pytest.raises(error, match=words) as caught:
        call()
    assert "\n" not in str(caught.value)
