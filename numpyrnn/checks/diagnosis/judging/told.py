"""What has been judged, told: the verdicts with their place, pattern, causes and notes."""

from __future__ import annotations

from typing import Any

from numpyrnn.checks.diagnosis.bank.edits import Bug
from numpyrnn.checks.diagnosis.bank.textbook import changed_lines, equation
from numpyrnn.checks.diagnosis.calling.passes import CellPasses, Passes
from numpyrnn.checks.diagnosis.calling.settle import EXACT
from numpyrnn.checks.diagnosis.judging.case import Case
from numpyrnn.checks.diagnosis.judging.causes import Causes
from numpyrnn.checks.diagnosis.judging.effects import Observed
from numpyrnn.checks.diagnosis.judging.families import family
from numpyrnn.checks.diagnosis.judging.patterns import clipped_at_scale, sentence
from numpyrnn.checks.diagnosis.judging.place import Place
from numpyrnn.checks.diagnosis.judging.reference import Reference
from numpyrnn.checks.diagnosis.judging.seen import seen
from numpyrnn.checks.diagnosis.judging.writes import writes
from numpyrnn.checks.diagnosis.report import Diagnosis, Element


def size_words(passes: Passes, problem: Any) -> str:
    """The size of a problem in words."""
    T, B = (len(problem.x) if problem.whole else 1), problem.x.shape[-1]
    if passes.form == "step":
        return f"a batch of {B}" if B > 1 else "a batch of one"
    steps = "one step" if T == 1 else f"{T} steps"
    return f"{steps} and {'a batch of one' if B == 1 else f'a batch of {B}'}"


def title(case: Case) -> str:
    """What is judged, in words."""
    passes = case.passes
    return passes.title if isinstance(passes, CellPasses) else (
        f"{passes.file}: {passes.function}")


def right_answer(case: Case) -> Diagnosis:
    """The verdict on gradients that are right."""
    passes, observed = case.passes, case.observed
    notes = [*case.notes, *write_notes(case, True)]
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
        title(case), "right", f"{agree} to {max(observed.tolerance, EXACT):g}.",
        notes=tuple(notes), function=passes.function,
    )


def write_notes(case: Case, right: bool) -> list[str]:
    """A write into an argument does no harm where the numbers are right; when it would."""
    return writes(case.passes, case.subject, case.observed, right)


def kept_answer(case: Case) -> Diagnosis:
    """Right numbers at the first call, wrong ones at a later one."""
    bugs = tuple(case.observed.silent)
    return Diagnosis(
        title(case), "wrong",
        "the numbers are right at the first call, but what it leaves behind is not.",
        notes=(*case.notes, *write_notes(case, False)), function=case.passes.function,
        **_lines(case.passes, bugs),
    )


def nonlinear_notes(case: Case, problem: Any, reference: Reference) -> list[str]:
    """Right for ordinary numbers, and not for 1024 times as much: what is clipped, and the rest."""
    looked = seen(case.passes, problem, reference.right, case.observed, case.calls,
                  case.forward.textbook)
    bugs = sentence(clipped_at_scale(looked), looked)
    clipped = [f"With 1024 times the gradient from above, {bug.title}." for bug in bugs]
    return [*clipped, case.observed.nonlinear]


def told(
    case: Case, problem: Any, observed: Observed, place: Place, found: Causes, other_sizes: bool
) -> Diagnosis:
    """The verdict on gradients that are wrong."""
    passes = case.passes
    steps = len(problem.x) if passes.form == "sequence" and isinstance(passes, CellPasses) else None
    bugs = (*found.bugs, *observed.silent)
    order = {bug.key: k for k, bug in enumerate(passes.book.bugs)} if passes.book else {}
    bugs = tuple(sorted(bugs, key=lambda b: order.get(b.key, len(order))))
    explained = bool(found.bugs) and set(found.explained) >= set(place.wrong)
    names = [passes.shown(n) for n in found.explained]
    rest = [passes.shown(n) for n in place.wrong if n not in found.explained] if found.bugs else []
    guess = "" if explained else family(place, passes, steps, case.forward.textbook)
    said = ""
    if not bugs and case.forward.difference:
        said = (f"it is not the derivative of your forward pass, and {case.forward.difference}")
    notes = [*case.notes, *write_notes(case, False)]
    if other_sizes:
        sizes = getattr(problem, "words", "") or size_words(passes, problem)
        notes.append(f"It shows with {sizes}; in the first test it is right.")
    if observed.nonlinear and (not explained or "ignored" in observed.nonlinear):
        notes.append(observed.nonlinear)
    if case.contract.output is None and any(bug.key == "upstream_last_only" for bug in bugs):
        notes.append('If the loss sees the last h alone, that is right: declare OUTPUT = "last".')
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
        title(case), "wrong", said, passes.shown(place.argument), place.step,
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
