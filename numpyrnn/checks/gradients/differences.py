"""Numeric derivatives of a scalar loss by one element of one array, which is nudged in place.

    forward    (f(x + h) - f(x)) / h            error ~ h,  rounding ~ ε|f|/h
    central    (f(x + h) - f(x - h)) / 2h       error ~ h², rounding ~ ε|f|/h
    complex    Im f(x + ih) / h                 error ~ h², no subtraction, so no rounding to fear

The complex step (Squire & Trapp 1998) has nothing to tune: at h = 1e-30 it is exact to rounding,
as long as the function takes complex numbers all the way to the loss.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

Loss = Callable[[], Any]
Index = tuple[int, ...]


class Method(NamedTuple):
    """One way to take a numeric derivative, with the settings that suit it in float64."""

    derivative: Callable[[Loss, np.ndarray, Index, float], float]
    step: float
    tolerance: float
    words: str


def _value_at(loss: Loss, array: np.ndarray, index: Index, value: complex) -> Any:
    before = array[index]
    array[index] = value
    try:
        return loss()
    finally:
        array[index] = before


def forward_difference(loss: Loss, array: np.ndarray, index: Index, step: float) -> float:
    """(f(x + h) - f(x)) / h, with the h that survives rounding in x + h."""
    x = array[index]
    up = x + step
    return (_value_at(loss, array, index, up) - loss()) / (up - x)


def central_difference(loss: Loss, array: np.ndarray, index: Index, step: float) -> float:
    """(f(x + h) - f(x - h)) / 2h, with the 2h that survives rounding."""
    up, down = array[index] + step, array[index] - step
    rise = _value_at(loss, array, index, up) - _value_at(loss, array, index, down)
    return rise / (up - down)


def complex_step(loss: Loss, array: np.ndarray, index: Index, step: float) -> float:
    """Im f(x + ih) / h; the array must be complex."""
    value = _value_at(loss, array, index, array[index] + 1j * step)
    return complex(np.asarray(value)[()]).imag / step


METHODS = {
    "complex": Method(complex_step, 1e-30, 1e-12, "the complex step"),
    "central": Method(central_difference, 1e-5, 1e-6, "central differences"),
}
