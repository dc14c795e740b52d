"""The cross-entropy of the right class, for models that end in a softmax of their own."""

from __future__ import annotations

from typing import Any

import numpy as np

from numpyrnn.counting import divides_by
from numpyrnn.losses.arguments import LossAndGradient, check_floats, narrowed, widened
from numpyrnn.losses.cross_entropy import softmax_cross_entropy, target_weights

TOLERANCE = 1e-2  # of a row's sum: half precision, a thousand classes


@divides_by(target_weights)
def cross_entropy(
    probabilities: np.ndarray,
    targets: np.ndarray,
    *,
    ignore_id: int | None = None,
    weights: np.ndarray | None = None,
    label_smoothing: float = 0.0,
    reduction: str = "mean",
) -> LossAndGradient:
    """softmax_cross_entropy for what a softmax has already made of the logits: mean of -log p_y.

        loss = softmax_cross_entropy(log p),    dp = ∂loss/∂log p / p

    since softmax(log p) = p. Through the model's softmax the gradient is that of the logits. Where
    p is 0 in its dtype, its smallest number above 0 stands for it: the gradient is lost there, so
    leaving the softmax out of the model and calling softmax_cross_entropy is the more exact way.

    Shapes: probabilities p (..., V), each row with a sum of 1, targets (...) integers in 0 … V-1;
    the options are those of softmax_cross_entropy. Raises ValueError for rows that are no
    probabilities, and as it does.
    """
    own_dtype = (p := check_floats("probabilities", probabilities)).dtype
    p = widened(p)
    _check_rows(p, targets, ignore_id)
    smallest = np.finfo(p.real.dtype).tiny
    p = np.where(p.real > smallest, p, smallest)
    loss, gradient = softmax_cross_entropy(
        np.log(p), targets, ignore_id=ignore_id, weights=weights, label_smoothing=label_smoothing,
        reduction=reduction,
    )
    return loss, narrowed(gradient / p, own_dtype)


def _check_rows(p: np.ndarray, targets: Any, ignore_id: int | None) -> None:
    """Raise ValueError for logits, or for other rows that are no probabilities and count."""
    total = p.real.sum(axis=-1)
    fine = (p.real >= 0).all(axis=-1) & (abs(total - 1) < TOLERANCE)
    if ignore_id is not None and np.shape(targets) == total.shape:
        fine |= np.asarray(targets) == ignore_id
    if not fine.all():
        raise ValueError(
            "probabilities: expected rows of numbers from 0 to 1 with a sum of 1, got one with "
            f"{p.real[~fine][0].min():.3g} and a sum of {total[~fine][0]:.3g}; "
            "softmax_cross_entropy takes logits"
        )
