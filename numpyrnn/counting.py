"""What counts, and how much: masks, and what the mean of a loss or a metric divides by."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import numpy as np

from numpyrnn.validation import as_array, check_finite

Function = TypeVar("Function", bound=Callable[..., Any])
Denominator = Callable[..., float]


def divides_by(denominator: Denominator) -> Callable[[Function], Function]:
    """Mark a mean with its denominator: a function of the same arguments, 0 where nothing counts.

    By it the means of batches become the mean of all of them. The mark is the attribute
    `denominator`, which a user may give to a function too.
    """

    def mark(function: Function) -> Function:
        function.denominator = denominator  # type: ignore[attr-defined]
        return function

    return mark


def denominator_of(function: Callable[..., Any]) -> Denominator | None:
    """The denominator of a marked function, or of a partial of one with the partial's arguments."""
    own: Denominator | None = getattr(function, "denominator", None)
    if own is None and isinstance(function, partial):
        inner = denominator_of(function.func)
        if inner is not None:
            own = partial(inner, *function.args, **function.keywords)
    return own


def check_mask(mask: Any, shape: tuple[int, ...]) -> np.ndarray:
    """The mask as booleans of this shape; None: all counts."""
    if mask is None:
        return np.ones(shape, dtype=bool)
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
