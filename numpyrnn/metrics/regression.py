"""Predicted numbers against true ones: for forecasts and other regression.

Sums are taken in float64, whatever the dtype. In all of them predictions and targets are alike,
(...); mask is bool or 0/1, of that shape or without its last axis: (B, T) with (B, T, D). Several
numbers side by side are outputs, (N, D) or (B, T, D); a single axis (N,) is one output. What is
masked is never read. All raise ValueError for shapes that do not fit (nothing is broadcast), for
numbers that count and are not finite, and when nothing counts; TypeError for what is not a number.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from numpyrnn.counting import count_elements, divides_by, keep, what_counts
from numpyrnn.validation import NothingCountsError, check_float_array, check_shape


@divides_by(count_elements)
@np.errstate(under="ignore")
def mean_absolute_error(
    predictions: np.ndarray, targets: np.ndarray, *, mask: np.ndarray | None = None
) -> float:
    """The mean of |prediction - target|, in the units of the targets."""
    error, _, counts = _errors(predictions, targets, mask)
    return float(np.abs(error).sum() / counts.sum())


@divides_by(count_elements)
@np.errstate(under="ignore")
def mean_squared_error(
    predictions: np.ndarray, targets: np.ndarray, *, mask: np.ndarray | None = None
) -> float:
    """The mean of (prediction - target)²: the loss of that name as one number, without a gradient.
    """
    error, _, counts = _errors(predictions, targets, mask)
    return float(np.square(error).sum() / counts.sum())


@np.errstate(under="ignore")
def root_mean_squared_error(
    predictions: np.ndarray, targets: np.ndarray, *, mask: np.ndarray | None = None
) -> float:
    """The root of the mean squared error, in the units of the targets.

    Of several outputs it is the mean of their roots, as in scikit-learn, not the root of the mean.
    """
    error, _, counts = _errors(predictions, targets, mask)
    used = counts.any(axis=0)
    squares = np.square(error).sum(axis=0)[used] / counts.sum(axis=0)[used]
    return float(np.sqrt(squares).mean())


@np.errstate(under="ignore")
def r_squared(
    predictions: np.ndarray, targets: np.ndarray, *, mask: np.ndarray | None = None
) -> float:
    """The share of the targets' variance that the predictions explain, R².

        R² = 1 - Σ (t - p)² / Σ (t - mean of t)²

    1 is perfect, 0 no better than always the mean, below 0 worse. Of several outputs it is the mean
    of their R². Where all targets of an output are equal, that output has 1 if they are met exactly
    and 0 if not: all of it as in scikit-learn. At least two targets are needed for each output.
    Source: Wright 1921.
    """
    error, right, counts = _errors(predictions, targets, mask)
    size = counts.sum(axis=0)
    if size.min() < 2:
        raise ValueError(
            f"targets: expected at least two that count for each output, got {size.min()}; "
            "one number has no variance"
        )
    first = np.take_along_axis(right, counts.argmax(axis=0)[None], axis=0)
    right = np.where(counts, right - first, 0)              # exactly 0 where all targets are equal
    varies, exact = right.any(axis=0), ~error.any(axis=0)
    unit = np.where(varies, np.abs(right).max(axis=0), 1)   # so that no square is 0 or infinite
    right, error = right / unit, error / unit
    total = np.square(np.where(counts, right - right.sum(axis=0) / size, 0)).sum(axis=0)
    explained = 1 - np.square(error).sum(axis=0) / np.where(varies, total, 1)
    return float(np.where(varies, explained, exact).mean())


def _errors(
    predictions: Any, targets: Any, mask: Any
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Errors and targets in float64 (N, outputs), 0 where masked, and what counts."""
    predicted = check_float_array("predictions", predictions, np.dtype(np.float64))
    right = check_float_array("targets", targets, np.dtype(np.float64))
    shape = predicted.shape
    check_shape(f"targets for predictions {shape}", right, shape, "nothing is broadcast")
    counts = what_counts(mask, shape)
    if not counts.any():
        raise NothingCountsError(
            "targets: expected at least one that counts, got none; skip this batch"
        )
    predicted, right = keep("predictions", predicted, counts), keep("targets", right, counts)
    outputs = shape[-1] if len(shape) > 1 else 1
    as_rows = (math.prod(shape) // outputs, outputs)
    error = predicted - right
    return error.reshape(as_rows), right.reshape(as_rows), counts.reshape(as_rows)
