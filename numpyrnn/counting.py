"""What counts, and how much: masks, and what the mean of a loss or a metric divides by."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import numpy as np

from numpyrnn.validation import as_array, as_booleans, check_finite

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


def count_elements(array: Any, targets: Any, *, mask: Any = None, **_: Any) -> float:
    """How many numbers count: the denominator of what is a mean over single numbers."""
    shape = np.shape(array)
    return float(math.prod(shape) if mask is None else np.count_nonzero(what_counts(mask, shape)))


def what_counts(mask: Any, shape: tuple[int, ...]) -> np.ndarray:
    """The mask of a loss or metric as booleans of this shape; None: all counts."""
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
    return np.broadcast_to(as_booleans("mask", mask), shape)


def keep(what: str, array: np.ndarray, counts: np.ndarray | None) -> np.ndarray:
    """The array with 0 for what does not count (None: all counts); what counts must be finite."""
    if counts is not None and not counts.all():
        array = np.where(counts, array, np.zeros((), array.dtype))
    check_finite(what, array, "mask padding out, or look upstream for what made it")
    return array
