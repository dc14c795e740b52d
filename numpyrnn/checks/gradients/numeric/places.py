"""Where a large tensor is wrong: its rows and columns in words, and some elements from there."""

from __future__ import annotations

from typing import Any

import numpy as np

from numpyrnn.checks.gradients.numeric.differentiator import Differentiator, scale_of
from numpyrnn.checks.gradients.numeric.elements import (
    CENTRAL,
    FEWEST,
    Clock,
    differentiate,
    spread_out,
)
from numpyrnn.checks.gradients.numeric.projections import TOO_MANY, wrong_along
from numpyrnn.checks.gradients.report import TENSOR_FLOOR, relative_errors, top_of


def locate(diff: Differentiator, work: Any, rng: np.random.Generator) -> None:
    """Which rows, which columns: words for a large tensor that is wrong somewhere."""
    compared = ~np.isnan(work.numeric)
    throughout = compared.any() and np.mean(work.wrong[compared]) > TOO_MANY
    if not work.astray or throughout:
        return
    shape = work.numeric.shape
    places: dict[int, list[int]] = {}
    for axis in range(len(shape)) if len(shape) <= 4 else ():
        if shape[axis] >= 2 and (wrong := wrong_along(diff, work, axis, rng)):
            places[axis] = wrong
            if np.mean(looked_into(diff, work, {axis: wrong})) > TOO_MANY:
                break  # all along the other axes
    if places:
        work.places = " and ".join(f"{axis_name(shape, k)} {listed(n)}" for k, n in places.items())
        looked_into(diff, work, places)


def looked_into(diff: Differentiator, work: Any, places: dict[int, list[int]]) -> np.ndarray:
    """Look at some elements at these indices of the axes one by one; which of them are wrong."""
    shape = work.numeric.shape
    lines = np.zeros(shape, bool)
    lines[np.ix_(*[places.get(k, range(n)) for k, n in enumerate(shape)])] = True
    order = list(spread_out(lines & np.isnan(work.numeric), FEWEST))
    size = scale_of(diff.real.arrays[work.name])
    step = 1e-30 if diff.method == "complex" else CENTRAL * size
    more = differentiate(diff, work.name, order, step, Clock(60.0, 0, False), len(order))
    work.numeric = np.where(np.isnan(more), work.numeric, more)
    floor = max(TENSOR_FLOOR * top_of(work.numeric), work.rounding / work.tolerance)
    work.errors = relative_errors(work.analytic, work.numeric, floor)
    return np.array([work.wrong[index] for index in order] or [False])


def axis_name(shape: tuple[int, ...], axis: int) -> str:
    """row and column of a matrix, else the index along an axis."""
    if len(shape) == 1:
        return "element"
    return ("row", "column")[axis] if len(shape) == 2 else f"index of axis {axis}:"


def listed(numbers: list[int]) -> str:
    """17, or 3, 5, 8, or the first few and how many."""
    if len(numbers) > 1 and numbers == list(range(numbers[0], numbers[-1] + 1)):
        return f"{numbers[0]} to {numbers[-1]}"
    if len(numbers) <= 8:
        return ", ".join(map(str, numbers))
    return f"{', '.join(map(str, numbers[:6]))} ... ({len(numbers)} of them)"
