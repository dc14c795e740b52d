"""The same function on problems of other sizes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from numpyrnn.checks.diagnosis.bank.problem import Sizes
from numpyrnn.checks.diagnosis.calling.guarded import Guard
from numpyrnn.checks.diagnosis.calling.passes import CellPasses, Passes
from numpyrnn.checks.diagnosis.calling.wiring import Arrays
from numpyrnn.checks.diagnosis.cannot import CannotRun
from numpyrnn.checks.diagnosis.judging.case import Case
from numpyrnn.checks.diagnosis.judging.effects import Calls, check
from numpyrnn.checks.diagnosis.judging.mistakes import ONE_STEP, SQUEEZED
from numpyrnn.checks.diagnosis.judging.place import wrong_of
from numpyrnn.checks.diagnosis.judging.reference import (
    Differences,
    Reference,
    by_differences,
    by_textbook,
)
from numpyrnn.checks.diagnosis.judging.told import size_words

# What is tried beside the sizes that are given: a single step, a long sequence, a batch of one.
OTHERS = (Sizes(1, 3, 2, 5), Sizes(3, 1, 2, 5), Sizes(12, 2, 3, 5))
OTHER_STEPS = (Sizes(1, 1, 2, 5), Sizes(1, 3, 4, 5))


def other_sizes(
    case: Case, sizes: Sizes, seed: int
) -> Iterator[tuple[Any, Arrays, Reference]]:
    """The first problem of another size on which the gradients are wrong."""
    passes = case.passes
    if not isinstance(passes, CellPasses):
        yield from other_lengths(passes, case.calls, case.observed.tolerance, seed + 1)
        return
    others = OTHERS if passes.form == "sequence" else OTHER_STEPS
    for other in others:
        if passes.reading.single and other.B != 3 and passes.form == "step":
            continue
        problem = passes.problem(other, seed + 1)
        if case.forward.textbook and _overflows(passes, problem):
            continue
        words = size_words(passes, problem)
        try:
            cache = case.calls.forward(problem)
        except CannotRun as error:  # nothing can be said of backward
            case.settled.notes.append(f"With {words} it does not run: {error.headline}")
            continue
        try:
            results = case.calls.backward(problem, cache)
            check(passes, problem, results)
        except CannotRun as error:
            sentence = f"right in the first test, but not with {words}: {error.headline}"
            if other.B == 1 and "shape" in error.headline:
                error.fields["bugs"] = (SQUEEZED,)
            elif other.T == 1 and "an axis is gone" in error.headline:
                error.fields["bugs"] = (ONE_STEP,)
            raise CannotRun("wrong" if error.status != "unwritten" else error.status, sentence,
                            **error.fields) from None
        results = {n: a.astype(float) for n, a in results.items()}
        reference = refuted(case, problem, results)
        if reference is not None:
            yield problem, results, reference


def _overflows(passes: CellPasses, problem: Any) -> bool:
    """Whether the forward pass itself runs to infinity: it has no gradient to be compared."""
    with np.errstate(all="ignore"):
        return not all(np.isfinite(a).all() for a in passes.outputs(problem).values())


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
