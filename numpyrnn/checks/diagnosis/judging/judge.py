"""The verdict on one pair of functions: call, compare the forward pass, judge, name the cause."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from numpyrnn.checks.diagnosis.bank.edits import Bug
from numpyrnn.checks.diagnosis.bank.problem import Sizes
from numpyrnn.checks.diagnosis.calling.guarded import Guard
from numpyrnn.checks.diagnosis.calling.passes import CellPasses, Passes
from numpyrnn.checks.diagnosis.calling.settle import EXACT, Settled, settle
from numpyrnn.checks.diagnosis.cannot import CannotRun
from numpyrnn.checks.diagnosis.finding.subject import Subject
from numpyrnn.checks.diagnosis.forward.compare import Forward, compare
from numpyrnn.checks.diagnosis.judging.blamed import blamed, written_line
from numpyrnn.checks.diagnosis.judging.case import Case
from numpyrnn.checks.diagnosis.judging.causes import Causes, causes
from numpyrnn.checks.diagnosis.judging.effects import (
    Calls,
    Observed,
    examine,
    problem_states,
)
from numpyrnn.checks.diagnosis.judging.kept_words import in_words_of
from numpyrnn.checks.diagnosis.judging.lengths import other_sizes
from numpyrnn.checks.diagnosis.judging.mistakes import ONE_STEP, SQUEEZED
from numpyrnn.checks.diagnosis.judging.patterns import patterns, sentence
from numpyrnn.checks.diagnosis.judging.place import ROUNDED, Locator, Place, wrong_of
from numpyrnn.checks.diagnosis.judging.reference import (
    Reference,
    by_differences,
    by_textbook,
)
from numpyrnn.checks.diagnosis.judging.seen import seen
from numpyrnn.checks.diagnosis.judging.told import (
    headline,
    kept_answer,
    nonlinear_notes,
    right_answer,
    title,
    told,
)
from numpyrnn.checks.diagnosis.report import Diagnosis


def judge(
    subject: Subject, sizes: Sizes, seed: int, guard: Guard,
    step: Diagnosis | None = None,
) -> Diagnosis:
    """The verdict on one pair of functions; `step` is that on the step that it is made of."""
    contract = subject.contract
    settled: Settled | None = None
    forward = calls = None
    try:
        settled = settle(subject, contract, sizes, seed, guard)
        calls = Calls(settled.passes, guard)
        forward = compare(settled, contract)
        settled, calls.passes = forward.settled, forward.settled.passes
        observed = examine(settled, calls, bool(contract.pure))
        case = Case(subject, contract, guard, settled, calls, forward, observed)
        return _if_clear(settled.passes, _judged(case, sizes, seed, step))
    except CannotRun as error:
        if settled is not None and settled.passes.unclear:
            return _if_clear(settled.passes, _early(subject, error))
        if {"results", "bugs"} & set(error.fields) == {"results"} and forward and calls:
            error.fields["bugs"] = _shape_causes(forward, calls, error.fields["results"])
        return _early(subject, error)


def _if_clear(passes: Passes, answer: Diagnosis) -> Diagnosis:
    """Without a forward pass a cache of unknown names can make right code wrong."""
    if not passes.unclear or answer.status != "wrong":
        return answer
    return Diagnosis(
        answer.subject, "unjudged", f"it is not clear what the cache of {answer.function} holds: "
        f"{passes.unclear}. Put your forward pass into the file.", function=answer.function,
        notes=passes.notes,
    )


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
    keys = {bug.key for bug in fields.get("bugs", ())}
    if status == "wrong" and fields.get("tensor") and not keys & {SQUEEZED.key, ONE_STEP.key}:
        wrong = "grads" if "exchanged" in keys else fields["tensor"]
        fields["line"] = written_line(subject.own, wrong)
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
        first = next((n for n in observed.results if n not in problem_states(passes)), "")
        return replace(kept_answer(case), line=written_line(
            case.subject.own, passes.shown(first), kept=True))
    for other, results, right in other_sizes(case, sizes, seed):
        there = replace(observed, results=results)
        return wrong_answer(case, other, right, there, step, other_sizes=True)
    if observed.nonlinear and passes.linear:
        observed.notes += nonlinear_notes(case, problem, reference)
    return right_answer(case)


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
        return _waiting(case, place, step)
    by_forward = _forward_cause(case, problem, observed, tolerance)
    found = by_forward or causes(
        passes, problem, right, observed, place, case.calls, case.forward.textbook,
        step is not None and step.status == "right",
    )
    if step is not None and step.status == "wrong" and not found.bugs and not observed.silent:
        return _waiting(case, place, step)
    answer = told(case, problem, observed, place, found, other_sizes)
    if by_forward is None:  # else no line of the backward pass is wrong
        answer = blamed(case, problem, place, answer, right,
                        step is not None and step.status == "right")
    if step is not None and step.status == "wrong" and all(b.place == "loop" for b in found.bugs):
        answer = replace(answer, line=step.line, correction="")  # the same, seen from the loop
    return _in_their_words(passes, answer)


def _waiting(case: Case, place: Place, step: Diagnosis) -> Diagnosis:
    """A sequence of which nothing can be said before its step is right."""
    waits = "It is judged for itself when its step is right: put that right first."
    return Diagnosis(
        title(case), "wrong", f"it is wrong, and so is its step, {step.function}.",
        function=case.passes.function, notes=(waits,), step=place.step,
        tensor=case.passes.shown(place.argument),
    )


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
    forward, passes = case.forward, case.passes
    plain, fault = forward.plain(problem), forward.fault
    if not forward.textbook and passes.book is not None and fault is None:
        plain, fault = problem.right, Bug(
            "another_forward", "backward is the textbook's, and "
            f"{forward.difference.rstrip('.')}", (), "put the forward pass right: what it "
            "computes, and at which step it stores it", place="forward",
        )
    if plain is None or fault is None:
        return None
    if wrong_of(observed.results, passes.expected(problem, plain), tolerance):
        return None
    return Causes((fault,), (), list(observed.results))
