"""The squared error: for regression and forecasts."""

from __future__ import annotations

import numpy as np

from numpyrnn.losses.arguments import LossAndGradient, check_floats, check_pair, keep


def mean_squared_error(
    predictions: np.ndarray, targets: np.ndarray, *, mask: np.ndarray | None = None
) -> LossAndGradient:
    """The mean of (prediction - target)²: for regression and forecasts.

        loss = Σ (p - t)² / count          dp = 2 (p - t) / count

    Shapes: predictions p and targets t alike, (...); mask bool or 0/1, of that shape or without
    its last axis: (B, T) with (B, T, D).

    Raises ValueError for shapes that do not fit (nothing is broadcast), numbers that count and are
    not finite, and when nothing counts.
    """
    predictions = check_floats("predictions", predictions)
    targets, counts = check_pair("predictions", predictions, targets, mask, predictions.dtype)
    error = keep("predictions", predictions, counts) - targets            # 0 where nothing counts
    size = int(counts.sum())
    return np.sum(error * error) / size, 2 / size * error
