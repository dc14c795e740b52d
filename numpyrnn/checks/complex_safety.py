"""Whether complex numbers get through: the complex step is exact, but only if nothing on the way
from the parameters to the loss drops an imaginary part."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import TypeVar

import numpy as np

from numpyrnn.checks.differences import METHODS, directional
from numpyrnn.checks.probes import Findings, Subject

AGREES = 1e-5
T = TypeVar("T")


def quietly(compute: Callable[[], T]) -> T:
    """Compute without the warning about lost imaginary parts, which choose_method looks after."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", np.exceptions.ComplexWarning)
        return compute()


def choose_method(
    subject: Subject, found: Findings, method: str, rng: np.random.Generator
) -> tuple[str, list[str]]:
    """The method asked for, or central differences with the reason why the complex step fails."""
    if method != "complex" or not np.isfinite(found.magnitude):
        return method, []
    reason = quietly(lambda: complex_trouble(subject, 1e-9 * max(1.0, found.magnitude), rng))
    if not reason:
        return method, []
    return "central", [f"Checked by central differences, because {reason}."]


def complex_trouble(subject: Subject, rounding: float, rng: np.random.Generator) -> str:
    """Why the complex step cannot be trusted here, found along one direction per tensor."""
    complex_step, central = METHODS["complex"], METHODS["central"]
    try:
        live = subject.live(np.complex128)
        live.loss()
    except Exception as error:
        return f"complex numbers raise {type(error).__name__} in it ({error})"
    real = subject.live(np.float64)
    for name in subject.tensors:
        imaginary, array = live.arrays[name], real.arrays[name]
        for h in (1e-5, 1e-6):  # a second try elsewhere: a kink may lie within the first step
            along = rng.choice([-1.0, 1.0], size=array.shape) / np.sqrt(max(array.size, 1))
            exact = directional(complex_step, live.loss, imaginary, along, complex_step.step)
            rough = directional(central, real.loss, array, along, h)
            if abs(exact - rough) <= AGREES * max(abs(exact), abs(rough)) + rounding:
                break
        else:
            lost = "all" if exact == 0 else "part"
            return (
                f"{lost} of the imaginary part is lost on the way from {name} to the loss (the "
                f"complex step gives {exact:.3g} in a direction where central differences give "
                f"{rough:.3g}): look for np.abs, np.linalg.norm, np.var, float(), .real or an "
                "array made with a float dtype"
            )
    return ""
