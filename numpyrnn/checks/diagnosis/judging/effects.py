"""What a backward pass does beside returning numbers: writes, keeps, clips, ignores."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from numpyrnn.checks.diagnosis.bank.bank import agree
from numpyrnn.checks.diagnosis.bank.edits import Bug
from numpyrnn.checks.diagnosis.calling.guarded import Guard
from numpyrnn.checks.diagnosis.calling.passes import Passes
from numpyrnn.checks.diagnosis.calling.settle import EXACT, TOLERANCES, Settled
from numpyrnn.checks.diagnosis.calling.wiring import Arrays
from numpyrnn.checks.diagnosis.cannot import CannotRun
from numpyrnn.checks.diagnosis.judging.mistakes import NOT_ADDED, WEIGHTS_CHANGED, WRONG_AXIS


@dataclass
class Observed:
    """What their code returned, and what else was noticed. `writes` are the outputs whose
    gradient is written into, `changed` the arguments of forward that backward writes into."""

    results: Arrays
    tolerance: float
    silent: list[Bug] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    writes: list[str] = field(default_factory=list)
    forward_writes: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    nonlinear: str = ""


class Calls:
    """The calls of one judgement, on any problem."""

    def __init__(self, passes: Passes, guard: Guard):
        self.passes, self.guard = passes, guard
        self.forward_writes: set[str] = set()

    def forward(self, problem: Any, arguments: Arrays | None = None) -> Any:
        """The cache of a forward pass."""
        arguments = self.passes.arguments(problem) if arguments is None else arguments
        fresh = {name: array.copy() for name, array in arguments.items()}
        with self.guard(self.passes.forward_name or "forward"):
            _, cache = self.passes.forward(arguments)
        self.forward_writes |= {n for n in fresh if not np.array_equal(arguments[n], fresh[n])}
        return cache

    def backward(
        self, problem: Any, cache: Any = None, upstream: Arrays | None = None, scale: float = 1.0
    ) -> Arrays:
        """The gradients, copied and checked."""
        cache = self.forward(problem) if cache is None else cache
        if upstream is None:
            upstream = {n: scale * a for n, a in self.passes.upstream(problem).items()}
        with self.guard(self.passes.function):
            returned = self.passes.backward(cache, upstream)
        return {name: array.copy() for name, array in returned.items()}


def check(passes: Passes, problem: Any, results: Arrays) -> None:
    """Raises CannotRun where a gradient has another shape than its argument, or is not finite."""
    arguments = passes.arguments(problem)
    for name, array in results.items():
        if array.dtype.kind == "c":
            raise CannotRun(
                "unjudged", f"{passes.shown(name)} should be an array of floats, but is an array "
                f"of dtype {array.dtype}.", tensor=passes.shown(name),
            )
        shape = arguments[name].shape
        if array.shape != shape:
            why = _why(passes, problem, array.shape, shape)
            named = {"bugs": (WRONG_AXIS,)} if "wrong axis" in why else {}
            raise CannotRun(
                "wrong", f"{passes.shown(name)} should have shape {shape}, but has {array.shape}"
                f"{why}.", tensor=passes.shown(name), argument=name, notes=(sizes_of(problem),),
                results=results, **named,
            )
    for name, array in results.items():
        if not np.all(np.isfinite(array)):
            index = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
            raise CannotRun(
                "wrong", f"{passes.shown(name)} is not finite: look for a division by zero, a "
                "logarithm, or an array from np.empty that was never filled.",
                tensor=passes.shown(name), argument=name, index=index,
            )


def sizes_of(problem: Any) -> str:
    """The sizes in words: they differ from each other, so a shape says what it is."""
    if not hasattr(problem, "state"):
        return ""
    steps = f"T={len(problem.x)} steps, " if problem.whole else ""
    D, B = problem.x.shape[-2:]
    return f"Judged with {steps}a batch of {B}, D={D} features, H={len(problem.state[0])} units."


def _why(
    passes: Passes, problem: Any, shape: tuple[int, ...], expected: tuple[int, ...]
) -> str:
    """What a wrong shape means: the sizes differ from each other, so it says so itself."""
    if not hasattr(problem, "state"):
        return ""
    B, T = problem.state[0].shape[1], len(problem.x) if problem.whole else 0
    if sorted(shape) == sorted(expected):
        return ": its axes are in another order"
    for size, missing in ((B, "not summed over the batch"), (T, "not summed over time")):
        axes = list(shape)
        if size in axes and size > 1:
            axes.remove(size)
            if tuple(axes) == tuple(n for n in expected if n != 1) or tuple(axes) == expected:
                return f": it is {missing}"
    if tuple(n for n in shape if n != 1) == tuple(n for n in expected if n != 1):
        if 1 in (B, T) and len(shape) < len(expected):
            one = "a batch of one" if B == 1 else "one step"
            return f": with {one} an axis is gone (np.squeeze takes every axis of length 1)"
        return ": it has an axis of length 1 too many or too few"
    bias = len(expected) == 1 or (len(expected) == 2 and 1 in expected)
    if bias and len(shape) == len(expected) and B in shape and B not in expected:
        return ": the sum runs over the wrong axis, the units and not the batch"
    if shape == ():
        return ": it is one number (np.sum without an axis adds up everything)"
    return ""


def examine(settled: Settled, calls: Calls, pure: bool) -> Observed:
    """Everything that can be said without knowing the right gradients."""
    passes, problem = settled.passes, settled.problem
    arguments, upstream = passes.arguments(problem), passes.upstream(problem)
    cache = calls.forward(problem, arguments)
    before, given = fingerprint(cache), {n: a.copy() for n, a in arguments.items()}
    first = calls.backward(problem, cache, upstream)
    cache_changed = fingerprint(cache) != before
    check(passes, problem, first)
    tolerance = max([settled.tolerance, *(TOLERANCES.get(a.dtype, EXACT) for a in first.values())])
    observed = Observed({n: a.astype(float) for n, a in first.items()}, tolerance)
    fresh = passes.upstream(problem)
    observed.writes = [n for n in fresh if not np.array_equal(upstream[n], fresh[n])]
    if observed.writes and pure:
        observed.silent.append(_silent(passes, "dh_mutated"))
    observed.changed = [n for n in given if not np.array_equal(arguments[n], given[n])]
    _repeats(passes, problem, calls, cache, cache_changed, first, observed)
    if _disturbs(passes, problem, calls, first, observed):
        observed.silent.append(WEIGHTS_CHANGED)
    if passes.linear and not observed.silent:
        _linear(passes, problem, calls, observed)
    observed.forward_writes = sorted(calls.forward_writes)
    if tolerance > EXACT:
        what = "float16" if tolerance > 1e-4 else "float32"
        observed.notes.append(
            f"Numbers in it are {what}: judged to {tolerance:g} instead of 1e-9. float64 shows "
            "more."
        )
    return observed


def _silent(passes: Passes, key: str) -> Bug:
    assert passes.book is not None
    return next(bug for bug in passes.book.bugs if bug.key == key)


def _repeats(
    passes: Passes, problem: Any, calls: Calls, cache: Any, cache_changed: bool, first: Arrays,
    observed: Observed,
) -> None:
    """The same numbers at every call."""
    again = anew = None
    if passes.forward_name is not None or passes.book is not None:
        try:
            again = calls.backward(problem, cache)
        except CannotRun as error:
            if cache_changed:
                observed.notes.append(
                    f"A second call with the same cache fails: {error.headline}")
        anew = calls.backward(problem)
    if again is not None and getattr(passes, "adds", False) and not _accumulates(
        first, again, problem_states(passes), all_of=True
    ):
        observed.silent.append(NOT_ADDED)
        return
    if anew is None or equal(first, anew):
        harmless = cache_changed and not observed.changed
        if again is not None and not equal(first, again) and harmless and not _accumulates(
            first, again, set(problem_states(passes))
        ):
            observed.notes.append(
                "A second call with the same cache gives other numbers, because backward writes "
                "into the cache. It does no harm as long as each cache is used once."
            )
        return
    if again is None or set(again) != set(first):
        again = anew
    added = {n: again[n] - first[n] for n in first if not np.array_equal(again[n], first[n])}
    if added and not set(added) & problem_states(passes) and passes.book is not None and all(
        np.allclose(anew[n] - again[n], added[n], rtol=1e-6, atol=1e-9) for n in added
    ):
        observed.silent.append(_silent(passes, "kept_between_calls"))
        observed.results |= {n: a.astype(float) for n, a in added.items()}
        return
    different = ", ".join(passes.shown(n) for n in first if not np.array_equal(first[n], anew[n]))
    raise CannotRun(
        "wrong",
        f"the same call gives other numbers each time ({different}): it draws random numbers, "
        "leaves part of an np.empty unfilled, or keeps something between calls.",
    )


def _disturbs(
    passes: Passes, problem: Any, calls: Calls, first: Arrays, observed: Observed
) -> bool:
    """Whether a step back leaves weights with which another step's gradients come out wrong."""
    if passes.form != "step" or not set(observed.changed) - problem_states(passes):
        return False
    arguments = passes.arguments(problem)
    cache, later = calls.forward(problem, arguments), calls.forward(problem, arguments)
    try:
        calls.backward(problem, later)
        return not equal(first, calls.backward(problem, cache))
    except CannotRun:
        return False


def problem_states(passes: Passes) -> set[str]:
    """The arguments that are no weights."""
    return set(getattr(passes, "names", {}).values())


def _accumulates(
    first: Arrays, again: Arrays, states: set[str], all_of: bool = False
) -> bool:
    """Whether a second call adds the same weight gradients once more, as an object's sums do."""
    changed = [n for n in first if not np.array_equal(first[n], again[n])]
    if all_of:
        changed = [n for n in first if n not in states]
    return not set(changed) & states and all(
        np.allclose(again[n], 2 * first[n], rtol=1e-9) for n in changed)


def _linear(passes: Passes, problem: Any, calls: Calls, observed: Observed) -> None:
    """1024 times the gradient from above must give 1024 times the gradients, none must give 0."""
    factor, first = 1024.0, observed.results
    try:
        big = calls.backward(problem, scale=factor)
        check(passes, problem, big)
    except CannotRun as error:
        if observed.tolerance <= 1e-4:
            observed.nonlinear = f"With {factor:g} times the gradient from above: {error.headline}"
        return
    if all(agree(big[n] / factor, first[n], 1e-6 + 10 * observed.tolerance,
                 float(np.abs(first[n]).max(initial=0))) for n in first):
        return
    if equal(big, first):
        observed.nonlinear = (
            "The gradient from above is ignored: 1024 times as much changes nothing. Begin with "
            "the dh that comes in."
        )
        return
    observed.nonlinear = (
        "It is not linear: 1024 times the gradient from above does not give 1024 times the "
        "gradients. Is something clipped, added or kept? backward has to be linear in dh."
    )


def equal(a: Mapping[str, np.ndarray], b: Mapping[str, np.ndarray]) -> bool:
    """Whether all arrays are the same to the last bit."""
    return set(a) == set(b) and all(np.array_equal(a[n], b[n], equal_nan=True) for n in a)


def fingerprint(value: Any, depth: int = 6) -> str:
    """A hash of all arrays in a value: what has been changed in place has another one."""
    digest = hashlib.blake2b(digest_size=12)

    def add(part: Any, left: int) -> None:
        if isinstance(part, np.ndarray) and part.dtype != object:
            digest.update(str(part.shape).encode() + np.ascontiguousarray(part).tobytes())
        elif left and isinstance(part, Mapping):
            for key in part:
                add(part[key], left - 1)
        elif left and isinstance(part, list | tuple):
            for item in part:
                add(item, left - 1)
        elif left and hasattr(part, "__dict__") and not callable(part):
            add(vars(part), left - 1)

    add(value, depth)
    return digest.hexdigest()
