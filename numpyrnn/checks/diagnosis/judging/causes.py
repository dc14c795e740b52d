"""Why the numbers are wrong: a named bug, a pattern, or a fault of the forward pass.

Nothing is named whose numbers do not explain every tensor, the right ones included.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from numpyrnn.checks.diagnosis.bank.bank import Bank
from numpyrnn.checks.diagnosis.bank.bugs_loop import TWINS
from numpyrnn.checks.diagnosis.bank.edits import Bug
from numpyrnn.checks.diagnosis.bank.families import families
from numpyrnn.checks.diagnosis.bank.search import search
from numpyrnn.checks.diagnosis.calling.passes import CellPasses, Passes
from numpyrnn.checks.diagnosis.calling.wiring import Arrays
from numpyrnn.checks.diagnosis.judging.aliasing import changed_cache, written_between_steps
from numpyrnn.checks.diagnosis.judging.averaged import averaged
from numpyrnn.checks.diagnosis.judging.effects import Calls, Observed
from numpyrnn.checks.diagnosis.judging.pattern_words import Pattern
from numpyrnn.checks.diagnosis.judging.patterns import patterns, sentence
from numpyrnn.checks.diagnosis.judging.place import ROUNDED, Place, wrong_of
from numpyrnn.checks.diagnosis.judging.seen import seen

MOST = 3


@dataclass
class Causes:
    """The bugs that give the numbers, other sets that would too, and the arguments explained."""

    bugs: tuple[Bug, ...] = ()
    alternatives: tuple[tuple[Bug, ...], ...] = ()
    explained: list[str] = field(default_factory=list)


def causes(
    passes: Passes, problem: Any, right: Arrays, observed: Observed, place: Place, calls: Calls,
    textbook: bool, step_right: bool = False,
) -> Causes:
    """What explains the wrong results.

    `step_right`: the step that the sequence is made of is right, so the loop is to blame.
    """
    bugs = _of_the_loop(passes) if step_right else None
    results, every = observed.results, list(observed.results)
    for bug, numbers in passes.mistakes(problem):
        if not wrong_of(results, {**right, **numbers}, observed.tolerance):
            return Causes((bug,), (), every)
    shared = written_between_steps(passes, problem, right, observed, calls)
    if shared is not None:
        return Causes((shared,), (), every)
    mean = averaged(passes, problem, right, results, observed.tolerance)
    if mean is not None:
        return Causes((mean,), (), every)
    cell = passes if textbook and isinstance(passes, CellPasses) else None
    if cell is not None:
        single = _banked(cell, problem, results, place, observed.tolerance, 1, bugs)
        if single is None and not step_right:
            lost = families(cell.book)
            single = _banked(cell, problem, results, place, observed.tolerance, 1, lost)
        if single is not None:
            return single
    looked = seen(passes, problem, right, observed, calls, textbook)
    with np.errstate(all="ignore"):
        seen_as = patterns(looked)

    def said(found: dict[str, Pattern]) -> tuple[Bug, ...]:
        return tuple(sentence(found, looked))

    left = [n for n in place.wrong if n not in seen_as]
    real = {n: bug for n, bug in seen_as.items() if bug.cause}
    if seen_as and not left and real:
        return Causes(said(seen_as), (), every)
    if cell is not None:
        if real and left:
            rest = {n: a for n, a in results.items() if n not in real}
            most = 2 if len({bug.key for bug in real.values()}) == 1 else 1
            some = _banked(cell, problem, rest, place, observed.tolerance, most, bugs)
            if some is not None:
                return Causes((*some.bugs, *said(real)), (), every)
        several = _banked(cell, problem, results, place, observed.tolerance, MOST, bugs,
                          partly=True)
        if several is not None and several.bugs and len(several.explained) == len(every):
            return several
    changed = changed_cache(passes, problem) if passes.form == "sequence" else None
    if changed is not None:
        return Causes((changed,), (), every)
    if seen_as and not left:
        return Causes(said(seen_as), (), every)
    if cell is not None and several is not None and several.bugs and (
        set(results) - set(several.explained) <= set(place.wrong)
    ):
        return several
    return Causes()


def _banked(
    passes: CellPasses, problem: Any, results: Arrays, place: Place, tolerance: float, most: int,
    bugs: tuple[Bug, ...] | None, partly: bool = False,
) -> Causes | None:
    """What the bank says; None unless it explains every tensor (or, `partly`, the path)."""
    ours = {n: a.astype(float) for n, a in passes.ours(problem, results).items()}
    if not ours:
        return None
    last = None
    if place.last is not None and set(place.last) >= set(results):
        short = problem.last(1, passes.memory)
        last = passes.ours(short, {n: place.last[n].astype(float) for n in results})
        last = {n: last[n] for n in ours} if set(last) >= set(ours) else None
    bank = bank_of(passes.book, _Key(problem), tuple(ours), passes.memory, bugs)
    found = search(bank, ours, last, tolerance, most=most)
    if len(found.explained) < len(ours) and tolerance < ROUNDED and partly:
        rough = search(bank, ours, last, ROUNDED, most=2)
        found = rough if len(rough.explained) > len(found.explained) else found
    if not found.sets:
        return None
    whole = len(found.explained) == len(ours)
    covered = {a for a in results if {f"d{n}" for n in passes.wiring(problem).inside(a)}
               <= set(found.explained)}
    if not partly and (not whole or covered != set(results)):
        return None
    return Causes(found.sets[0], tuple(found.sets[1:]), [n for n in results if n in covered])


class _Key:
    """A problem as a key of a cache: the same numbers are the same problem."""

    def __init__(self, problem: Any):
        self.problem = problem
        parts = [problem.x, *problem.state, *problem.params.values(), *problem.dstate]
        parts += [] if problem.dh is None else [problem.dh]
        self.hash = hash(b"".join(p.tobytes() for p in parts))

    def __hash__(self) -> int:
        return self.hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.hash == other.hash


@lru_cache(maxsize=64)
def bank_of(
    book: Any, key: _Key, names: tuple[str, ...], memory: bool,
    bugs: tuple[Bug, ...] | None = None,
) -> Bank:
    """The bank for a problem: what it has computed serves the next diagnosis too."""
    return Bank(key.problem, names, memory, bugs)


def _of_the_loop(passes: Passes) -> tuple[Bug, ...] | None:
    """The bugs of the loop alone; None where there is no loop."""
    book = passes.book
    if book is None or passes.form != "sequence":
        return None
    return (*book.loop_bugs, *(TWINS if book.remembers else ()))
