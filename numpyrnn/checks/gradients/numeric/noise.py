"""Real differences with an error bar, which confirm or refute every other derivative.

How exact a difference quotient can be depends on the noise of the function: 1e-16 of its value in
float64, 1e-7 with float32 inside. It is measured close by, as Hamming (1973) and Moré & Wild (2011)
do: take away what is smooth, noise stays. With it, `slope` tries steps over
eleven decades, extrapolates (Ridders 1982), keeps the estimate with the smallest error bar, and
says whether the slopes to the left and to the right differ: a kink.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from numpyrnn.checks.gradients.subjects.point import Live

EPSILON = float(np.finfo(np.float64).eps)
REACHES = (1e-5, 1e-3, 3e-2)  # close enough for a parabola, far enough for float32 to show
POINTS = 9
STEPS = tuple(0.3 * 4.0**-k for k in range(19))


class LossAlong:
    """The loss along a line, t -> loss(θ + t·direction); the live arrays return to θ."""

    def __init__(self, live: Live, direction: Mapping[str, np.ndarray]):
        self.live, self.direction = live, direction
        self.start = {name: live.arrays[name].copy() for name in direction}

    def __call__(self, t: complex) -> complex:
        arrays = self.live.arrays
        try:
            for name, d in self.direction.items():
                arrays[name][...] = self.start[name] + t * d
            with np.errstate(all="ignore"):
                return complex(np.asarray(self.live.loss())[()])
        finally:
            for name, value in self.start.items():
                arrays[name][...] = value

    def real(self, t: float) -> float:
        """The loss of real arrays; NaN where the function refuses the arrays of a step."""
        try:
            return self(t).real
        except Exception:
            if t == 0:
                raise
            return np.nan

    def complex_step(self, step: float = 1e-30) -> float:
        """The complex step along the line."""
        return self(1j * step).imag / step


class Slope(NamedTuple):
    """A derivative, how far it may be off, and the slopes on both sides."""

    value: float
    bar: float
    left: float
    right: float
    kink: bool
    step: float
    noise: float

    @property
    def still(self) -> bool:
        """Whether nothing moved at all: zero, or steps too small for how coarsely it rounds."""
        return self.value == 0 and self.bar == 0

    @property
    def between(self) -> tuple[float, float]:
        """The two one-sided slopes in order."""
        return min(self.left, self.right), max(self.left, self.right)


def scatter(values: Callable[[float], Any], reach: float, sign: float) -> tuple[float, bool]:
    """The noise of an array-valued function of t on one side of 0, and whether it moves there.

    What a parabola through random points leaves: at points of a regular grid, rounded values can
    look regular, too.
    """
    places = np.random.default_rng(5).random(POINTS)
    table = np.array([np.ravel(values(sign * reach * t)) for t in places], np.float64)
    if not np.all(np.isfinite(table)):
        return np.nan, False
    powers = np.vander(places, 3)
    rest = table - powers @ np.linalg.lstsq(powers, table - table[0], rcond=None)[0] - table[0]
    size = np.sqrt(np.sum(rest**2, axis=0) / (POINTS - 3))
    return float(size.max(initial=0.0)), bool(np.any(table != table[0]))


def noise(values: Callable[[float], Any]) -> float:
    """The size of the noise in a function of t near 0: on its quieter side, a kink may be close."""
    for reach in REACHES:
        sides = [scatter(values, reach, sign) for sign in (1.0, -1.0)]
        moving = [size for size, moved in sides if moved and np.isfinite(size)]
        if moving:  # a side that stood still says nothing: rounding may be coarser than the reach
            return min(moving)
    return 0.0


def quick(at: Callable[[float], float], step: float) -> float:
    """The derivative at 0 from four values, exact to the fourth power of the step."""
    near = (at(step) - at(-step)) / (2 * step)
    far = (at(2 * step) - at(-2 * step)) / (4 * step)
    return (4 * near - far) / 3


def slope(at: Callable[[float], float]) -> Slope:
    """The derivative at 0 with the smallest error bar that differences can give."""
    here = at(0.0)
    measured = noise(at)
    rounding = max(measured, 0.5 * EPSILON * abs(here))
    central: list[float] = []
    bend: list[float] = []
    steps: list[float] = []
    best: tuple[float, float, int] | None = None
    for step in STEPS:
        up, down = at(step), at(-step)
        if not np.isfinite(up) or not np.isfinite(down):
            if central:
                break
            continue
        steps.append(step)
        central.append((up - down) / (2 * step))
        bend.append((up - 2 * here + down) / step)
        if len(central) >= 3:
            old, new = (16 * central[-2] - central[-3]) / 15, (16 * central[-1] - central[-2]) / 15
            bar = abs(new - old) + 2 * rounding / step
            if best is None or bar < best[1]:
                best = new, bar, len(central) - 1
            elif rounding / step > 1e3 * best[1] or bar == 0:
                break
    if best is None:
        return Slope(np.nan, np.inf, np.nan, np.nan, False, np.nan, rounding)
    value, bar, k = best
    if not measured and not any(central):
        return Slope(0.0, 0.0, 0.0, 0.0, False, steps[k], 0.0)
    jump = abs(bend[k])
    still = jump > 0.6 * abs(bend[k - 1]) and jump > 0.6 * abs(bend[max(k - 2, 0)])
    significant = jump > 20 * bar + 8 * rounding / steps[k] and jump > 1e-7 * abs(value)
    half = bend[k] / 2
    return Slope(
        value, 2 * bar + 4 * EPSILON * abs(value), value - half, value + half,
        still and significant, steps[k], rounding,
    )
