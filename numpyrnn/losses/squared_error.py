"""The squared error: for regression and forecasts."""

from __future__ import annotations

import numpy as np

from numpyrnn.counting import count_elements, divides_by, keep
from numpyrnn.losses.arguments import (
    LossAndGradient,
    check_divisor,
    check_floats,
    check_pair,
    narrowed,
    widened,
)


@divides_by(count_elements)
@np.errstate(under="ignore")
def mean_squared_error(
    predictions: np.ndarray,
    targets: np.ndarray,
    *,
    mask: np.ndarray | None = None,
    reduction: str = "mean",
) -> LossAndGradient:
    """The mean of (prediction - target)²: for regression and forecasts.

        loss = Σ (p - t)² / count          dp = 2 (p - t) / count

    reduction="sum" does not divide.

    Shapes: predictions p and targets t alike, (...); mask bool or 0/1, of that shape or without
    its last axis: (B, T) with (B, T, D).

    Raises ValueError for shapes that do not fit (nothing is broadcast), numbers that count and are
    not finite, and when nothing counts.
    """
    predictions = check_floats("predictions", predictions)
    p = widened(predictions)
    targets, counts = check_pair("predictions", p, targets, mask, p.dtype)
    size = check_divisor(
        "predictions", reduction, int(counts.sum()), "element that counts, got none"
    )
    error = keep("predictions", p, counts) - targets                      # 0 where nothing counts
    gradient = np.asarray(2 / size * error)
    return np.sum(error * error) / size, narrowed(gradient, predictions.dtype)
