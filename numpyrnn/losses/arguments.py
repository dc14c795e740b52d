"""The arguments of losses: floats, targets, and the divisor of a mean or sum.

float16 is computed in float32, for its sums end at 65504: the loss comes out as float32, and the
gradient is rounded once, at the end.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from numpyrnn.counting import keep, what_counts
from numpyrnn.shapes import cure_of_numbers
from numpyrnn.validation import (
    NothingCountsError,
    as_array,
    check_choice,
    check_finite,
    check_float_array,
    check_shape,
)

LossAndGradient = tuple[np.number, np.ndarray]
REDUCTIONS = ("mean", "sum")


def check_floats(what: str, value: Any) -> np.ndarray:
    array = as_array(what, value)
    if array.dtype.kind not in "fc":
        raise TypeError(
            f"{what}: expected floating-point numbers, got dtype {array.dtype}; "
            "convert them with .astype(np.float32), or swap: outputs come first, then targets"
        )
    return array


def widened(array: np.ndarray) -> np.ndarray:
    """The array itself, float16 as float32."""
    return array.astype(np.result_type(array.dtype, np.float32), copy=False)


def narrowed(gradient: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """The gradient in the dtype of what it belongs to; NotFiniteError if it does not fit there."""
    if gradient.dtype == dtype:
        return gradient
    with np.errstate(over="ignore", under="ignore"):
        narrow = gradient.astype(dtype)
    check_finite(f"gradient in {dtype}", narrow, "give the loss float32 numbers")
    return narrow


def check_pair(
    what: str, array: np.ndarray, targets: Any, mask: Any, dtype: np.dtype
) -> tuple[np.ndarray, np.ndarray]:
    """Targets of the array's shape, 0 where masked, and the booleans that say what counts."""
    targets = check_float_array("targets", targets, dtype)
    if targets.shape != array.shape:
        cure = cure_of_numbers(array.shape, targets.shape)
        check_shape(f"targets for {what} {array.shape}", targets, array.shape, cure)
    counts = what_counts(mask, array.shape)
    return keep("targets", targets, counts), counts


def check_divisor(what: str, reduction: str, denominator: Any, counted: str) -> Any:
    """What to divide the sum by: the denominator for "mean", 1 for "sum"."""
    check_choice("reduction", reduction, REDUCTIONS)
    if not denominator:
        raise NothingCountsError(f"{what}: expected at least one {counted}; skip this batch")
    return denominator if reduction == "mean" else 1
