"""A whole tensor in one evaluation: its gradient along a random direction; and its wrong rows.

    backward  Σ g ⊙ d        numeric  the derivative of the loss along d        d Gaussian

An error in any element shows, if it is above tolerance · ‖g ⊙ d‖. Where the two differ, halves of
the rows are compared, then quarters, down to the wrong ones.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from numpyrnn.checks.gradients.numeric.differentiator import NEAR, Differentiator
from numpyrnn.checks.gradients.numeric.kinks import halved
from numpyrnn.checks.gradients.numeric.noise import EPSILON

MOST = 100                  # evaluations spent on naming rows, then on columns
TOO_MANY = 0.34             # a share of wrong rows above this is "throughout"


class Projection(NamedTuple):
    """One tensor along one direction: backward, numeric, what rounding may make of it."""

    backward: float
    numeric: float
    allowed: float
    size: float

    @property
    def agrees(self) -> bool:
        """Whether the two are the same as far as rounding lets one tell."""
        return abs(self.backward - self.numeric) <= self.allowed

    @property
    def error(self) -> float:
        """|a - n| over the size that the sum of independent shares has."""
        return abs(self.backward - self.numeric) / self.size if self.size else 0.0


def project(
    diff: Differentiator, name: str, gradient: np.ndarray, direction: np.ndarray, tolerance: float,
    rounding: float, fast: bool = False,
) -> Projection:
    """Both derivatives along the direction; `rounding` is what one element may be off."""
    shares = gradient * direction
    backward, size = float(np.sum(shares)), float(np.linalg.norm(shares))
    length, bar = float(np.linalg.norm(direction)), 0.0
    if diff.method == "complex":
        numeric = diff.along({name: direction})
    elif fast:
        numeric = diff.quick_slope({name: direction}, 1e-4)
        bar = 1e-6 * max(abs(numeric), abs(backward)) + diff.noise / 1e-4
    else:
        numeric = diff.quick_slope({name: direction})
        slack = tolerance * max(size, abs(numeric)) + 2 * diff.noise / NEAR
        bar = 2 * diff.noise / NEAR / 3
        if not abs(numeric - backward) <= slack or slack > 1e-3 * size:
            estimate = diff.real_slope({name: direction})
            numeric, bar = estimate.value, estimate.bar
    size = max(size, abs(numeric), abs(backward))
    allowed = tolerance * size + rounding * length + 3 * bar + 8 * EPSILON * size
    return Projection(backward, numeric, allowed, size)


def wrong_along(
    diff: Differentiator, work: Any, axis: int, rng: np.random.Generator
) -> list[int] | None:
    """The indices along one axis with a wrong gradient; None if they are (too) many."""
    length = work.analytic.shape[axis]
    left = [MOST]

    def wrong(members: np.ndarray) -> bool:
        direction = np.zeros(work.analytic.shape)
        lines = (slice(None),) * axis + (members,)
        direction[lines] = diff.random_direction(work.name, rng)[lines]
        return not project(
            diff, work.name, work.analytic, direction, work.tolerance, work.rounding, fast=True
        ).agrees

    wrong_lines = halved(wrong, np.arange(length), left)
    if left[0] <= 0 or len(wrong_lines) > TOO_MANY * length:
        return None
    return wrong_lines
