"""How the error of a numeric derivative depends on the step size."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from numpyrnn.checks.gradients.differences import (
    central_difference,
    complex_step,
    forward_difference,
)
from numpyrnn.checks.gradients.numeric.differentiator import quietly
from numpyrnn.checks.gradients.numeric.elements import order_of
from numpyrnn.checks.gradients.numeric.trust import choose
from numpyrnn.checks.gradients.probes import probe
from numpyrnn.checks.gradients.report import TENSOR_FLOOR, relative_errors
from numpyrnn.checks.gradients.subjects.subject import subject_of
from numpyrnn.text import table
from numpyrnn.validation import RandomSource, check_number, check_rng, check_size

STEPS = tuple(float(f"{lead}e-{power}") for power in range(1, 16) for lead in (1, 0.3162278))


class StepSweep(NamedTuple):
    """Step sizes h, and the largest relative error of each method against the backward pass."""

    steps: np.ndarray
    forward: np.ndarray
    central: np.ndarray
    complex_step: np.ndarray

    def __str__(self) -> str:
        rows = [[f"{value:.1e}" for value in row] for row in zip(*self, strict=True)]
        return "\n".join(table(["step", "forward", "central", "complex step"], rows, ">>>>"))


def h_sweep(
    layer_or_function: Any,
    x: Any = None,
    *,
    state: Any = None,
    lengths: Any = None,
    mask: Any = None,
    steps: Sequence[float] | None = None,
    samples: int | None = 10,
    rng: RandomSource = 0,
) -> StepSweep:
    """Truncation against rounding: the error of three numeric derivatives over the step size h.

        forward    (f(x + h) - f(x)) / h            ~ h  + ε/h: best near 1e-8, never good
        central    (f(x + h) - f(x - h)) / 2h       ~ h² + ε/h: best near 1e-5
        complex    Im f(x + ih) / h                 ~ h²: exact from 1e-8 on, down to any h

    The backward pass is the reference, so check it first. Layer, function and the other arguments
    as in check_gradients; `samples` random elements a tensor are looked at (None: all). The error
    of a method at one h is the largest elementwise relative error over them, with a floor of 1e-3
    of the tensor's largest gradient (1e-6 of the largest of all). Each array of the answer has one
    entry a step, by default two a decade from 1e-1 to 3e-16; complex_step is NaN if the function
    cannot take complex numbers. Raises as check_gradients does. Source: Squire & Trapp 1998.
    """
    rng = check_rng(rng)
    subject = subject_of(layer_or_function, x, state, lengths, rng, mask=mask)
    probed = probe(subject)
    h = np.array([check_number("steps", h, above=0) for h in (STEPS if steps is None else steps)])
    if not len(h):
        raise ValueError("steps: expected at least one step size, got none; leave steps out")
    if samples is not None:
        check_size("samples", samples)
    indices = {name: order_of(np.shape(a), samples, rng) for name, a in probed.gradients.items()}
    lowest = 1e-6 * max(float(np.abs(g).max(initial=0.0)) for g in probed.gradients.values())
    diff = choose(subject, probed, "complex", rng)

    def errors(derivative: Callable[..., float], dtype: type) -> np.ndarray:
        live = diff.live if dtype is complex else subject.live(dtype)
        worst = np.zeros(len(h))
        for name, places in indices.items():
            gradient = np.asarray(probed.gradients[name], np.float64)
            floor = max(TENSOR_FLOOR * float(np.abs(gradient).max(initial=0.0)), lowest)
            analytic = np.array([gradient[place] for place in places])
            for k, step in enumerate(h):
                numeric = [derivative(live.loss, live.arrays[name], i, step) for i in places]
                error = relative_errors(analytic, np.array(numeric), floor)
                worst[k] = max(worst[k], error.max(initial=0.0))
        return worst

    along_i = (
        quietly(errors, complex_step, complex)
        if diff.method == "complex"
        else np.full(len(h), np.nan)
    )
    forward, central = errors(forward_difference, float), errors(central_difference, float)
    return StepSweep(h, forward, central, along_i)
