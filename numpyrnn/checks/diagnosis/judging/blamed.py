"""The student's own line and the fix in its form, joined to the verdict."""

from __future__ import annotations

import ast
import linecache
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from numpyrnn.checks.diagnosis.bank.edits import Bug
from numpyrnn.checks.diagnosis.bank.textbook import compiled
from numpyrnn.checks.diagnosis.calling.passes import CellPasses, Passes
from numpyrnn.checks.diagnosis.cannot import CannotRun
from numpyrnn.checks.diagnosis.judging.fixes import correction, products, right_expression
from numpyrnn.checks.diagnosis.judging.line import (
    Suspect,
    Values,
    first_wrong,
    line_of,
    loop_line,
    shown_file,
    statement_at,
)
from numpyrnn.checks.diagnosis.judging.place import Place
from numpyrnn.checks.diagnosis.judging.tracing import Made, Tracer
from numpyrnn.checks.diagnosis.report import Diagnosis

# Bugs of the loop's range: no value of the loop's body is wrong.
RANGES = re.compile(r"first_step_missing|last_step_missing|loop_forwards|last_\d+_steps_\w+")
# What is returned in the end is wrong, and it is made by its last line.
RETURNED = ("overwritten", "initial_state_of_step_1")


def blamed(
    case: Any, problem: Any, place: Place, answer: Diagnosis, step_right: bool = False
) -> Diagnosis:
    """The answer with the line that makes the first wrong value, and the fix in its form.

    `step_right`: the step that a sequence is made of is right, so the line is in the loop.
    """
    passes = case.passes
    files = files_of(case.subject.own)
    if not files:
        return answer
    short = _short(passes, problem, place)
    try:
        theirs = traced(passes, short, files.__contains__)
    except CannotRun:
        return answer
    theirs = [m for m in theirs if not m.function.startswith(("<gen", "<list", "<dict"))]
    if step_right or any(bug.place == "loop" for bug in answer.bugs):
        back = case.subject.own[-1]
        own = getattr(getattr(back, "__func__", back), "__name__", "")
        theirs = [m for m in theirs if m.function == own] or theirs  # the loop, not its step
    textbook: list[Made] = []
    wrong: list[Made] = []
    fine: list[np.ndarray] = []
    found = None
    bugs, cell = [], passes.cell(short) if answer.bugs else None
    if cell is not None:
        known = {bug.key: bug for bug in cell[0].book.bugs}
        bugs = [bug for b in answer.bugs if (bug := known.get(b.key, b)).edits]
    if bugs and cell is not None:
        wrong = _with_their_z(cell[0], _textbook(cell[0].book, cell[1], bugs))
        textbook = _with_their_z(cell[0], _textbook(cell[0].book, cell[1], []))
        suspects, fine = _suspects(wrong, textbook)
        text = "".join(linecache.getlines(theirs[0].file)) if theirs else ""
        if any(map(RANGES.fullmatch, answer.names)) and theirs:
            at = loop_line(text, theirs[-1].function, shown_file(theirs[0].file))
            return replace(answer, line=at) if at else answer
        if any(name.startswith(RETURNED) for name in answer.names):
            theirs = [m for m in reversed(theirs) if m.returned is None]
            theirs = [m for m in theirs if m.name == passes.shown(place.argument)] or theirs
        else:
            found = first_wrong(theirs, suspects, fine, text)
        textbook = [*textbook, *wrong]
    if found is None:
        found = _tensor_itself(case, short, place, theirs, fine)
    if found is None:
        return answer
    made, name = found
    text = "".join(linecache.getlines(made.file))
    line = line_of(made, text, shown_file(made.file))
    fix = ""
    if len(bugs) == 1 and isinstance(passes, CellPasses) and _same(bugs[0], passes, made, wrong):
        target = made.name if made.returned is None else ""
        here = [m for m in theirs if m.function == made.function and m.returned is None]
        units_first = any(w.units_first for w in passes.reading.weights)
        fix = correction(passes.book, bugs[0], textbook, here, _weights(passes),
                         products(passes.reading.axes, units_first), target)
    return replace(answer, line=line, correction=fix)


def _same(bug: Bug, passes: CellPasses, theirs: Made, wrong: Sequence[Made]) -> bool:
    """Whether their value is the textbook's variable that the bug makes wrong, and no product of it
    (da_f where the bug is in df): its right expression is theirs too."""
    changed = right_expression(passes.book, bug)
    if changed is None:
        return False
    names = (changed[0], f"grads['{changed[0][1:]}']")
    values = Values([(m.name, m.value) for m in wrong if m.name in names])
    return values.find(theirs.value) is not None


def files_of(own: Sequence[Any]) -> set[str]:
    """The files in which the student's functions stand."""
    codes = [getattr(getattr(f, "__func__", f), "__code__", None) for f in own]
    return {code.co_filename for code in codes if code is not None}


def _short(passes: Passes, problem: Any, place: Place) -> Any:
    """The last steps alone where they show it: fewer values to look through."""
    if place.suffix and passes.form == "sequence" and isinstance(passes, CellPasses):
        return problem.last(place.suffix, passes.memory)
    return problem


def traced(passes: Passes, problem: Any, wanted: Callable[[str], bool]) -> list[Made]:
    """What the lines of the backward pass make."""
    arguments = passes.arguments(problem)
    outputs, cache = passes.forward(arguments)
    upstream = passes.upstream(problem)
    return Tracer(wanted).run(lambda: passes.backward(cache, upstream))


def _textbook(book: Any, problem: Any, bugs: Sequence[Bug]) -> list[Made]:
    """What the lines of the textbook make, with these bugs in it."""
    step = compiled(book, "step", [b for b in bugs if b.place == "step"])
    whole = compiled(book, "loop", [b for b in bugs if b.place == "loop"])
    inside = ("<step_back>", "<backward>").__contains__
    return Tracer(inside).run(lambda: problem.backward(step, whole))


def _with_their_z(passes: CellPasses, made: list[Made]) -> list[Made]:
    """The textbook's values as they are where z is the share of the old state: our 1 - z."""
    if passes.reading.update != "keep":
        return made
    gates = passes.book.gates
    found = []
    for one in made:
        value = one.value
        if one.name in ("dz", "da_z"):
            value = -value
        elif value.ndim == 3 and len(value) == len(gates):
            value = value * np.array([-1 if gate == "z" else 1 for gate in gates])[:, None, None]
        found.append(replace(one, value=value))
    return found


def _suspects(wrong: list[Made], right: list[Made]) -> tuple[list[Suspect], list[np.ndarray]]:
    """The values that are wrong, and those that are right."""
    fine = [made.value for made in right]
    pairs: dict[str, list[np.ndarray]] = {}
    for made in right:
        pairs.setdefault(made.name, []).append(made.value)
    suspects = []
    for made in wrong:
        others = pairs.get(made.name, [])
        if not any(o.shape == made.value.shape and np.allclose(o, made.value, rtol=1e-7, atol=1e-12)
                   for o in others):
            suspects.append(Suspect(made.name, made.value))
    return suspects, fine


def _tensor_itself(
    case: Any, problem: Any, place: Place, theirs: list[Made], fine: list[np.ndarray]
) -> tuple[Made, str] | None:
    """Where the wrong gradient that is returned was made.

    If it is the right value of something else (dc for dc'), it is wrong under its next name.
    """
    try:
        results = case.calls.backward(problem)
    except CannotRun:
        return None
    value = results.get(place.argument)
    if value is None:
        return None
    found = first_wrong(theirs, [Suspect(place.argument, value.astype(float))], [])
    if found is None or Values([("", array) for array in fine]).find(value) is None:
        return found
    tree = ast.parse("".join(linecache.getlines(found[0].file)))
    for later in theirs[theirs.index(found[0]) + 1 :]:
        statement = statement_at(tree, later)
        if isinstance(statement, ast.Assign) and ast.unparse(statement.value) == found[0].name:
            return later, found[1]
    return found


def _weights(passes: CellPasses) -> dict[str, str]:
    """The student's names of the weights, where there is one for x and one for h."""
    return {{"x": "Wx", "h": "Wh"}[w.of]: w.name for w in passes.reading.weights
            if w.of in ("x", "h") and len(w.gates) == len(passes.book.gates)}
