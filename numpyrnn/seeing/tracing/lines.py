"""A function's own lines, run one at a time.

The textbook cells are the source of a trace: their lines are read with `inspect`, and every
statement is executed as it stands, so that a trace cannot show another formula than the one that
ran. A comment such as `# (3)` at the end of a line gives its equation.
"""

from __future__ import annotations

import ast
import inspect
import io
import re
import textwrap
import tokenize
from collections.abc import Callable
from dataclasses import dataclass
from types import CodeType
from typing import Any

from numpyrnn.validation import brief

TAG = re.compile(r"\((\d+)\)")
NUMBERED = re.compile(r"^\s*(\S.*?)\s+\((\d+)\)(?:\s+(.*?))?\s*$", re.M)
Names = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Statement:
    """One line that can run: its tree, its text without the comment, the number of its equation."""

    node: ast.stmt
    text: str
    equation: int | None
    code: CodeType


Returned = tuple[Any, Statement | None]     # what a function returns, and the line that does


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
    """The statements of a function, ready to be run one at a time.

    `tag_follows` says where a line without a number of its own belongs: to the next number (a
    forward pass prepares an equation) or to the last one (a backward pass finishes it).
    Raises TypeError for what is no Python function, ValueError where no source can be read.
    """

    def __init__(self, what: str, function: Any, *, tag_follows: bool):
        inner = getattr(function, "__func__", function)
        if not inspect.isfunction(inner):
            raise TypeError(
                f"{what}: expected a Python function with readable lines, got {brief(function)}; "
                "write it with def"
            )
        try:
            rows, first = inspect.getsourcelines(inner)
            # Empty lines above give every line the number that it has in its file, for tracebacks.
            text = "\n" * (first - 1) + textwrap.dedent("".join(rows))
            (definition,) = ast.parse(text).body
        except (OSError, SyntaxError, ValueError):
            definition = None
        if not isinstance(definition, ast.FunctionDef):
            raise ValueError(
                f"{what}: expected a function whose source can be read, got {inner.__qualname__} "
                "without one; define it with def in a file or in a notebook cell"
            )
        self.what, self.function = what, inner
        self._bound = [function.__self__] if hasattr(function, "__self__") else []
        self._rows = text.splitlines()
        self._comments = _comments(text)
        self._file, self._tag_follows = inner.__code__.co_filename, tag_follows
        self.body = definition.body
        self._tagged = sorted(
            (node.lineno, number)
            for node in ast.walk(definition)
            if isinstance(node, ast.stmt) and not hasattr(node, "body")
            for number in [self._own_tag(node)]
            if number is not None
        )
        self._statements = {
            id(node): self._statement(node)
            for node in ast.walk(definition)
            if isinstance(node, ast.stmt) and node is not definition
        }

    def names(self, *args: Any, **kwargs: Any) -> tuple[Names, Names]:
        """What the function's body can see when called like this, and its arguments by name."""
        try:
            bound = inspect.signature(self.function).bind(*self._bound, *args, **kwargs)
        except TypeError as error:
            raise TypeError(
                f"{self.what}: expected a function that takes "
                f"({', '.join([*('…' for _ in args), *kwargs])}), but {error}; "
                "take the arguments of the textbook cell"
            ) from None
        bound.apply_defaults()
        free = zip(self.function.__code__.co_freevars, self.function.__closure__ or (), strict=True)
        outer = {**self.function.__globals__, **{name: cell.cell_contents for name, cell in free}}
        return {**outer, **bound.arguments}, bound.arguments

    def run(self, names: Names, ran: Callable[[Statement, Names], None]) -> Returned:
        """Run the body in `names`; what it returns, and where.

        `ran` is called after each line, with the names as they were before it.
        """
        return self._block(self.body, names, ran) or (None, None)

    def _block(self, body: list, names: Names, ran: Any) -> Returned | None:
        """What these lines return, and where; None if they go on."""
        for node in body:
            statement = self._statements[id(node)]
            if isinstance(node, ast.Return):
                return (eval(statement.code, names) if node.value else None), statement
            if isinstance(node, ast.If):
                chosen = node.body if eval(statement.code, names) else node.orelse
                if returned := self._block(chosen, names, ran):
                    return returned
            elif _plain_loop(node):
                for item in eval(statement.code, names):
                    names[node.target.id] = item
                    if returned := self._block(node.body, names, ran):
                        return returned
            else:
                before = dict(names)
                exec(statement.code, names)
                ran(statement, before)
        return None

    def _statement(self, node: Any) -> Statement:
        text = "\n".join(
            row.removesuffix(self._comments.get(number, "")).rstrip()
            for number, row in enumerate(self._rows[node.lineno - 1:node.end_lineno], node.lineno)
        )
        part = None
        if isinstance(node, ast.Return):
            part = node.value or ast.copy_location(ast.Constant(None), node)
        elif isinstance(node, ast.If):
            part = node.test
        elif _plain_loop(node):
            part = node.iter
        tree: Any = ast.Module([node], []) if part is None else ast.Expression(part)
        code = compile(tree, self._file, "exec" if part is None else "eval")
        return Statement(node, textwrap.dedent(text).strip(), self._equation(node), code)

    def _own_tag(self, node: ast.stmt) -> int | None:
        rows = range(node.lineno, (node.end_lineno or node.lineno) + 1)
        tags = [tag for row in rows for tag in TAG.findall(self._comments.get(row, ""))]
        return int(tags[-1]) if tags else None

    def _equation(self, node: ast.stmt) -> int | None:
        before = [number for row, number in self._tagged if row <= node.lineno]
        after = [number for row, number in self._tagged if row >= node.lineno]
        nearest = [*after[:1], *before[-1:]] if self._tag_follows else [*before[-1:], *after[:1]]
        return self._own_tag(node) or (nearest[0] if nearest else None)


def _plain_loop(node: ast.stmt) -> bool:
    """A `for` over one name whose lines can be run one by one."""
    leaves = (ast.Break, ast.Continue)
    return (
        isinstance(node, ast.For) and isinstance(node.target, ast.Name) and not node.orelse
        and not any(isinstance(part, leaves) for part in ast.walk(node))
    )


def _comments(text: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return {token.start[0]: token.string for token in tokens if token.type == tokenize.COMMENT}
