"""The student's own line and the fix in its form, joined to the verdict."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from numpyrnn.checks.diagnosis.calling.passes import CellPasses, Passes
from numpyrnn.checks.diagnosis.cannot import CannotRun
from numpyrnn.checks.diagnosis.judging.change import Traced, change
from numpyrnn.checks.diagnosis.judging.line import Suspect, first_wrong
from numpyrnn.checks.diagnosis.judging.place import Place
from numpyrnn.checks.diagnosis.judging.statements import Code, code_of
from numpyrnn.checks.diagnosis.judging.textbook_values import (
    backward_values,
    named,
    needed,
    suspects,
    with_their_z,
)
from numpyrnn.checks.diagnosis.judging.tracing import Made, Tracer
from numpyrnn.checks.diagnosis.report import Diagnosis, Line

# Bugs of the loop's range: no value of the loop's body is wrong.
RANGES = re.compile(r"first_step_missing|last_step_missing|loop_forwards|last_\d+_steps_\w+")
# Right values, and the last line that writes them is wrong.
LAST = ("overwritten", "initial_state_late", "initial_state_of_step_1", "dx_reversed")
# What no line computes wrongly: numbers that an array cannot hold.
NOWHERE = {"rounded"}


def blamed(
    case: Any, problem: Any, place: Place, answer: Diagnosis, right: dict[str, np.ndarray],
    step_right: bool = False,
) -> Diagnosis:
    """The answer with the line that makes the first wrong value, and a change that has been tried.

    `step_right`: the step that a sequence is made of is right, so the line is in the loop.
    """
    files = files_of(case.subject.own)
    if not files or NOWHERE & set(answer.names):
        return answer
    short = _short(case.passes, problem, place)
    try:
        seen = traced(case.passes, short, files.__contains__)
        found = _line(case, short, place, answer, step_right, seen)
    except CannotRun:
        return answer
    if found is None:
        found = written_line(case.subject.own, case.passes.shown(place.argument))
    tried = change(case, problem, answer, right, found, seen)
    if tried is not None:
        return replace(answer, line=tried.line, correction=tried.new)
    return answer if found is None else replace(answer, line=found)


def written_line(own: Sequence[Any], gradient: str, kept: bool = False) -> Line | None:
    """The assignment of the backward function that writes the gradient of that name; `kept`: the
    head of a function whose default argument is kept between calls."""
    code = code_object(own[-1]) if own else None
    if code is None:
        return None
    where, name, first = code_of(code.co_filename), code.co_name, code.co_firstlineno
    return (where.kept(name, first) if kept else None) or where.written(name, first, gradient)


def _line(
    case: Any, problem: Any, place: Place, answer: Diagnosis, step_right: bool, seen: Traced
) -> Line | None:
    """The line that makes the first wrong value."""
    passes, theirs = case.passes, seen.theirs
    bugs, cell = [], passes.cell(problem) if answer.bugs else None
    if cell is not None:
        known = {bug.key: bug for bug in cell[0].book.bugs}
        bugs = [bug for b in answer.bugs if (bug := known.get(b.key, b)).edits]
    looped = step_right or (bool(bugs) and all(bug.place == "loop" for bug in bugs))
    own = code_object(case.subject.own[-1])
    if looped and own is not None:  # the loop, not its step
        theirs = [m for m in theirs if m.first == own.co_firstlineno] or theirs
    if not theirs:
        return None
    code = code_of(theirs[-1].file)
    if any(map(RANGES.fullmatch, answer.names)):
        return code.loop(theirs[-1].function, theirs[-1].first)
    if "return_in_loop" in answer.names:
        return code.leaves_loop(theirs[-1].function, theirs[-1].first)
    found = None
    last = any(name.startswith(LAST) for name in answer.names)
    if bugs and cell is not None and not last:
        book = cell[0].book
        wrong = with_their_z(cell[0], backward_values(book, cell[1], bugs))
        right = with_their_z(cell[0], backward_values(book, cell[1], []))
        seen.textbook, seen.bugs = [*right, *wrong], bugs
        found = first_wrong(theirs, suspects(wrong, right), named(right), code, needed(book, bugs))
        inner = {m.name for m in wrong if m.function == "step_back"}
        if looped and found is not None and found[1].split("[")[0] in inner:
            call = _call_before(theirs, found[0])  # its results are wrong: what it was given is
            if call is not None:
                return code.line(call)
    elif last:
        theirs = [m for m in reversed(theirs) if m.variable]
        theirs = [m for m in theirs if m.name == passes.shown(place.argument)] or theirs
    if found is None:
        found = _tensor_itself(case, problem, place, theirs, code, "cut_wrongly" in answer.names)
    return None if found is None else code_of(found[0].file).line(found[0])


def _call_before(theirs: Sequence[Made], value: Made) -> Made | None:
    """The last call of the step before a value, in the same function."""
    place = next(k for k, m in enumerate(theirs) if m is value)
    for one in reversed(theirs[: place + 1]):
        if one.name.startswith("argument") and one.first == value.first:
            return one
    return None


def files_of(own: Sequence[Any]) -> set[str]:
    """The files in which the student's functions stand."""
    codes = map(code_object, own)
    return {code.co_filename for code in codes if code is not None}


def code_object(function: Any) -> Any:
    """The code of a function or method, also of a decorated one; None where it has none."""
    function = inspect.unwrap(function) if callable(function) else function
    return getattr(getattr(function, "__func__", function), "__code__", None)


def _short(passes: Passes, problem: Any, place: Place) -> Any:
    """The last steps alone where they show it: fewer values to look through."""
    if place.suffix and passes.form == "sequence" and isinstance(passes, CellPasses):
        return problem.last(place.suffix, passes.memory)
    return problem


def traced(passes: Passes, problem: Any, wanted: Callable[[str], bool]) -> Traced:
    """What the lines of the backward pass make."""
    arguments = passes.arguments(problem)
    outputs, cache = passes.forward(arguments)
    upstream = passes.upstream(problem)
    tracer = Tracer(wanted)
    return Traced(tracer.run(lambda: passes.backward(cache, upstream)), tracer.lines)


def _tensor_itself(
    case: Any, problem: Any, place: Place, theirs: list[Made], code: Code, cuts: bool
) -> tuple[Made, str] | None:
    """Where the wrong gradient that is returned was made; if it is one number everywhere, only a
    return statement tells."""
    try:
        results = case.calls.backward(problem)
    except CannotRun:
        return None
    value = results.get(place.argument)
    if value is None:
        return None
    if np.ptp(value) == 0:
        flat = (m for m in reversed(theirs) if m.returned is not None and code.computes(m)
                and m.value.size == value.size and np.all(m.value == value.flat[0]))
        return next(((m, place.argument) for m in flat), None)
    right = [(n, a.astype(float)) for n, a in results.items() if n not in place.wrong]
    wrong = [Suspect(place.argument, value.astype(float))]
    return first_wrong(theirs, wrong, right, code, cuts=cuts)
