"""The same function on other problems: of another length, where there is no textbook cell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from numpyrnn.checks.diagnosis.calling.guarded import Guard
from numpyrnn.checks.diagnosis.calling.passes import Passes
from numpyrnn.checks.diagnosis.calling.wiring import Arrays
from numpyrnn.checks.diagnosis.cannot import CannotRun
from numpyrnn.checks.diagnosis.judging.case import Case
from numpyrnn.checks.diagnosis.judging.effects import Calls, check
from numpyrnn.checks.diagnosis.judging.place import wrong_of
from numpyrnn.checks.diagnosis.judging.reference import (
    Differences,
    Reference,
    by_differences,
    by_textbook,
)


def other_lengths(
    passes: Passes, calls: Calls, tolerance: float, seed: int
) -> Iterator[tuple[Any, Arrays, Reference]]:
    """The first problem of another length on which the gradients are wrong.

    A length that the function does not take is no mistake of its gradients.
    """
    for problem in passes.others(seed):
        try:
            results = calls.backward(problem)
            check(passes, problem, results)
            if not apart(passes, problem, calls.guard, results):
                continue
            reference = by_differences(passes, problem, calls.guard, results)
        except CannotRun:
            continue
        results = {n: a.astype(float) for n, a in results.items()}
        results, _ = passes.allowed(results, reference.right)
        if wrong_of(results, reference.right, max(tolerance, reference.tolerance)):
            yield problem, results, reference


def refuted(case: Case, problem: Any, results: Arrays) -> Reference | None:
    """The right gradients on a problem, if the results are not."""
    passes, guard = case.passes, case.guard
    if case.forward.textbook:
        reference = by_textbook(passes, problem, guard, list(results), witness=False)
        tolerance = max(case.observed.tolerance, 1e-6)
        return reference if wrong_of(results, reference.right, tolerance) else None
    if apart(passes, problem, guard, results):
        return by_differences(passes, problem, guard, results)
    return None


def apart(passes: Passes, problem: Any, guard: Guard, results: Arrays) -> bool:
    """Whether gradients differ from the derivative in a random direction."""
    rng = np.random.default_rng(2)
    along = {n: rng.standard_normal(a.shape) for n, a in results.items()
             if n not in passes.unused()}
    got = sum(float(np.sum(along[n] * results[n])) / passes.factor(n, problem) for n in along)
    scale = sum(float(np.sum(np.abs(along[n] * results[n]))) for n in along)
    right = Differences(passes, problem, guard).along(along)
    return abs(right - got) > 1e-5 * (1 + scale)
