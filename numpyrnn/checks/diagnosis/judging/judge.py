"""The verdict on one pair of functions: call, compare the forward pass, judge, name the cause."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from numpyrnn.checks.diagnosis.bank.edits import Bug
from numpyrnn.checks.diagnosis.bank.problem import Sizes
from numpyrnn.checks.diagnosis.bank.textbook import changed_lines, equation
from numpyrnn.checks.diagnosis.calling.guarded import Guard
from numpyrnn.checks.diagnosis.calling.passes import CellPasses, Passes
from numpyrnn.checks.diagnosis.calling.settle import EXACT, Settled, same_outputs, settle
from numpyrnn.checks.diagnosis.cannot import CannotRun
from numpyrnn.checks.diagnosis.finding.contract import Contract
from numpyrnn.checks.diagnosis.finding.subject import Subject
from numpyrnn.checks.diagnosis.forward.compare import Forward, compare
from numpyrnn.checks.diagnosis.judging.blamed import blamed
from numpyrnn.checks.diagnosis.judging.causes import Causes, causes
from numpyrnn.checks.diagnosis.judging.effects import Calls, Observed, check, examine
from numpyrnn.checks.diagnosis.judging.families import family
from numpyrnn.checks.diagnosis.judging.kept_words import in_words_of
from numpyrnn.checks.diagnosis.judging.lengths import apart, other_lengths
from numpyrnn.checks.diagnosis.judging.patterns import clipped_at_scale, patterns, sentence
from numpyrnn.checks.diagnosis.judging.place import (
    ROUNDED,
    Locator,
    Place,
    bad_elements,
    wrong_of,
)
from numpyrnn.checks.diagnosis.judging.reference import (
    Reference,
    by_differences,
    by_textbook,
)
from numpyrnn.checks.diagnosis.judging.seen import seen
from numpyrnn.checks.diagnosis.judging.writes import writes
from numpyrnn.checks.diagnosis.report import Diagnosis, Element

# What is tried beside the sizes that are given: a single step, a long sequence, a batch of one.
OTHERS = (Sizes(1, 3, 2, 5), Sizes(3, 1, 2, 5), Sizes(12, 2, 3, 5))
OTHER_STEPS = (Sizes(1, 1, 2, 5), Sizes(1, 3, 4, 5))

SQUEEZED = Bug(
    "batch_of_one", "a batch of one is not handled: an axis of length 1 is lost (np.squeeze)", (),
    "name the axis, as in np.squeeze(a, axis=1), or leave the squeeze out", place="result",
)


@dataclass
class Case:
    """One judgement on its way: what is judged, how it is called, what came out."""

    subject: Subject
    contract: Contract
    guard: Guard
    settled: Settled
    calls: Calls
    forward: Forward
    observed: Observed

    @property
    def passes(self) -> Passes:
        """How it is called."""
        return self.settled.passes

    @property
    def notes(self) -> list[str]:
        """Everything that is to be said besides."""
        said = getattr(self.passes, "said", [])
        return [*self.passes.notes, *self.settled.notes, *self.forward.notes, *said,
                *self.observed.notes, *self.guard.notes]


def judge(
    subject: Subject, sizes: Sizes, seed: int, guard: Guard,
    step: Diagnosis | None = None,
) -> Diagnosis:
    """The verdict on one pair of functions; `step` is that on the step that it is made of."""
    contract = subject.contract
    settled = forward = calls = None
    try:
        settled = settle(subject, contract, sizes, seed, guard)
        calls = Calls(settled.passes, guard)
        forward = compare(settled, contract)
        settled, calls.passes = forward.settled, forward.settled.passes
        observed = examine(settled, calls, bool(contract.pure))
        case = Case(subject, contract, guard, settled, calls, forward, observed)
        return _judged(case, sizes, seed, step)
    except CannotRun as error:
        if {"results", "bugs"} & set(error.fields) == {"results"} and forward and calls:
            error.fields["bugs"] = _shape_causes(forward, calls, error.fields["results"])
        return _early(subject, error)


def _shape_causes(
    forward: Forward, calls: Calls, results: dict[str, np.ndarray]
) -> tuple[Bug, ...]:
    """What gradients of a wrong shape are, where the numbers tell."""
    passes, problem = forward.settled.passes, forward.settled.problem
    if not forward.textbook or not isinstance(passes, CellPasses):
        return ()
    right = {n: a for n, a in passes.expected(problem, problem.right).items() if n in results}
    observed = Observed({n: a.astype(float) for n, a in results.items()}, 1e-9)
    looked = seen(passes, problem, right, observed, calls, True)
    found = patterns(looked)
    odd = {n for n in right if results[n].shape != right[n].shape or not np.allclose(
        results[n], right[n])}
    return tuple(sentence(found, looked)) if odd <= set(found) else ()


def _early(subject: Subject, error: CannotRun) -> Diagnosis:
    fields = {n: v for n, v in error.fields.items() if n in ("tensor", "step", "notes", "bugs")}
    if fields.get("bugs"):
        fields["equations"] = ("",) * len(fields["bugs"])
        fields["lines"] = ((),) * len(fields["bugs"])
    status = "unwritten" if subject.unwritten and error.status == "unjudged" else error.status
    fields["notes"] = tuple(fields.get("notes", ()))
    return Diagnosis(f"{subject.file}: {subject.function}", status, error.headline,
                     function=subject.function, **fields)


def _judged(case: Case, sizes: Sizes, seed: int, step: Diagnosis | None) -> Diagnosis:
    passes, problem, observed = case.passes, case.settled.problem, case.observed
    reference = reference_of(case, problem, observed.results)
    if case.contract.reduction is None and isinstance(passes, CellPasses):
        _averaged(case, reference)
        passes, observed = case.passes, case.observed
        reference = reference_of(case, problem, observed.results)
    tolerance = max(observed.tolerance, reference.tolerance)
    observed.results, said = passes.allowed(observed.results, reference.right)
    observed.notes += [said] if said else []
    wrong = wrong_of(observed.results, reference.right, tolerance)
    if wrong and not wrong_of(observed.results, reference.right, ROUNDED) and tolerance < ROUNDED:
        observed.notes.append(
            f"It agrees to {ROUNDED:g} and not to {tolerance:g}: somewhere in it numbers are "
            "float32, or rounded."
        )
        observed.tolerance, wrong = ROUNDED, []
    if wrong and not any(np.any(array) for array in observed.results.values()):
        raise CannotRun("unwritten", f"{passes.function} is not written yet: all its gradients are "
                        "zero.")
    if wrong:
        return wrong_answer(case, problem, reference, observed, step)
    if observed.silent:
        return _kept(case)
    for other, results, right in _other_sizes(case, sizes, seed):
        there = replace(observed, results=results)
        return wrong_answer(case, other, right, there, step, other_sizes=True)
    if observed.nonlinear and passes.linear:
        observed.notes += _nonlinear(case, problem, reference)
    return _right(case)


def reference_of(case: Case, problem: Any, results: dict[str, np.ndarray]) -> Reference:
    """The right gradients on a problem."""
    passes, names = case.passes, list(results)
    if case.forward.textbook and passes.book is not None:
        witness = case.settled.tolerance <= EXACT
        reference = by_textbook(passes, problem, case.guard, names, witness)
        if reference.witnessed:
            return reference
    return by_differences(passes, problem, case.guard, results)


def _averaged(case: Case, reference: Reference) -> None:
    """Weight gradients that are all 1/N of the right ones are those of a mean over the batch."""
    passes, results = case.passes, case.observed.results
    assert isinstance(passes, CellPasses)
    batch = case.settled.problem.x.shape[-1]
    weights = [w.name for w in passes.reading.weights if w.name in results]
    if batch == 1 or not weights:
        return
    rest = {n: a for n, a in results.items() if n not in weights}
    if wrong_of(rest, reference.right, max(case.observed.tolerance, reference.tolerance)):
        return
    scaled = {n: results[n] * batch for n in weights}
    if wrong_of(scaled, reference.right, max(case.observed.tolerance, reference.tolerance)):
        return
    mean = replace(passes, reading=replace(passes.reading, mean=True))
    case.settled.passes = case.calls.passes = mean
    case.settled.notes.append(
        "The weight gradients are averaged over the batch, not summed. That is right if your "
        'course says so: REDUCTION = "mean".'
    )


def _other_sizes(
    case: Case, sizes: Sizes, seed: int
) -> Iterator[tuple[Any, dict[str, np.ndarray], Reference]]:
    """The first problem of another size on which the gradients are wrong."""
    passes = case.passes
    if not isinstance(passes, CellPasses):
        yield from other_lengths(passes, case.calls, case.observed.tolerance, seed + 1)
        return
    others = OTHERS if passes.form == "sequence" else OTHER_STEPS
    for other in others:
        if "N" not in passes.reading.axes and other.B != 3 and passes.form == "step":
            continue
        problem = passes.problem(other, seed + 1)
        if case.forward.textbook and _overflows(passes, problem):
            continue
        words = _size_words(passes, problem)
        try:
            results = case.calls.backward(problem)
            check(passes, problem, results)
        except CannotRun as error:
            sentence = f"right in the first test, but not with {words}: {error.headline}"
            if other.B == 1 and "shape" in error.headline:
                error.fields["bugs"] = (SQUEEZED,)
            raise CannotRun("wrong" if error.status != "unwritten" else error.status, sentence,
                            **error.fields) from None
        results = {n: a.astype(float) for n, a in results.items()}
        tolerance = max(case.observed.tolerance, 1e-6)
        if case.forward.textbook:
            reference = by_textbook(passes, problem, case.guard, list(results), witness=False)
            if wrong_of(results, reference.right, tolerance):
                yield problem, results, reference
            continue
        if apart(passes, problem, case.guard, results):
            yield problem, results, by_differences(passes, problem, case.guard, results)


def _overflows(passes: CellPasses, problem: Any) -> bool:
    """Whether the forward pass itself runs to infinity: it has no gradient to be compared."""
    with np.errstate(all="ignore"):
        return not all(np.isfinite(a).all() for a in passes.outputs(problem).values())


def _size_words(passes: Passes, problem: Any) -> str:
    T, B = (len(problem.x) if problem.whole else 1), problem.x.shape[-1]
    if passes.form == "step":
        return f"a batch of {B}" if B > 1 else "a batch of one"
    steps = "one step" if T == 1 else f"{T} steps"
    return f"{steps} and {'a batch of one' if B == 1 else f'a batch of {B}'}"


# The answers -----------------------------------------------------------------------------------


def _title(case: Case) -> str:
    passes = case.passes
    return passes.title if isinstance(passes, CellPasses) else (
        f"{passes.file}: {passes.function}")


def _right(case: Case) -> Diagnosis:
    passes, observed = case.passes, case.observed
    notes = [*case.notes, *write_notes(case)]
    missing = [passes.shown(n) for n in getattr(passes, "names", {}).values()
               if n not in observed.results]
    weights = [w.name for w in passes.reading.weights] if isinstance(passes, CellPasses) else []
    missing += [passes.shown(n) for n in weights if n not in observed.results]
    if missing:
        notes.append(f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} not returned, "
                     "and not judged.")
    count = len(observed.results)
    agree = f"all {count} gradients agree" if count > 1 else "the gradient agrees"
    return Diagnosis(
        _title(case), "right", f"{agree} to {max(observed.tolerance, EXACT):g}.",
        notes=tuple(notes), function=passes.function,
    )


def write_notes(case: Case) -> list[str]:
    """A write into an argument does no harm here; when it would."""
    return writes(case.passes, case.subject, case.observed)


def _kept(case: Case) -> Diagnosis:
    bugs = tuple(case.observed.silent)
    return Diagnosis(
        _title(case), "wrong",
        "the numbers are right at the first call, but what it leaves behind is not.",
        notes=(*case.notes, *write_notes(case)), function=case.passes.function,
        **_lines(case.passes, bugs),
    )


def _nonlinear(case: Case, problem: Any, reference: Reference) -> list[str]:
    """Right for ordinary numbers, and not for 1024 times as much: what is clipped, and the rest."""
    looked = seen(case.passes, problem, reference.right, case.observed, case.calls,
                  case.forward.textbook)
    bugs = sentence(clipped_at_scale(looked), looked)
    clipped = [f"With 1024 times the gradient from above, {bug.title}." for bug in bugs]
    return [*clipped, case.observed.nonlinear]


def wrong_answer(
    case: Case, problem: Any, reference: Reference, observed: Observed, step: Diagnosis | None,
    other_sizes: bool = False,
) -> Diagnosis:
    """Where it is wrong first, and why."""
    passes, right = case.passes, reference.right
    tolerance = max(observed.tolerance, reference.tolerance)
    keeps = any(bug.key == "kept_between_calls" for bug in observed.silent)
    locator = Locator(passes, problem, case.calls, right, tolerance, case.forward.textbook)
    place = locator.place(observed.results, keeps)
    assert place is not None
    observed = replace(observed, tolerance=tolerance)
    if step is not None and step.status == "wrong" and (not step.bugs or step.family):
        waits = "It is judged for itself when its step is right: put that right first."
        return Diagnosis(
            _title(case), "wrong", f"it is wrong, and so is its step, {step.function}.",
            function=passes.function, notes=(waits,), tensor=passes.shown(place.argument),
            step=place.step,
        )
    told = _forward_cause(case, problem, observed, tolerance)
    found = told or causes(
        passes, problem, right, observed, place, case.calls, case.forward.textbook,
        step is not None and step.status == "right",
    )
    answer = _told(case, problem, observed, place, found, other_sizes)
    answer = blamed(case, problem, place, answer, step is not None and step.status == "right")
    return _in_their_words(passes, answer)


def _in_their_words(passes: Passes, answer: Diagnosis) -> Diagnosis:
    """The answer with z as the student's code has it, where that is not the textbook's."""
    if not isinstance(passes, CellPasses):
        return answer
    r = passes.reading
    bugs = tuple(in_words_of(bug, r.update, r.gates, r.book.gates) for bug in answer.bugs)
    if bugs == answer.bugs:
        return answer
    explained = bool(answer.headline) and not answer.family
    shown = [bool(bug.edits) for bug in bugs]
    return replace(
        answer, bugs=bugs, headline=headline(bugs, explained, []), correction="",
        equations=tuple(e if s else "" for e, s in zip(answer.equations, shown, strict=True)),
        lines=tuple(ls if s else () for ls, s in zip(answer.lines, shown, strict=True)),
    ) if explained else replace(answer, bugs=bugs)


def _forward_cause(
    case: Case, problem: Any, observed: Observed, tolerance: float
) -> Causes | None:
    """The backward pass is the textbook's, and the forward pass is not: that is the cause."""
    plain = case.forward.plain(problem)
    if plain is None or case.forward.fault is None:
        return None
    expected = case.passes.expected(problem, plain)
    if wrong_of(observed.results, expected, tolerance):
        return None
    return Causes((case.forward.fault,), (), list(observed.results))


def _told(
    case: Case, problem: Any, observed: Observed, place: Place, found: Causes, other_sizes: bool
) -> Diagnosis:
    passes = case.passes
    steps = len(problem.x) if passes.form == "sequence" and isinstance(passes, CellPasses) else None
    bugs = (*found.bugs, *observed.silent)
    order = {bug.key: k for k, bug in enumerate(passes.book.bugs)} if passes.book else {}
    bugs = tuple(sorted(bugs, key=lambda b: order.get(b.key, len(order))))
    explained = bool(found.bugs) and set(found.explained) >= set(place.wrong)
    names = [passes.shown(n) for n in found.explained]
    rest = [passes.shown(n) for n in place.wrong if n not in found.explained] if found.bugs else []
    guess = "" if explained else family(place, passes, steps)
    said = ""
    if not bugs and case.forward.difference:
        said = (f"it is not the derivative of your forward pass, and {case.forward.difference}")
    notes = [*case.notes, *write_notes(case)]
    if other_sizes:
        sizes = getattr(problem, "words", "") or _size_words(passes, problem)
        notes.append(f"It shows with {sizes}; in the first test it is right.")
    if observed.nonlinear and (not explained or "ignored" in observed.nonlinear):
        notes.append(observed.nonlinear)
    if isinstance(passes, CellPasses) and passes.reading.axes == "NTF" and any(
        bug.edits for bug in bugs
    ):
        notes.append("In the textbook's lines a column is a sequence: its W_hh @ h is your h @ Wh.")
    match: tuple[tuple[str, str], ...] = ()
    if found.bugs:
        all_of = set(found.explained) >= set(observed.results)
        which = ", ".join(passes.shown(n) for n in found.explained if n in place.wrong)
        match = (("match", f"exact, in {'all of them' if all_of else which}"),)
    said = said or headline(bugs, explained, rest)
    return Diagnosis(
        _title(case), "wrong", said, passes.shown(place.argument), place.step,
        Element(*place.element), _where(passes, place, steps),
        (*_pattern(passes, place, observed, steps), *match), alternatives=found.alternatives,
        explained=tuple(names), family=guess, notes=tuple(notes), function=passes.function,
        **_lines(passes, bugs),
    )

def headline(bugs: tuple[Bug, ...], explained: bool, rest: list[str]) -> str:
    """The titles of the bugs, and what they leave open: `rest`, or everything."""
    titles = "; ".join(bug.title for bug in bugs)
    if explained:
        return f"{len(bugs)} bugs: {titles}." if len(bugs) > 1 else f"{titles}."
    if rest:
        what = f"{', '.join(rest)} {'is' if len(rest) == 1 else 'are'} wrong"
        return f"{titles}; and besides, {what} in a way that has no name here."
    beside = f"{titles}; and besides, " if bugs else ""
    return f"{beside}no named bug gives these numbers; here is where to look."


def _lines(passes: Passes, bugs: tuple[Bug, ...]) -> dict[str, Any]:
    book = passes.book
    told = [(equation(book, b), tuple(changed_lines(book, b))) if book is not None and b.edits
            else ("", ()) for b in bugs]
    return dict(bugs=bugs, equations=tuple(e for e, _ in told), lines=tuple(ls for _, ls in told))


def _where(passes: Passes, place: Place, steps: int | None) -> str:
    name, t = passes.shown(place.argument), place.step
    if steps is None or t is None:
        return name
    roles = {a: r for r, a in getattr(passes, "names", {}).items()}
    role = roles.get(place.argument)
    if role == "x":
        return f"{name} at step {t} (of 0 to {steps - 1}, going back)"
    runs = f"seen by running the last {place.suffix} steps alone" if place.suffix != 1 else (
        "seen by running the last step alone"
    )
    if role in ("h0", "c0"):
        what = f"the d{role[0]} that step {t} hands back"
        return f"{name}: {what}" + ("" if t == 0 else f" to step {t - 1}; {runs}")
    return f"{name}, once step {t} is in the sum; {runs}"


def _pattern(
    passes: Passes, place: Place, observed: Observed, steps: int | None
) -> list[tuple[str, str]]:
    x = getattr(passes, "names", {}).get("x")
    shown = passes.shown(x) if x else ""

    def dx_at(numbers: list[int]) -> str:
        whole = steps is None or len(numbers) == steps
        return shown if whole else f"{shown} at {_ranges(numbers)}"

    wrong = [dx_at(place.dx_steps) if n == x else passes.shown(n) for n in place.wrong]
    right = [passes.shown(n) for n in observed.results if n not in place.wrong]
    if steps is not None and 0 < len(place.dx_steps) < steps:
        right = [dx_at([t for t in range(steps) if t not in place.dx_steps]), *right]
    rows = [("wrong", ", ".join(wrong))]
    if right:
        rows.append(("right", ", ".join(right)))
    if place.gates and passes.book and len(place.gates) < len(passes.book.gates):
        rows.append(("gates", f"only the blocks of {', '.join(place.gates)} are wrong there"))
    return rows


def _ranges(numbers: list[int]) -> str:
    """Steps in words: "steps 0 to 3", "steps 0, 4"."""
    if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"steps {numbers[0]} to {numbers[-1]}"
    return f"step{'s' * (len(numbers) > 1)} {', '.join(map(str, numbers))}"


__all__ = ["Case", "bad_elements", "judge", "same_outputs"]
