"""diagnose(...): from the code to the answer."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from numpyrnn.checks.diagnosis.bank.bank import Bank
from numpyrnn.checks.diagnosis.bank.edits import Bug
from numpyrnn.checks.diagnosis.bank.problem import Problem, Sizes, check_sizes
from numpyrnn.checks.diagnosis.bank.search import Causes, search
from numpyrnn.checks.diagnosis.bank.textbook import Textbook, changed_lines, equation
from numpyrnn.checks.diagnosis.code.early_answer import EarlyAnswer
from numpyrnn.checks.diagnosis.code.entry_points import subjects
from numpyrnn.checks.diagnosis.code.preflight import Observed, Preflight
from numpyrnn.checks.diagnosis.code.student_code import StudentCode
from numpyrnn.checks.diagnosis.families import family
from numpyrnn.checks.diagnosis.locate import ROUNDED, Place, locate
from numpyrnn.checks.diagnosis.report import Diagnosis, Element
from numpyrnn.validation import check_size


def diagnose(
    source: Any,
    *,
    cell: str | None = None,
    layout: str | None = None,
    gates: str | None = None,
    update: str | None = None,
    sizes: tuple[int, int, int, int] = (5, 6, 2, 7),
    seed: int = 0,
) -> Diagnosis:
    """Say what is wrong with a hand-written backward pass, and why.

    `source` is a Python file (it is executed), a module, a class, a dict of functions, a backward
    function, or what `plant` made: a whole sequence `forward` and `backward`, or one step
    `step_forward` and `step_backward` (`step` and `step_back` in columns), alone or with the
    cell's name in front (`lstm_backward`). Without a forward pass, backward gets the cache of the
    template's (`numpyrnn diagnose --template lstm` writes it). code/student_code.py has the
    signatures.

    `cell` ("rnn", "lstm", "gru", "gru-reset-after"), `layout` ("row": x (N, T, D), Wx (D, G·H), as
    in CS231n; "column": x (T, D, B), W_xh (G, H, D)), `gates` (the order of the blocks, such as
    "ifog") and `update` ("new": h = (1 - z) h' + z n; "keep": h = z h' + (1 - z) n) overrule CELL,
    LAYOUT, GATES and UPDATE in the source. `sizes` (T, B, D, H) and `seed` draw the numbers.

    The first wrong number is located by comparison with the textbook cell; its cause by comparison
    with every named bug (`bugs(cell)` lists them), alone, in pairs and in threes.

    Raises TypeError or ValueError for a source or option that cannot be; whatever the code itself
    does is part of the answer.
    """
    sizes, seed = check_sizes(sizes), check_size("seed", seed, 0)
    try:
        codes = subjects(source, cell, layout, gates, update)
    except EarlyAnswer as early:
        return _early(Path(source).name, early)  # only a file can fail to run
    answers = [judge(codes[-1], sizes, seed)]  # the step first: a sequence is made of it
    if len(codes) == 2 and not answers[0].family:
        answers.append(judge(codes[0], sizes, seed))
    return answers[0] if len(codes) == 1 else _both(codes[-1].backward.__name__, *answers)


def _both(name: str, step: Diagnosis, sequence: Diagnosis | None = None) -> Diagnosis:
    """One answer for a step back, the function `name`, and for the sequence beside it."""
    if sequence is None:
        waits = "The backward pass of the sequence is not judged before its step is right."
        return replace(step, notes=(*step.notes, waits))
    if sequence.bugs and not sequence.family:
        return sequence  # it names the bugs of both
    if step.status == "wrong":
        said = "is right" if sequence else "is not"
        return replace(step, notes=(*step.notes, f"The backward pass of the sequence {said}."))
    if step:
        beside = "too" if sequence else "by itself: look at the loop around it"
        return replace(sequence, notes=(*sequence.notes, f"{name} is right {beside}."))
    return sequence


def judge(subject: StudentCode, sizes: Sizes, seed: int) -> Diagnosis:
    """The diagnosis of one function."""
    flight = Preflight(subject, subject.problem(sizes, seed))
    try:
        observed = flight.examine()
        place = locate(flight, observed)
    except EarlyAnswer as early:
        return _early(subject.title, early)
    if place is None:
        return _right_numbers(subject, observed)
    bank = _bank(subject.book, subject.form, sizes, seed, subject.memory, subject.final)
    ours, last = (
        None if results is None
        else {n: subject.conventions.ours(n[1:], a.astype(float)) for n, a in results.items()}
        for results in (observed.results, observed.last)
    )
    assert ours is not None
    causes = search(bank, ours, last, observed.tolerance)
    if len(causes.explained) < len(bank.names) and observed.tolerance < ROUNDED:
        rough = search(bank, ours, last, ROUNDED, most=2)
        causes = rough if len(rough.explained) > len(causes.explained) else causes
    return _wrong(subject, flight, observed, place, causes)


@lru_cache(maxsize=32)
def _bank(
    book: Textbook, form: str, sizes: Sizes, seed: int, memory: bool, final: bool
) -> Bank:
    """The bank for a problem: what it has computed serves the next diagnosis too."""
    problem = Problem.draw(
        book, sizes, whole=form == "sequence", seed=seed, memory=memory, final=final
    )
    states = ["dh0", *["dc0"] * (book.remembers and (memory or form == "step"))]
    return Bank(problem, ["dx", *states, *(f"d{name}" for name in book.parameters)], memory)


# The answers -----------------------------------------------------------------------------------


def _early(title: str, early: EarlyAnswer) -> Diagnosis:
    fields = dict(early.fields)
    if "element" in fields:
        fields["element"] = Element(*fields["element"])
    fields["notes"] = tuple(fields.get("notes", ()))
    return Diagnosis(title, early.status, early.headline, **fields)


def _right_numbers(subject: StudentCode, observed: Observed) -> Diagnosis:
    if not observed.silent:
        return Diagnosis(
            subject.title, "right",
            f"all {len(subject.names)} gradients agree to {observed.tolerance:g}.",
            notes=tuple(observed.notes),
        )
    return Diagnosis(
        subject.title, "wrong",
        "the numbers are right at the first call, but what it leaves behind is not.",
        notes=tuple(observed.notes), **_causes(subject, tuple(observed.silent)),
    )


def _wrong(
    subject: StudentCode, flight: Preflight, observed: Observed, place: Place, causes: Causes
) -> Diagnosis:
    steps = len(flight.problem.x) if flight.problem.whole else None
    sets, theirs = causes.sets or [()], subject.theirs
    bugs = tuple(sorted((*sets[0], *observed.silent), key=subject.book.bugs.index))
    explained = len(causes.explained) == len(subject.names)
    rest = [theirs(n) for n in place.wrong if n not in causes.explained] if causes.sets else []
    guess = "" if place.tensor in causes.explained else family(place, subject.book, steps)
    notes = list(observed.notes)
    if subject.row and bugs:
        notes.append("In the textbook's lines a column is a sequence: its W_hh @ h is your h @ Wh.")
    match: tuple[tuple[str, str], ...] = ()
    if causes.sets:
        names = ", ".join(theirs(n) for n in causes.explained if n in place.wrong)
        match = (("match", f"exact, in {'all of them' if explained else names}"),)
    return Diagnosis(
        subject.title, "wrong", _headline(bugs, explained, rest), theirs(place.tensor), place.step,
        Element(*place.element), _where(subject, place, steps),
        (*_pattern(subject, place, steps), *match), alternatives=tuple(sets[1:]),
        explained=tuple(theirs(n) for n in causes.explained), family=guess,
        notes=tuple(notes), **_causes(subject, bugs),
    )


def _headline(bugs: tuple[Bug, ...], explained: bool, rest: list[str]) -> str:
    """The titles of the bugs, and what they leave open: `rest`, or everything."""
    titles = "; ".join(bug.title for bug in bugs)
    if explained:
        return f"{len(bugs)} bugs: {titles}." if len(bugs) > 1 else f"{titles}."
    if rest:
        what = f"{', '.join(rest)} {'is' if len(rest) == 1 else 'are'} wrong"
        return f"{titles}; and besides, {what} in a way that has no name here."
    beside = f"{titles}; and besides, " if bugs else ""
    return f"{beside}no named bug gives these numbers; here is where to look."


def _causes(subject: StudentCode, bugs: tuple[Bug, ...]) -> dict[str, Any]:
    book = subject.book
    return dict(
        bugs=bugs,
        equations=tuple(equation(book, bug) for bug in bugs),
        lines=tuple(tuple(changed_lines(book, bug)) for bug in bugs),
    )


def _where(subject: StudentCode, place: Place, steps: int | None) -> str:
    name, t = subject.theirs(place.tensor), place.step
    if steps is None or t is None:
        return name
    if place.tensor == "dx":
        return f"{name} at step {t} (of 0 to {steps - 1}, going back)"
    runs = f"seen by running the last {place.suffix} steps alone" if place.suffix != 1 else (
        "seen by running the last step alone"
    )
    if place.tensor in ("dh0", "dc0"):
        what = f"the {place.tensor[:2]} that step {t} hands back"
        return f"{name}: {what}" + ("" if t == 0 else f" to step {t - 1}; {runs}")
    return f"{name}, once step {t} is in the sum; {runs}"


def _pattern(subject: StudentCode, place: Place, steps: int | None) -> list[tuple[str, str]]:
    def dx_at(numbers: list[int]) -> str:
        whole = steps is None or len(numbers) == steps
        return "dx" if whole else f"dx at {_ranges(numbers)}"

    wrong = [dx_at(place.dx_steps) if n == "dx" else subject.theirs(n) for n in place.wrong]
    right = [subject.theirs(n) for n in subject.names if n not in place.wrong]
    if steps is not None and 0 < len(place.dx_steps) < steps:
        right = [dx_at([t for t in range(steps) if t not in place.dx_steps]), *right]
    rows = [("wrong", ", ".join(wrong))]
    if right:
        rows.append(("right", ", ".join(right)))
    if place.gates and len(place.gates) < len(subject.book.gates):
        rows.append(("gates", f"only the blocks of {', '.join(place.gates)} are wrong there"))
    return rows


def _ranges(numbers: list[int]) -> str:
    """Steps in words: "steps 0 to 3", "steps 0, 4"."""
    if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"steps {numbers[0]} to {numbers[-1]}"
    return f"step{'s' * (len(numbers) > 1)} {', '.join(map(str, numbers))}"

