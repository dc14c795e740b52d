"""The student's own source with one small change that puts every gradient right.

Each change is compiled into his functions and run, so what is said here has been tried. It is a
second witness of the line, and names the fix of mistakes that the bank does not know.
"""

from __future__ import annotations

import ast
import inspect
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Any

from numpyrnn.checks.diagnosis.judging.statement_text import Edit
from numpyrnn.checks.diagnosis.judging.statements import Code
from numpyrnn.checks.diagnosis.judging.tracing import Made
from numpyrnn.checks.diagnosis.judging.tried_edits import Edits
from numpyrnn.checks.diagnosis.report import Line

SECONDS = 2.0  # of the processor, for all that is tried: slow code must not use up its time here
Key = tuple[str, int]


@dataclass(frozen=True)
class Repair:
    """A change that puts every gradient right: the line, and what belongs there; "" for nothing."""

    line: Line
    new: str


class Workshop:
    """The functions of a file, in which another code can run for a while."""

    def __init__(self, code: Code, names: Mapping[str, Any]):
        self.code, self.functions = code, dict(_functions(code.file, names))

    @contextmanager
    def edited(self, edit: Edit) -> Iterator[None]:
        """The functions as they are with an edit in the file. Raises ValueError or SyntaxError."""
        text = self.code.text.encode()
        changed = text[: edit.start] + edit.new.encode() + text[edit.stop :]
        line = text.count(b"\n", 0, edit.start) + 1
        top = next(n for n in self.code.tree.body if _begins(n) <= line <= (n.end_lineno or 0))
        lines = changed.decode().splitlines()[: top.end_lineno]
        part = "\n" * (_begins(top) - 1) + "\n".join(lines[_begins(top) - 1 :])
        compiled = compile(part, self.code.file, "exec", dont_inherit=True)
        codes = {key: code for key, code in _codes(compiled) if code is not None}
        before = {key: function.__code__ for key, function in self.functions.items()}
        try:
            for key, function in self.functions.items():
                function.__code__ = codes.get(key) or before[key]
            yield
        finally:
            for key, function in self.functions.items():
                function.__code__ = before[key]


def repair(
    workshop: Workshop, statements: Sequence[ast.stmt], made: Sequence[Made],
    works: Callable[[], bool], budget: int, proposals: Sequence[str] = (),
    function: str = "", alone: bool = False,
) -> Repair | None:
    """The first change of one of the statements with which `works` is true.

    `proposals` are right sides for the first statement, tried before the last of its edits.
    `alone`: only a change whose line is the only one that can be changed so.
    """
    code, ended = workshop.code, time.process_time() + SECONDS
    found: Repair | None = None
    for number, statement in enumerate(statements):
        shapes = shapes_in(code, statement, made)
        edits = Edits(code.text, statement, shapes, proposals if number == 0 else ())
        for edit in edits:
            if budget <= 0 or time.process_time() > ended:
                return None if alone else found
            budget -= 1
            if not _works(workshop, edit, works):
                continue
            if found is not None:
                return None  # another line would do as well: neither is sure
            target, _, value = (new := edits.after(edit)).partition(" = ")
            found = Repair(code.shown(statement, function), "" if target == value else new)
            if not alone:
                return found
            break
    return found


def _works(workshop: Workshop, edit: Edit, works: Callable[[], bool]) -> bool:
    with suppress(ValueError, SyntaxError), workshop.edited(edit):
        return works()
    return False


def statements_of(code: Code, function: str, first: int) -> list[ast.stmt]:
    """The simple statements and the loops of a function that may be changed: not those on which a
    while loop's end depends."""
    node = code.function(function, first)
    if node is None:
        return []
    whiles = [n for n in ast.walk(node) if isinstance(n, ast.While)]
    fixed = {n.id for w in whiles for n in ast.walk(w.test) if isinstance(n, ast.Name)}
    found: list[ast.stmt] = []
    for n in ast.walk(node):
        if not isinstance(n, ast.Assign | ast.AugAssign | ast.Return | ast.For | ast.Expr) or (
            isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant)
        ):
            continue
        stored = {m.id for m in ast.walk(n) if isinstance(m, ast.Name)
                  and isinstance(m.ctx, ast.Store)}
        if not stored & fixed:
            found.append(n)
    return sorted(found, key=lambda n: (n.lineno, n.col_offset))


def shapes_in(code: Code, statement: ast.stmt, made: Sequence[Made]) -> dict[str, tuple[int, ...]]:
    """The shapes of the arrays that the function of a statement knows by a short name."""
    functions = [n for n in ast.walk(code.tree) if isinstance(n, ast.FunctionDef)
                 and n.lineno <= statement.lineno <= (n.end_lineno or 0)]
    if not functions:
        return {}
    inner = max(functions, key=lambda n: n.lineno)
    first = _begins(inner)
    read = {ast.unparse(n): ast.get_source_segment(code.text, n) or "" for n in ast.walk(inner)
            if isinstance(n, ast.Subscript | ast.Attribute)}
    found: dict[str, tuple[int, ...]] = {}
    for one in made:
        name = one.name.removeprefix("given ")
        if one.first == first and one.function == inner.name and one.value.ndim and (
            name.isidentifier() or name in read
        ):
            found[read.get(name, name)] = one.value.shape
    return found


def _begins(node: ast.stmt) -> int:
    """The first line of a statement, that of its decorators included."""
    return min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])


def _functions(file: str, names: Mapping[str, Any]) -> Iterator[tuple[Key, FunctionType]]:
    """The functions of a file by name and first line; of two in one line, none."""
    found: dict[Key, list[FunctionType]] = {}
    for value in list(names.values()):
        parts = list(vars(value).values()) if isinstance(value, type) else [value]
        for part in parts:
            with suppress(Exception):  # an object of any kind may answer in any way
                part = inspect.unwrap(getattr(part, "__func__", part))
                if isinstance(part, FunctionType) and part.__code__.co_filename == file:
                    key = part.__code__.co_name, part.__code__.co_firstlineno
                    if part not in found.setdefault(key, []):
                        found[key].append(part)
    return ((key, parts[0]) for key, parts in found.items() if len(parts) == 1)


def _codes(code: CodeType) -> Iterator[tuple[Key, CodeType | None]]:
    """The code objects in a code by name and first line; None for two in one line."""
    known: set[Key] = set()
    stack = [code]
    while stack:
        for part in stack.pop().co_consts:
            if isinstance(part, CodeType):
                key = part.co_name, part.co_firstlineno
                yield key, None if key in known else part
                known.add(key)
                stack.append(part)
