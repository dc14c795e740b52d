"""A cache that changes after its step: it holds an array that is written into later."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import replace
from typing import Any

from numpyrnn.checks.diagnosis.bank.edits import Bug
from numpyrnn.checks.diagnosis.calling.passes import Passes
from numpyrnn.checks.diagnosis.calling.wiring import Arrays
from numpyrnn.checks.diagnosis.cannot import CannotRun
from numpyrnn.checks.diagnosis.judging.effects import Calls, Observed
from numpyrnn.checks.diagnosis.judging.place import wrong_of
from numpyrnn.checks.diagnosis.judging.tracing import Made, Tracer

# An array inside a list: caches[2][1]. What is put there for one step should stay as it is.
KEPT = re.compile(r"\w+\[\d+\].+")


def changed_cache(passes: Passes, problem: Any) -> Bug | None:
    """The bug, if an array in a list of the forward pass changes after it was put there."""
    ahead = getattr(passes, "ahead", None)
    code = getattr(getattr(ahead, "__func__", ahead), "__code__", None)
    if code is None:
        return None
    arguments = passes.arguments(problem)
    made = Tracer(code.co_filename.__eq__).run(lambda: passes.forward(arguments))
    lines = {line for *_, line in code.co_lines() if line}
    known: dict[tuple[str, str], Made] = {}
    for value in made:
        if value.line not in lines or not KEPT.fullmatch(value.name):
            continue
        before = known.setdefault((value.function, value.name), value)
        if before is not value and before.value.shape == value.value.shape:
            return Bug(
                "aliased_cache",
                f"the cache changes after the step: {value.name} is the same array that line "
                f"{value.line} writes into", (),
                "keep a copy (h.copy()), or make a new array at every step instead of writing "
                "into one", place="result",
            )
    return None


def written_between_steps(
    passes: Passes, problem: Any, right: Arrays, observed: Observed, calls: Calls
) -> Bug | None:
    """The bug, if backward is right as soon as the steps' caches have no array in common."""
    kept: Any = calls.forward(problem) if observed.changed and passes.form == "sequence" else None
    steps = getattr(kept, "cache", None)
    if not isinstance(steps, list | tuple):
        return None
    apart = replace(kept, cache=type(steps)(deepcopy(step) for step in steps))
    try:
        results = calls.backward(problem, apart)
    except CannotRun:
        return None
    if set(results) != set(right) or wrong_of(results, right, observed.tolerance):
        return None
    names = ", ".join(observed.changed)
    return Bug(
        "written_between_steps", f"backward writes into {names} at one step, and another step is "
        "given the changed numbers", (),
        "make a new array: W = 0.5 * W changes nothing else, W *= 0.5 does", place="result",
    )
