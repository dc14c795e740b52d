"""What losses are given: floats, targets beside them, and a mask that says what counts."""

from __future__ import annotations

from typing import Any

import numpy as np

from numpyrnn.shapes import cure_of_numbers
from numpyrnn.validation import as_array, check_finite, check_float_array, check_shape

LossAndGradient = tuple[np.floating, np.ndarray]


def check_floats(what: str, value: Any) -> np.ndarray:
    array = as_array(what, value)
    if array.dtype.kind not in "fc":
        raise TypeError(
            f"{what}: expected floating-point numbers, got dtype {array.dtype}; "
            "convert them with .astype(np.float32), or swap: outputs come first, then targets"
        )
    return array


def check_pair(
    what: str, array: np.ndarray, targets: Any, mask: Any, dtype: np.dtype
) -> tuple[np.ndarray, np.ndarray]:
    """Targets of the array's shape, 0 where masked, and the booleans that say what counts."""
    targets = check_float_array("targets", targets, dtype)
    if targets.shape != array.shape:
        cure = cure_of_numbers(array.shape, targets.shape)
        check_shape(f"targets for {what} {array.shape}", targets, array.shape, cure)
    counts = np.ones(array.shape, dtype=bool)
    if mask is not None:
        counts = _check_mask(mask, array.shape)
    if not counts.any():
        raise ValueError(
            f"{what}: expected at least one element that counts, got none; skip this batch"
        )
    return keep("targets", targets, counts), counts


def _check_mask(mask: Any, shape: tuple[int, ...]) -> np.ndarray:
    mask = as_array("mask", mask)
    if mask.shape == shape[:-1] != shape:
        mask = mask[..., None]
    elif mask.shape != shape:
        raise ValueError(
            f"mask: expected shape {shape} or {shape[:-1]}, got {mask.shape}; "
            "give one entry for each target, or for each step"
        )
    if not ((mask == 0) | (mask == 1)).all():
        raise ValueError("mask: expected booleans or 0s and 1s, got other values; use mask > 0")
    return np.broadcast_to(mask.astype(bool), shape)


def keep(what: str, array: np.ndarray, counts: np.ndarray | None) -> np.ndarray:
    """The array with 0 for what does not count (None: all counts); what counts must be finite."""
    if counts is not None and not counts.all():
        array = np.where(counts, array, np.zeros((), array.dtype))
    check_finite(what, array, "mask padding out, or look upstream for what made it")
    return array
