"""Predicted classes against true ones.

Class ids are integers; what a metric returns is a Python float or an array of one entry per class.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from numpyrnn.counting import divides_by
from numpyrnn.shapes import cure_of_ids
from numpyrnn.validation import (
    NothingCountsError,
    as_array,
    as_index,
    check_choice,
    check_finite,
    check_ids,
    check_shape,
    check_size,
)

AVERAGES = ("macro", "weighted", "micro", "binary")
SKIP = "mark what to leave out with ignore_id"
MOST = 2**28  # numbers in a confusion matrix: 2 GB


class Scores(NamedTuple):
    """Precision, recall and their harmonic mean: floats, or arrays (classes,)."""

    precision: Any
    recall: Any
    f1: Any


def _count(predictions: Any, targets: Any, *, ignore_id: int | None = None) -> float:
    targets = as_array("targets", targets)
    return float(targets.size if ignore_id is None else np.count_nonzero(targets != ignore_id))


@divides_by(_count)
def accuracy(
    predictions: np.ndarray, targets: np.ndarray, *, ignore_id: int | None = None
) -> float:
    """The share of targets that were predicted.

    Shapes: targets (...) ids; predictions (...) ids, or scores (..., V), whose largest counts.
    Targets equal to ignore_id are left out. Raises ValueError when none is left.
    """
    predicted, actual = _counted(predictions, targets, ignore_id)
    return float(np.mean(predicted == actual))


def confusion_matrix(
    predictions: np.ndarray,
    targets: np.ndarray,
    classes: int | None = None,
    *,
    ignore_id: int | None = None,
) -> np.ndarray:
    """How often class i (row: the target) was taken for class j (column: the prediction).

    Shapes: as for accuracy; returns counts (classes, classes), with as many classes as the largest
    id needs by default. Raises ValueError for ids out of range, more classes than 2 GB have room
    for, or when nothing counts.
    """
    predicted, actual = _counted(predictions, targets, ignore_id)
    classes = _check_classes(classes, predicted, actual)
    if classes**2 > MOST:
        raise _too_many(classes, "a confusion matrix")
    counts = np.bincount(actual * classes + predicted, minlength=classes**2)
    return counts.reshape(classes, classes)


def precision_recall_f1(
    predictions: np.ndarray,
    targets: np.ndarray,
    *,
    average: str | None = None,
    classes: int | None = None,
    ignore_id: int | None = None,
) -> Scores:
    """Precision, recall and F1 of each class, or their average.

        precision = hits / predicted        recall = hits / actual
        f1 = 2 hits / (predicted + actual)

    average     None gives arrays (classes,)
    "macro"     their mean over the classes that occur in the targets or the predictions
    "weighted"  their mean, a class counting as often as it is in the targets
    "micro"     from the sums over all classes; where every target has one class, all three are the
                accuracy
    "binary"    the scores of class 1, out of the classes 0 and 1

    0/0 counts as 0, so a class never predicted has precision 0. The F1 of "macro" and "weighted" is
    the mean of the F1s, not the harmonic mean of the means; all of it as in scikit-learn.

    Shapes: as for accuracy. Raises ValueError for ids out of range, or when nothing counts.
    Source: van Rijsbergen 1979.
    """
    if average is not None:
        check_choice("average", average, AVERAGES)
    if average == "binary":
        if classes not in (None, 2):
            raise ValueError(
                f"classes: expected 2 with average='binary', got {classes}; leave it out"
            )
        classes = 2
    predicted, actual = _counted(predictions, targets, ignore_id)
    classes = _check_classes(classes, predicted, actual)
    if 16 * classes > MOST:
        raise _too_many(classes, "scores of each class")
    hits, predicted, actual = (
        np.bincount(ids, minlength=classes)
        for ids in (actual[predicted == actual], predicted, actual)
    )
    if average == "micro":
        hits, predicted, actual = (n.sum(keepdims=True) for n in (hits, predicted, actual))
    scores = Scores(
        hits / np.maximum(predicted, 1),
        hits / np.maximum(actual, 1),
        2 * hits / np.maximum(predicted + actual, 1),
    )
    if average is None:
        return scores
    weights: Any = {
        "macro": predicted + actual > 0, "weighted": actual, "micro": [1], "binary": [0, 1],
    }[average]
    return Scores(*(float(np.average(score, weights=weights)) for score in scores))


def _counted(
    predictions: Any, targets: Any, ignore_id: int | None
) -> tuple[np.ndarray, np.ndarray]:
    """Flat predicted and actual ids of the targets that count."""
    predictions, targets = as_array("predictions", predictions), as_array("targets", targets)
    scores = predictions.ndim == targets.ndim + 1
    expected: tuple[int | str, ...] = (*targets.shape, "classes") if scores else targets.shape
    cure = "give one id, or one row of scores, per target"
    if predictions.ndim > 1 and predictions.dtype.kind == "f" and not scores:
        cure = cure_of_ids(predictions.shape, targets.shape)
    if targets.dtype.kind == "f":
        cure = "the model's outputs come first, then the targets"
    check_shape("predictions", predictions, expected, cure)
    counts = np.ones(targets.shape, dtype=bool)
    if ignore_id is not None:
        counts = np.asarray(targets != check_size("ignore_id", ignore_id, minimum=-(2**63)))
    predictions, targets = predictions[counts], targets[counts]
    if not targets.size:
        raise NothingCountsError(
            "targets: expected at least one that counts, got none; skip this batch"
        )
    if scores:
        check_finite("predictions", predictions, "look upstream for what made it")
        check_ids("targets", targets, predictions.shape[-1], SKIP)
        predictions = predictions.argmax(axis=-1)
    return _ids("predictions", predictions), _ids("targets", targets)


def _ids(what: str, array: np.ndarray) -> np.ndarray:
    """Whole numbers; yes and no become 1 and 0."""
    if array.dtype.kind not in "iub":
        raise TypeError(f"{what}: expected class ids, got dtype {array.dtype}; use .astype(int)")
    if array.min() < 0:
        raise ValueError(f"{what}: expected ids of at least 0, got {array.min()}; {SKIP}")
    return as_index(what, array)


def _check_classes(classes: Any, predicted: np.ndarray, actual: np.ndarray) -> int:
    """How many classes there are; all ids are within them."""
    if classes is None:
        return 1 + int(max(predicted.max(), actual.max()))
    classes = check_size("classes", classes)
    check_ids("predictions", predicted, classes)
    check_ids("targets", actual, classes)
    return classes


def _too_many(classes: int, what: str) -> ValueError:
    return ValueError(
        f"classes: expected so few that {what} fits into memory, got ids up to {classes - 1}; "
        "number the classes anew, from 0 on, with np.unique(ids, return_inverse=True)"
    )
