"""How much the two derivatives themselves round: float32 inside a backward pass, lost digits.

A gradient that is right to 1e-7 only, since something inside works in float32, is not a wrong one.
Its noise shows as the noise of a function does: in what is not smooth between close points.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from numpyrnn.checks.gradients.numeric.differentiator import (
    Differentiator,
    quietly,
    random_direction,
    scale_of,
)
from numpyrnn.checks.gradients.numeric.noise import LossAlong, noise
from numpyrnn.checks.gradients.subjects.subject import Subject

SAFE = 12.0                 # an error up to so many times the noise is called rounding


def may_be_off(
    subject: Subject, diff: Differentiator, name: str, worst: np.ndarray | None,
    rng: np.random.Generator,
) -> float:
    """By how much an element of this gradient may be off without being wrong.

    `worst` marks the element in question, if there is one.
    """
    direction = random_direction(subject, rng)

    def backward(t: float) -> Any:
        moved = {n: a + t * direction[n] for n, a in subject.tensors.items()}
        return subject.at(moved).point().gradients[name]

    off = quietly(noise, backward)
    if diff.method == "complex":
        own = direction[name] if worst is None else worst * scale_of(subject.tensors[name])
        own = diff.off_kinks(name, own)
        line = LossAlong(diff.live, {name: own})
        length = float(np.linalg.norm(own))
        if length:
            off += quietly(noise, lambda t: line(t + 1e-30j).imag / 1e-30) / length
    return SAFE * off
