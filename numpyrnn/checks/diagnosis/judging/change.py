"""The change of the student's file that puts every gradient right, tried near the wrong line."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from numpyrnn.checks.diagnosis.bank.edits import Bug
from numpyrnn.checks.diagnosis.bank.problem import Sizes
from numpyrnn.checks.diagnosis.calling.guarded import Printed
from numpyrnn.checks.diagnosis.calling.passes import CellPasses
from numpyrnn.checks.diagnosis.cannot import CannotRun
from numpyrnn.checks.diagnosis.judging.effects import Calls, check
from numpyrnn.checks.diagnosis.judging.fixes import proposals
from numpyrnn.checks.diagnosis.judging.lengths import refuted
from numpyrnn.checks.diagnosis.judging.place import wrong_of
from numpyrnn.checks.diagnosis.judging.repair import Repair, Workshop, repair, statements_of
from numpyrnn.checks.diagnosis.judging.statements import code_of
from numpyrnn.checks.diagnosis.judging.tracing import Made, Tracer
from numpyrnn.checks.diagnosis.report import Diagnosis, Line

# How many changes are tried for a mistake that has a name and for one that has none, and how many
# lines of the student's may run for them.
NAMED, UNNAMED, LINES = 160, 400, 200_000
ELSEWHERE = Sizes(4, 5, 3, 6)  # a change that happens to fit the sizes of one problem is no fix
# The slope is right, and what it is given is not: a function for it is to be left as it is.
GIVEN = ("slope_of_output", "slope_of_tanh_")


@dataclass
class Traced:
    """What the lines of the student's made, and those of the textbook with the bugs and without."""

    theirs: list[Made]
    lines: int = 0
    textbook: list[Made] = field(default_factory=list)
    bugs: list[Bug] = field(default_factory=list)


def change(
    case: Any, problem: Any, answer: Diagnosis, right: dict[str, np.ndarray],
    line: Line | None, seen: Traced,
) -> Repair | None:
    """The change of the line, or of one near it, that puts every gradient right."""
    theirs, passes = seen.theirs, case.passes
    if not theirs or len(answer.bugs) > 1:
        return None
    own = inspect.unwrap(case.subject.own[-1])
    own = getattr(own, "__func__", own)
    names = getattr(own, "__globals__", {})
    workshop = Workshop(code_of(theirs[-1].file), names)
    code, tolerance = workshop.code, max(case.observed.tolerance, 1e-7)
    arguments = passes.arguments(problem)
    made = Tracer(code.file.__eq__).run(lambda: passes.forward(arguments))
    ahead = {(m.function, m.first) for m in made}
    places = dict.fromkeys((m.function, m.first) for m in reversed(theirs))
    if hasattr(own, "__code__"):  # one function may hold both passes
        ahead.discard((own.__code__.co_name, own.__code__.co_firstlineno))
    statements = [s for place in places if place not in ahead
                  for s in statements_of(code, *place)]
    if line is not None:
        helpers = not any(word in name for name in answer.names for word in GIVEN)
        statements = code.by_distance(statements, line.number, helpers)

    def works() -> bool:
        try:
            results, _ = passes.allowed(case.calls.backward(problem), right)
        except CannotRun:
            return False
        return set(results) >= set(right) and all(
            results[n].shape == right[n].shape for n in right
        ) and not wrong_of({n: results[n] for n in right}, right, tolerance) and (
            _right_elsewhere(case, problem))

    budget = min(NAMED if answer.bugs else UNNAMED, LINES // max(seen.lines, 1) + 20)
    words: list[str] = []
    if len(seen.bugs) == 1 and isinstance(passes, CellPasses):
        words = list(proposals(passes.book, seen.bugs[0], seen.textbook, theirs, _weights(passes)))
    with _unheard(case.calls):
        return repair(workshop, statements, theirs, works, budget, words,
                      line.function if line else "", alone=not answer.bugs)


@contextmanager
def _unheard(calls: Calls) -> Iterator[None]:
    """What the code prints, and writes into its arguments, is not noticed in here."""
    printed, writes = calls.guard.printed, set(calls.forward_writes)
    calls.guard.printed = Printed()
    try:
        yield
    finally:
        calls.guard.printed, calls.forward_writes = printed, writes


def _right_elsewhere(case: Any, problem: Any) -> bool:
    """Whether the gradients are right on other problems too."""
    passes = case.passes
    others = [] if problem is case.settled.problem else [case.settled.problem]
    if isinstance(passes, CellPasses):
        others.append(passes.problem(ELSEWHERE, 1))
    for other in others:
        try:
            results = case.calls.backward(other)
            check(passes, other, results)
            if refuted(case, other, {n: a.astype(float) for n, a in results.items()}):
                return False
        except CannotRun:
            return False
    return True


def _weights(passes: CellPasses) -> dict[str, str]:
    """The student's names of the weights, where there is one for x and one for h."""
    return {{"x": "Wx", "h": "Wh"}[w.of]: w.name for w in passes.reading.weights
            if w.of in ("x", "h") and len(w.gates) == len(passes.book.gates)}
