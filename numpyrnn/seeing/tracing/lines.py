"""The source of a function: its statements by line, and the equation that a line belongs to.

Nothing here runs. The function itself is what runs (watch.py); its source explains what happened.
A comment such as `# (3)` at the end of a line gives the line's equation.
"""

from __future__ import annotations

import ast
import inspect
import io
import re
import textwrap
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from types import CodeType
from typing import Any

from numpyrnn.seeing.formulas.texts import text_of

TAG = re.compile(r"\((\d+)\)")
NUMBERED = re.compile(r"^\s*(\S.*?)\s+\((\d+)\)(?:\s+(.*?))?\s*$", re.M)
Place = tuple[int, int]                 # line and column, as ast counts them
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@dataclass(frozen=True, eq=False)
class Statement:
    """One line that can run: its tree, its text without the comment, the number of its equation."""

    node: ast.stmt
    text: str
    equation: int | None

    @cached_property
    def paths(self) -> list[ast.expr]:
        """The names, attributes and items that it mentions, without the statements inside it."""
        kinds = ast.Name | ast.Attribute | ast.Subscript
        heads = [*heads_of(self.node), *([self.sum] if self.sum else [])]
        return [part for head in heads for part in ast.walk(head) if isinstance(part, kinds)]

    @cached_property
    def sum(self) -> ast.expr | None:
        """h + x of `h += x`."""
        if not isinstance(self.node, ast.AugAssign):
            return None
        left: Any = ast.parse(ast.unparse(self.node.target), mode="eval").body
        both = ast.BinOp(left, self.node.op, self.node.value)
        return ast.fix_missing_locations(ast.copy_location(both, self.node))


@dataclass(frozen=True)
class Equation:
    """A numbered line of a class docstring."""

    number: int
    text: str
    note: str


def equations(cell: Any) -> tuple[Equation, ...]:
    """The numbered equations in the docstring of a cell, word for word."""
    numbered = NUMBERED.findall(inspect.cleandoc(getattr(cell, "__doc__", None) or ""))
    return tuple(Equation(int(number), text, note) for text, number, note in numbered)


class Source:
    """The statements of a function, by the numbers of their lines in its file.

    `definition` is None where no source can be read: then every line is its number alone.
    `tag_follows` says where a line without a number of its own belongs: to the next number (a
    forward pass prepares an equation) or to the last one (a backward pass finishes it).
    """

    def __init__(self, code: CodeType, *, tag_follows: bool = True):
        self.code, self._tag_follows = code, tag_follows
        text, self.definition = definition_of(code)
        self._rows = text.splitlines()
        self._comments = comments(text)
        self._by_line: dict[int, list[Statement]] = {}
        self._tagged: list[tuple[int, int]] = []
        self._places: list[Any] = []
        self.shares_lines = False
        if self.definition is None:
            return
        if isinstance(self.definition, ast.Lambda):
            result = ast.copy_location(ast.Return(self.definition.body), self.definition.body)
            self._add(result)
            return
        statements = list(statements_in(self.definition.body))
        statements += [head for node in statements for head in _heads_inside(node)]
        self._tagged = sorted((node.lineno, tag) for node in statements
                              if not hasattr(node, "body") and (tag := self._own_tag(node)))
        for node in statements:
            self._add(node)
        shared = any(len(several) > 1 for several in self._by_line.values())
        if shared and hasattr(code, "co_positions"):            # from Python 3.11 on
            self._places, self.shares_lines = list(code.co_positions()), True

    def within(self, line: int, instruction: int) -> list[Statement]:
        """Of several statements on a line the one that an instruction belongs to."""
        statements = self.at(line)
        if len(statements) < 2:
            return []
        row, _, column, _ = self._places[instruction // 2]
        if row is None or column is None:
            return []
        inside = [s for s in statements if place_of(s.node) <= (row, column) < _ends(s.node)]
        return inside[-1:]

    def at(self, line: int) -> list[Statement]:
        """The statements of a line, the outermost first; a line inside one belongs to it."""
        if line not in self._by_line and self.definition is None:
            row = self._rows[line - 1].strip() if line <= len(self._rows) else ""
            text = row or f"line {line}"
            node = ast.copy_location(ast.Pass(), ast.Constant(0, lineno=line, col_offset=0))
            self._by_line[line] = [Statement(node, text, None)]
        return self._by_line.get(line, [])

    def _add(self, node: ast.stmt) -> None:
        statement = Statement(node, self._text(node), self._equation(node))
        for line in range(node.lineno, _head_ends(node) + 1):
            self._by_line.setdefault(line, []).append(statement)

    def _text(self, node: ast.stmt) -> str:
        before = self._rows[node.lineno - 1].encode()[:node.col_offset]
        after = self._rows[(node.end_lineno or 1) - 1].encode()[node.end_col_offset:]
        if before.strip() or after.strip().startswith(b";"):    # it shares its row with another
            return ast.get_source_segment("\n".join(self._rows), node) or ""
        rows = self._rows[node.lineno - 1:node.end_lineno]
        text = "\n".join(
            row.removesuffix(self._comments.get(number, "")).rstrip()
            for number, row in enumerate(rows, node.lineno)
        )
        return textwrap.dedent(text).strip()

    def _own_tag(self, node: ast.stmt) -> int | None:
        rows = range(node.lineno, (node.end_lineno or node.lineno) + 1)
        tags = [tag for row in rows for tag in TAG.findall(self._comments.get(row, ""))]
        return int(tags[-1]) if tags else None

    def _equation(self, node: ast.stmt) -> int | None:
        before = [number for row, number in self._tagged if row <= node.lineno]
        after = [number for row, number in self._tagged if row >= node.lineno]
        nearest = [*after[:1], *before[-1:]] if self._tag_follows else [*before[-1:], *after[:1]]
        return self._own_tag(node) or (nearest[0] if nearest else None)


def statements_in(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """All statements of a body, those of its branches and loops too; not of functions inside."""
    for node in body:
        yield node
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        for _, value in ast.iter_fields(node):
            parts = value if isinstance(value, list) else []
            yield from statements_in([part for part in parts if isinstance(part, ast.stmt)])
            for part in parts:
                if isinstance(part, ast.ExceptHandler | ast.match_case):
                    yield from statements_in(part.body)


def _heads_inside(node: ast.stmt) -> Iterator[ast.stmt]:
    """The lines `case …:` and `except …:`, which run too, and may give names their values."""
    for branch in [*getattr(node, "cases", ()), *getattr(node, "handlers", ())]:
        place = getattr(branch, "pattern", branch)
        head = ast.copy_location(ast.Pass(), place)
        head.end_lineno = max(place.lineno, branch.body[0].lineno - 1)
        yield head


def definition_of(code: CodeType) -> tuple[str, Definition | None]:
    """The text of the file of a function, and its definition there; None if it cannot be read."""
    text = text_of(code)
    tree = _parsed(text)
    found: list[Definition] = []
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = [node.lineno, *(part.lineno for part in node.decorator_list)]
            if node.name == code.co_name and min(lines) == code.co_firstlineno:
                return text, node
        elif isinstance(node, ast.Lambda) and code.co_name == "<lambda>":
            found += [node] if node.lineno == code.co_firstlineno else []
    if len(found) > 1 and hasattr(code, "co_positions"):        # several on a line: by their place
        places = set(code.co_positions())
        found = [node for node in found if (node.body.lineno, node.body.end_lineno,  # type: ignore
                 node.body.col_offset, node.body.end_col_offset) in places]     # type: ignore
    return text, found[0] if len(found) == 1 else None


@lru_cache(maxsize=64)
def _parsed(text: str) -> ast.Module | None:
    try:
        return ast.parse(text) if text else None
    except (SyntaxError, ValueError, RecursionError):
        return None


def heads_of(node: ast.stmt) -> Iterator[ast.AST]:
    """The expressions of a statement itself, without the statements inside it."""
    for _, value in ast.iter_fields(node):
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, ast.expr | ast.withitem):
                yield part


def place_of(node: Any) -> Place:
    """Where a statement begins."""
    return int(node.lineno), int(node.col_offset)


def _ends(node: Any) -> Place:
    return int(node.end_lineno), int(node.end_col_offset)


def _head_ends(node: Any) -> int:
    """The last line of a statement, without the lines of the body that it may have."""
    if isinstance(node, ast.Match):
        return int(node.subject.end_lineno or node.lineno)
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return int(node.lineno)
    body = getattr(node, "body", None)
    if not body:
        return int(node.end_lineno)
    return max(int(node.lineno), int(body[0].lineno) - 1)


@lru_cache(maxsize=64)
def comments(text: str) -> dict[int, str]:
    """The comments of a text, by line; what is no Python has none."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError):
        return {}
    return {token.start[0]: token.string for token in tokens if token.type == tokenize.COMMENT}
