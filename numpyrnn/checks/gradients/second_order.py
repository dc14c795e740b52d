"""Second derivatives and products with Jacobians, each checked as the gradient of something."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from numpyrnn.checks.gradients.check import check_gradients
from numpyrnn.checks.gradients.report import GradientReport
from numpyrnn.validation import RandomSource, check_rng

DIRECTIONS = 4


def check_hvp(
    gradient: Callable[[Any], Any], hvp: Callable[[Any, Any], Any], x: Any, v: Any = None, *,
    rng: RandomSource = 0, **options: Any,
) -> GradientReport:
    """Check a Hessian-vector product hvp(x, v) = H(x) v against the complex step of the gradient.

    H v is the gradient of g(x)·v, so all elements are compared, at 1e-12 if g is complex-safe.
    x and v are single arrays of one shape; without v it is random. Other options as in
    check_gradients.
    """
    rng = check_rng(rng)
    x = np.asarray(x) * 1.0
    v = rng.standard_normal(x.shape) if v is None else np.asarray(v) * 1.0

    def along(x: Any) -> Any:
        return np.sum(np.asanyarray(gradient(x)) * v)

    along.__name__ = f"{getattr(gradient, '__name__', 'gradient')} along v"
    return check_gradients(along, x, grad=lambda x: hvp(x, v.copy()), rng=rng, **options)


def check_vjp(
    function: Callable[[Any], Any], vjp: Callable[[Any, Any], Any], x: Any, *,
    rng: RandomSource = 0, **options: Any,
) -> GradientReport:
    """Check vjp(x, u) = J(x)ᵀ u of a function with any output, under a random u."""
    rng = check_rng(rng)
    x = np.asarray(x) * 1.0
    u = rng.standard_normal(np.shape(function(np.array(x))))
    return check_gradients(
        lambda x: np.sum(u * function(x)), x, grad=lambda x: vjp(x, u.copy()), rng=rng, **options
    )


def check_jvp(
    function: Callable[[Any], Any], jvp: Callable[[Any, Any], Any], x: Any, *,
    vjp: Callable[[Any, Any], Any] | None = None, rng: RandomSource = 0, **options: Any,
) -> GradientReport:
    """Check jvp(x, v) = J(x) v along four random directions, each under a random u.

    With `vjp` the two are also held against each other: u·(J v) = (Jᵀ u)·v.
    """
    rng = check_rng(rng)
    x = np.asarray(x) * 1.0
    shape = np.shape(function(np.array(x)))
    u = rng.standard_normal((DIRECTIONS, *shape))
    v = rng.standard_normal((DIRECTIONS, *x.shape))

    def loss(t: Any) -> Any:
        return sum(np.sum(u[k] * function(x + t[k] * v[k])) for k in range(DIRECTIONS))

    def slopes(t: Any) -> Any:
        return np.array([np.sum(u[k] * jvp(x + t[k] * v[k], v[k])) for k in range(DIRECTIONS)])

    loss.__name__ = getattr(function, "__name__", "function")
    report = check_gradients(loss, np.zeros(DIRECTIONS), grad=slopes, rng=rng, **options)
    if vjp is not None:
        pairs = [(float(np.sum(u[k] * jvp(x, v[k]))), float(np.sum(vjp(x, u[k]) * v[k])))
                 for k in range(DIRECTIONS)]
        if apart := [p for p in pairs if abs(p[0] - p[1]) > 1e-9 * max(map(abs, p))]:
            report.failures.append(
                f"jvp and vjp do not fit together: u·(J v) is {apart[0][0]:.6g}, (Jᵀ u)·v is "
                f"{apart[0][1]:.6g}."
            )
    return report
