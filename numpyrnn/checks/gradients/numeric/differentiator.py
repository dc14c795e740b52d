"""How derivatives of a subject are taken: the method, the arrays to nudge, kinks and noise."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

from numpyrnn.checks.gradients.numeric.noise import LossAlong, Slope, quick, slope
from numpyrnn.checks.gradients.subjects.point import Live
from numpyrnn.checks.gradients.subjects.subject import Subject

NEAR = 3e-4                 # the step of a quick difference, in units of each tensor's size
T = TypeVar("T")
Direction = dict[str, np.ndarray]


@dataclass
class Differentiator:
    """How derivatives are taken: the method, the arrays to nudge, and what is known about both."""

    method: str
    live: Live
    real: Live
    traced: bool = False
    noise: float = 0.0
    resolution: float = 0.0
    notes: list[str] = field(default_factory=list)
    kinks: dict[str, np.ndarray] = field(default_factory=dict)
    sides: dict[tuple[str, int], tuple[float, float]] = field(default_factory=dict)

    def random_direction(self, name: str, rng: np.random.Generator) -> np.ndarray:
        """A Gaussian direction of one tensor in its own scale; zero at the kinks."""
        array = self.real.arrays[name]
        return self.off_kinks(name, rng.standard_normal(array.shape) * scale_of(array))

    def off_kinks(self, name: str, direction: np.ndarray) -> np.ndarray:
        """The direction without the elements that lie on a kink."""
        return np.where(self.kinks[name], 0.0, direction) if name in self.kinks else direction

    def along(self, direction: Mapping[str, np.ndarray]) -> float:
        """The derivative in one direction by the method that is trusted."""
        if self.method == "complex":
            return quietly(LossAlong(self.live, direction).complex_step)
        return self.real_slope(direction).value

    def real_slope(self, direction: Mapping[str, np.ndarray]) -> Slope:
        """The derivative in one direction by real differences, with its error bar."""
        return quietly(slope, LossAlong(self.real, direction).real)

    def quick_slope(self, direction: Mapping[str, np.ndarray], step: float = NEAR) -> float:
        """The derivative in one direction from four values."""
        return quietly(quick, LossAlong(self.real, direction).real, step)


def quietly(compute: Callable[..., T], *args: Any) -> T:
    """Compute without warnings: a function may not be made for the numbers that it gets here."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return compute(*args)


def scale_of(tensor: np.ndarray) -> float:
    """The typical size of a tensor's elements, 1 if they are all zero."""
    size = float(np.sqrt(np.mean(np.square(tensor)))) if tensor.size else 0.0
    return size if np.isfinite(size) and size > 0 else 1.0


def random_direction(subject: Subject, rng: np.random.Generator) -> Direction:
    """A Gaussian direction through all tensors, each in its own scale."""
    return {
        name: rng.standard_normal(tensor.shape) * scale_of(tensor)
        for name, tensor in subject.tensors.items() if name not in subject.left_out
    }
