"""The student's own line and the fix in its form, joined to the verdict."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from numpyrnn.checks.diagnosis.bank import loop
from numpyrnn.checks.diagnosis.bank.edits import Bug, edited
from numpyrnn.checks.diagnosis.bank.textbook import (
    Textbook,
    compiled,
    made,
    source,
)
from numpyrnn.checks.diagnosis.calling.passes import CellPasses, Passes
from numpyrnn.checks.diagnosis.cannot import CannotRun
from numpyrnn.checks.diagnosis.judging.fixes import proposals
from numpyrnn.checks.diagnosis.judging.line import Suspect, first_wrong
from numpyrnn.checks.diagnosis.judging.place import Place, wrong_of
from numpyrnn.checks.diagnosis.judging.repair import Repair, Workshop, repair, statements_of
from numpyrnn.checks.diagnosis.judging.statements import (
    Code,
    code_of,
    expressions,
    last_line,
    names_of,
)
from numpyrnn.checks.diagnosis.judging.tracing import Made, Tracer
from numpyrnn.checks.diagnosis.report import Diagnosis, Line

# How many changes are tried for a mistake that has a name and for one that has none, and how many
# lines of the student's may run for them.
NAMED, UNNAMED, LINES = 160, 400, 200_000
# Bugs of the loop's range: no value of the loop's body is wrong.
RANGES = {"first_step_missing", "last_step_missing", "loop_forwards"}
LAST = ("overwritten", "initial_state_late")  # a right value, and the last write is wrong
TEXTBOOK = ("<step>", "<forward>", "<step_back>", "<backward>").__contains__
INSIDE = ("<gen", "<list", "<dict", "<set")  # comprehensions: their line is that around them


@dataclass
class Traced:
    """What the lines of the student's made, and those of the textbook with the bugs and without."""

    theirs: list[Made]
    lines: int = 0
    textbook: list[Made] = field(default_factory=list)
    bugs: list[Bug] = field(default_factory=list)


def blamed(
    case: Any, problem: Any, place: Place, answer: Diagnosis, right: Mapping[str, np.ndarray],
    step_right: bool = False,
) -> Diagnosis:
    """The answer with the line that makes the first wrong value, and a change that has been tried.

    `step_right`: the step that a sequence is made of is right, so the line is in the loop.
    """
    files = files_of(case.subject.own)
    if not files:
        return answer
    short = _short(case.passes, problem, place)
    try:
        found = _forward_line(case, short, answer, files)
        if found is not None:
            return replace(answer, line=found)
        seen = traced(case.passes, short, files.__contains__)
        found = _line(case, short, place, answer, step_right, seen)
    except CannotRun:
        return answer
    if found is None:
        found = written_line(case.subject.own, case.passes.shown(place.argument))
    change = _change(case, problem, answer, right, found, seen)
    if change is not None:
        return replace(answer, line=change.line, correction=change.new)
    return answer if found is None else replace(answer, line=found)


def _change(
    case: Any, problem: Any, answer: Diagnosis, right: Mapping[str, np.ndarray],
    line: Line | None, seen: Traced,
) -> Repair | None:
    """The change of the line, or of one near it, that puts every gradient right."""
    theirs = seen.theirs
    if not theirs or len(answer.bugs) > 1 or (case.forward.fault in answer.bugs):
        return None
    own = inspect.unwrap(case.subject.own[-1])
    names = getattr(getattr(own, "__func__", own), "__globals__", {})
    workshop = Workshop(code_of(theirs[-1].file), names)
    code, tolerance = workshop.code, max(case.observed.tolerance, 1e-7)
    ahead = {(m.function, m.first) for m in _forward_made(case, problem, code.file)}
    places = list(dict.fromkeys((m.function, m.first) for m in reversed(theirs)))
    statements = [s for place in places if place not in ahead
                  for s in statements_of(code, *place)]
    if line is not None:
        statements = code.by_distance(statements, line.number)

    def works() -> bool:
        try:
            results = case.calls.backward(problem)
        except CannotRun:
            return False
        return set(results) >= set(right) and all(
            results[n].shape == right[n].shape for n in right
        ) and not wrong_of({n: results[n] for n in right}, right, tolerance)

    budget = min(NAMED if answer.bugs else UNNAMED, LINES // max(seen.lines, 1) + 20)
    words: list[str] = []
    if len(seen.bugs) == 1 and isinstance(case.passes, CellPasses):
        passes = case.passes
        words = list(proposals(passes.book, seen.bugs[0], seen.textbook, theirs, _weights(passes)))
    with case.calls.unheard():
        return repair(workshop, statements, theirs, works, budget, words,
                      line.function if line else "", alone=not answer.bugs)


def _forward_made(case: Any, problem: Any, file: str) -> list[Made]:
    arguments = case.passes.arguments(problem)
    return Tracer(file.__eq__).run(lambda: case.passes.forward(arguments))


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
    if RANGES & set(answer.names):
        return code.loop(theirs[-1].function, theirs[-1].first)
    if "return_in_loop" in answer.names:
        return code.leaves_loop(theirs[-1].function, theirs[-1].first)
    found = None
    last = any(name.startswith(LAST) for name in answer.names)
    if bugs and cell is not None and not last:
        book = cell[0].book
        wrong = _with_their_z(cell[0], _textbook(book, cell[1], bugs))
        right = _with_their_z(cell[0], _textbook(book, cell[1], []))
        seen.textbook, seen.bugs = [*right, *wrong], bugs
        suspects = _suspects(wrong, right)
        found = first_wrong(theirs, suspects, _fine(right), code, _needed(book, bugs))
        inner = {m.name for m in wrong if m.function == "step_back"}
        if looped and found is not None and found[1].split("[")[0] in inner:
            call = _call_before(theirs, found[0])  # its results are wrong: what it was given is
            if call is not None:
                return code.line(call)
    elif last:
        theirs = [m for m in reversed(theirs) if m.variable]
    if found is None:
        found = _tensor_itself(case, problem, place, theirs, code)
    return None if found is None else code_of(found[0].file).line(found[0])


def _call_before(theirs: Sequence[Made], value: Made) -> Made | None:
    """The last call of the step before a value, in the same function."""
    place = next(k for k, m in enumerate(theirs) if m is value)
    for one in reversed(theirs[: place + 1]):
        if one.name.startswith("argument") and one.first == value.first:
            return one
    return None


def _forward_line(
    case: Any, problem: Any, answer: Diagnosis, files: set[str]
) -> Line | None:
    """The line of the forward pass that makes it another one than the textbook's."""
    original, passes = case.forward.original, case.passes
    if original is None or case.forward.fault not in answer.bugs:
        return None
    arguments = passes.arguments(problem)
    theirs = _outside(Tracer(files.__contains__).run(lambda: passes.forward(arguments)))
    wrong, right = (_ahead(book, problem) for book in (passes.book, original))
    if not theirs or not wrong or not right:
        return None
    code = code_of(theirs[-1].file)
    found = first_wrong(theirs, _suspects(wrong, right), _fine(right), code)
    return None if found is None else code.line(found[0])


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
        return problem.last(place.suffix, "c0" in passes.names)
    return problem


def traced(passes: Passes, problem: Any, wanted: Callable[[str], bool]) -> Traced:
    """What the lines of the backward pass make."""
    arguments = passes.arguments(problem)
    outputs, cache = passes.forward(arguments)
    upstream = passes.upstream(problem)
    tracer = Tracer(wanted)
    return Traced(_outside(tracer.run(lambda: passes.backward(cache, upstream))), tracer.lines)


def _outside(values: Sequence[Made]) -> list[Made]:
    """Without what is made inside of comprehensions."""
    return [m for m in values if not m.function.startswith(INSIDE)]


def _textbook(book: Textbook, problem: Any, bugs: Sequence[Bug]) -> list[Made]:
    """What the lines of the textbook make, with these bugs in it."""
    step = compiled(book, "step", [b for b in bugs if b.place == "step"])
    whole = compiled(book, "loop", [b for b in bugs if b.place == "loop"])
    return _outside(Tracer(TEXTBOOK).run(lambda: problem.backward(step, whole)))


def _ahead(book: Textbook, problem: Any) -> list[Made]:
    """What the lines of the textbook's forward pass make."""
    step = book.cell.step
    if not TEXTBOOK(step.__code__.co_filename):
        text = textwrap.dedent(inspect.getsource(step))
        step = made(text, "step", book.cell.__module__)
    ahead = book.ahead
    if ahead is loop.forward:
        ahead = made(inspect.getsource(loop.forward), "forward", loop.__name__)
    cell = type("Cell", (), {"step": staticmethod(step)})

    def run() -> None:
        if problem.whole:
            ahead(cell, problem.x, problem.state, **problem.params)
        else:
            step(problem.x, problem.state, **problem.params)

    return _outside(Tracer(TEXTBOOK).run(run))


def _with_their_z(passes: CellPasses, values: list[Made]) -> list[Made]:
    """The textbook's values as they are where z is the share of the old state: our 1 - z."""
    if passes.reading.update != "keep":
        return values
    gates = passes.book.gates
    found = []
    for one in values:
        value = one.value
        if one.name in ("dz", "da_z"):
            value = -value
        elif value.ndim == 3 and len(value) == len(gates):
            value = value * np.array([-1 if gate == "z" else 1 for gate in gates])[:, None, None]
        found.append(replace(one, value=value))
    return found


def _fine(values: Sequence[Made]) -> list[tuple[str, np.ndarray]]:
    return [(m.name.removeprefix("given "), m.value) for m in values]


def _suspects(wrong: Sequence[Made], right: Sequence[Made]) -> list[Suspect]:
    """The values that are wrong, and their blocks for the gates."""
    pairs, counts = _by_name(right), _by_name(wrong)
    seen: dict[str, int] = {}
    suspects = []
    for one in wrong:
        number = seen[one.name] = seen.get(one.name, -1) + 1
        others = pairs.get(one.name, [])
        if len(others) == len(counts[one.name]):  # the same one of its values
            others = others[number : number + 1]
        others = [o for o in others if o.shape == one.value.shape]
        if one.name.startswith("given ") or _among(one.value, others):
            continue
        suspects.append(Suspect(one.name, one.value))
        if one.value.ndim == 3 and one.function == "step_back":
            suspects += [Suspect(f"{one.name}[{gate}]", block) for gate, block in enumerate(
                one.value) if not _among(block, [o[gate] for o in others])]
    return suspects


def _by_name(values: Sequence[Made]) -> dict[str, list[np.ndarray]]:
    found: dict[str, list[np.ndarray]] = {}
    for one in values:
        found.setdefault(one.name, []).append(one.value)
    return found


def _among(value: np.ndarray, others: Sequence[np.ndarray]) -> bool:
    return any(np.allclose(other, value, rtol=1e-7, atol=1e-12) for other in others)


def _needed(book: Textbook, bugs: Sequence[Bug]) -> set[str]:
    """The names that the textbook's right lines use, beside the expressions that a bug changes."""
    used: set[str] = set()
    for place in {bug.place for bug in bugs}:
        text = source(book, place)
        right, wrong = ({ast.dump(e): e for e in expressions(t)}
                        for t in (text, edited(text, [b for b in bugs if b.place == place])))
        for key in right.keys() & wrong.keys():
            used |= names_of(right[key])
    return used


def _tensor_itself(
    case: Any, problem: Any, place: Place, theirs: list[Made], code: Code
) -> tuple[Made, str] | None:
    """Where the wrong gradient that is returned was made; None if it is one number everywhere."""
    try:
        results = case.calls.backward(problem)
    except CannotRun:
        return None
    value = results.get(place.argument)
    if value is None or np.ptp(value) == 0:
        return None
    right = [(n, a.astype(float)) for n, a in results.items() if n not in place.wrong]
    return first_wrong(theirs, [Suspect(place.argument, value.astype(float))], right, code)


def _weights(passes: CellPasses) -> dict[str, str]:
    """The student's names of the weights, where there is one for x and one for h."""
    return {{"x": "Wx", "h": "Wh"}[w.of]: w.name for w in passes.reading.weights
            if w.of in ("x", "h") and len(w.gates) == len(passes.book.gates)}
