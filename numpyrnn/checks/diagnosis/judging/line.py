"""The student's own line: where a wrong value is made first.

The textbook with the named bug is run beside the student's code. The first value of his that is
one of its wrong ones, in whatever layout, tells the line. Without a name, the wrong gradient itself
is looked for.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from numpyrnn.checks.diagnosis.judging.tracing import Made
from numpyrnn.checks.diagnosis.report import Line

CLOSE = 1e-7


@dataclass(frozen=True)
class Suspect:
    """A wrong value, and the name that it has in the textbook."""

    name: str
    wrong: np.ndarray


class Values:
    """Values that are compared without regard to their layout."""

    def __init__(self, arrays: Sequence[tuple[str, np.ndarray]]):
        self.by_size: dict[int, list[tuple[str, np.ndarray]]] = {}
        for name, array in arrays:
            self.by_size.setdefault(array.size, []).append((name, np.sort(array.ravel())))

    def find(self, array: np.ndarray) -> str | None:
        """The name of a value that this is."""
        same = self.by_size.get(array.size)
        if not same or not np.all(np.isfinite(array)):
            return None
        flat = np.sort(array.ravel())
        for name, other in same:
            room = CLOSE * (1e-9 + float(np.abs(other).max()))
            if np.all(np.abs(flat - other) <= room):
                return name
        return None


def first_wrong(
    made: Sequence[Made], suspects: Sequence[Suspect], right: Sequence[np.ndarray],
    text: str = "",
) -> tuple[Made, str] | None:
    """The first value that is a suspect's, and the name of that one in the textbook.

    A value that is also a right one of another name (da where it is dh, because the slope is
    missing) counts if the first wrong line is made of it; `text` is the file.
    """
    wrong = Values([(s.name, s.wrong) for s in suspects])
    fine = Values([("", array) for array in right])
    for place, value in enumerate(made):
        name = wrong.find(value.value)
        if name is not None and fine.find(value.value) is None:
            return _before(made[:place], value, wrong, text) or (value, name)
    return None


def _before(
    made: Sequence[Made], value: Made, wrong: Values, text: str
) -> tuple[Made, str] | None:
    """The value that the line of `value` is made of, if that is a suspect already."""
    used = _names_used(text, value)
    latest: dict[str, Made] = {}
    for one in reversed(made):  # the last value of each name
        if one.function == value.function and one.name.split("[")[0].split(".")[0] in used:
            latest.setdefault(one.name, one)
    for source in latest.values():
        name = wrong.find(source.value)
        if name is not None and source.line != value.line and source.returned is None:
            return source, name
    return None


def _names_used(text: str, value: Made) -> set[str]:
    """The names in the line that made a value."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return set()
    statement = statement_at(tree, value)
    return set() if statement is None else {
        n.id for n in ast.walk(statement)
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}


def loop_line(text: str, function: str, file: str) -> Line | None:
    """The last loop of a function: that over time, in a backward pass."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == function:
            loops: list[ast.For | ast.While] = [
                n for n in ast.walk(node) if isinstance(n, ast.For | ast.While)]
            loops = [n for n in loops if isinstance(n, ast.For) and any(
                word in ast.unparse(n.iter) for word in ("reversed", "-1"))] or loops
            if loops:
                last = max(loops, key=lambda n: len(ast.dump(n)))
                said = text.splitlines()[last.lineno - 1].strip()
                return Line(file, last.lineno, said, function)
    return None


def line_of(made: Made, text: str, file: str) -> Line:
    """The line in the student's file that made a value: its statement, or a part of its return."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return Line(file, made.line, "", made.function)
    best = statement_at(tree, made)
    if best is None:
        lines = text.splitlines()
        said = lines[made.line - 1].strip() if 0 < made.line <= len(lines) else ""
        return Line(file, made.line, said, made.function)
    part: ast.AST = best
    which = made.returned
    if isinstance(best, ast.Return) and isinstance(best.value, ast.Tuple) and which is not None:
        part = best.value.elts[min(which, len(best.value.elts) - 1)]
    said = " ".join((ast.get_source_segment(text, part) or "").split())
    return Line(file, getattr(part, "lineno", made.line), said, made.function)


def statement_at(tree: ast.Module, made: Made) -> ast.stmt | None:
    """The statement that made a value."""
    best: ast.stmt | None = None
    for node in ast.walk(tree):
        if not isinstance(node, ast.stmt) or isinstance(
            node, ast.FunctionDef | ast.ClassDef | ast.For | ast.While | ast.If | ast.With | ast.Try
        ):
            continue
        end = node.end_lineno or node.lineno
        if node.lineno <= made.line <= end and _better(node, best, made):
            best = node
    return best


def _better(node: ast.stmt, best: ast.stmt | None, made: Made) -> bool:
    """Of several statements in a line, the one that makes the value."""
    if best is None:
        return True
    if made.returned is not None:
        return isinstance(node, ast.Return)
    return _assigns(node, made.name) and not _assigns(best, made.name)


def _assigns(node: ast.stmt, name: str) -> bool:
    targets: list[ast.expr] = []
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, ast.AugAssign | ast.AnnAssign):
        targets = [node.target]
    words = {n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)}
    return name.split("[")[0].split(".")[0] in words


def shown_file(path: str) -> str:
    """The name to show for a code object's file."""
    if path.startswith("<") or "ipykernel_" in path:  # a cell of a notebook
        return path.strip("<>") if path.startswith("<") else "your cell"
    return Path(path).name
