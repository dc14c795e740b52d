"""Elements that lie exactly on a kink (relu at 0, a tie of two maxima): no derivative there.

Found by halving: a group of elements is nudged together, and only a group that shows a kink is
looked at more closely. Each suspect then shows its one-sided slopes.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from numpyrnn.checks.gradients.complex_step import logged_tangents
from numpyrnn.checks.gradients.numeric.differentiator import Differentiator, quietly, scale_of
from numpyrnn.checks.gradients.numeric.noise import LossAlong
from numpyrnn.checks.gradients.subjects.subject import Subject

MOST = 4000                 # evaluations spent on finding kinks


def halved(test: Callable[[np.ndarray], bool], members: np.ndarray, left: list[int]) -> list[int]:
    """Which members make the test true, by tests of groups; `left` counts evaluations down."""
    if left[0] <= 0 or not len(members):
        return []
    left[0] -= 1
    if not test(members):
        return []
    if len(members) == 1:
        return [int(members[0])]
    middle = len(members) // 2
    return halved(test, members[:middle], left) + halved(test, members[middle:], left)


def moving_only(tensor: np.ndarray, members: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A direction that moves these elements (flat indices) and no others."""
    d = np.zeros(tensor.size)
    d[members] = (0.5 + rng.random(len(members))) * scale_of(tensor)
    return d.reshape(tensor.shape)


def bent(diff: Differentiator, direction: dict[str, np.ndarray]) -> bool:
    """Whether the slopes to the left and to the right differ at the point itself."""
    at = LossAlong(diff.real, direction).real
    here = at(0.0)
    wide, close = ((quietly(at, h) - 2 * here + quietly(at, -h)) / h for h in (1e-5, 1e-6))
    rounding = 1e-15 * max(abs(here), 1e-300) / 1e-6
    return bool(abs(close) > 0.5 * abs(wide) and abs(close) > 20 * rounding)


def find_kinks(subject: Subject, diff: Differentiator) -> dict[str, np.ndarray]:
    """A mask for each tensor with elements whose slopes to the left and right differ."""
    rng, left, masks = np.random.default_rng(0), [MOST], {}

    def tied(direction: dict[str, np.ndarray]) -> bool:
        with logged_tangents() as log:
            quietly(LossAlong(diff.live, direction).complex_step)
        return log.tied

    for name, tensor in subject.tensors.items():
        if name in subject.left_out:
            continue

        def suspicious(members: np.ndarray, name: str = name, tensor: np.ndarray = tensor) -> bool:
            direction = {name: moving_only(tensor, members, rng)}
            return tied(direction) if diff.traced else bent(diff, direction)

        suspects = halved(suspicious, np.arange(tensor.size), left)
        mask = np.zeros(tensor.size, bool)
        for k, flat in enumerate(suspects):
            direction = {name: moving_only(tensor, np.array([flat]), rng)}
            if k >= 200:
                mask[flat] = True
                continue
            slope = diff.real_slope(direction)
            mask[flat] = slope.kink
            if slope.kink:
                low, high = (v / direction[name].ravel()[flat] for v in slope.between)
                room = (3 * slope.bar + 1e-6 * max(abs(low), abs(high))) / scale_of(tensor)
                diff.sides[name, flat] = (low - room, high + room)
        if mask.any():
            masks[name] = mask.reshape(tensor.shape)
    return masks
