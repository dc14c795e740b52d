"""Metrics of classes and probabilities: by hand, and against frozen numbers of scikit-learn.

Those of text are in test_metrics_text.py.
"""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from numpyrnn import softmax_cross_entropy
from numpyrnn.metrics import (
    accuracy,
    bits_per_character,
    confusion_matrix,
    perplexity,
    precision_recall_f1,
)

FIXTURE = json.loads(
    (Path(__file__).parent / "fixtures" / "metrics.json").read_text(encoding="utf-8")
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
        (lambda: perplexity(-1), ValueError, "loss"),
        (lambda: bits_per_character(math.nan), ValueError, "loss"),
    ],
)
def test_errors_say_what_was_expected_and_what_came(call, error, words):
    with pytest.raises(error, match=words) as caught:
        call()
    assert "\n" not in str(caught.value)
