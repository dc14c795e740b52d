"""Numbers of any size turned into probabilities, and those into logarithms."""

from __future__ import annotations

from typing import Any

import numpy as np

from numpyrnn.losses.arguments import narrowed, widened
from numpyrnn.validation import check_finite, check_numbers, check_size


def softmax(logits: np.ndarray, axis: int = -1) -> np.ndarray:
    """p_v = exp(z_v) / Σ exp(z), along one axis; safe from overflow at any size of z.

    Shapes: logits (...), the result alike. Whole numbers and booleans are taken for float64, and
    float16 is computed in float32. -inf is a logit of probability 0. Raises NotFiniteError for NaN,
    infinity and nothing but -inf, ValueError for an axis that is not there, TypeError for masked
    arrays and for what is not a number.
    """
    _, e, total, dtype = _exponentials(logits, axis)
    with np.errstate(under="ignore"):
        return narrowed(e / total, dtype)


def log_softmax(logits: np.ndarray, axis: int = -1) -> np.ndarray:
    """log p_v = z_v - log Σ exp(z), along one axis; right even where p_v itself rounds to 0.

    Shapes, dtypes and errors are those of softmax.
    """
    z, _, total, dtype = _exponentials(logits, axis)
    with np.errstate(under="ignore", over="ignore"):
        return (z - np.log(total)).astype(dtype, copy=False)


def shifted(logits: np.ndarray, axis: int = -1) -> np.ndarray:
    """A new array: the logits less their largest real part."""
    return logits - logits.real.max(axis=axis, keepdims=True)


@np.errstate(under="ignore", over="ignore")     # exp(-1000) is 0; -1e308 - 1e308 is -inf, far below
def _exponentials(
    logits: Any, axis: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.dtype]:
    """z shifted to a largest real part of 0, exp(z), its sum along the axis, and z's own dtype."""
    array = check_numbers("logits", logits)
    _check_axis(axis, array.shape)
    wide = widened(array)
    largest = wide.real.max(axis=axis, keepdims=True)
    check_finite("largest of the logits", largest, "look upstream for what made it")
    z = wide - largest
    e = np.exp(z)
    return z, e, e.sum(axis=axis, keepdims=True), array.dtype


def _check_axis(axis: Any, shape: tuple[int, ...]) -> None:
    if check_size("axis", axis, minimum=-(2**31)) not in range(-len(shape), len(shape)):
        raise ValueError(f"axis: expected an axis of logits {shape}, got {axis}; give an array")
    if shape[axis] == 0:
        raise ValueError(f"logits: expected at least one along axis {axis}, got shape {shape}")
