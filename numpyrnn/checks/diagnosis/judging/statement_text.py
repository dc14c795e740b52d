"""A statement of the student's as text, and how a part of it is replaced."""

from __future__ import annotations

import ast
from typing import NamedTuple

RANKS = ((ast.Add, ast.Sub), (ast.Mult, ast.Div, ast.MatMult, ast.Mod, ast.FloorDiv), (ast.Pow,))


class Edit(NamedTuple):
    """The bytes start … stop of a file, to be replaced by `new`."""

    start: int
    stop: int
    new: str


class StatementText:
    """A statement in the bytes of its file, and the edits of its parts."""

    def __init__(self, text: str, node: ast.stmt):
        self.node = node
        self._bytes = text.encode()
        self._starts = [0]
        for line in self._bytes.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))
        self._parents = {child: parent for parent in ast.walk(node)
                         for child in ast.iter_child_nodes(parent)}

    def after(self, edit: Edit) -> str:
        """The statement, or the head of the loop, as it is after the edit, on one line."""
        start = self._starts[self.node.lineno - 1] + self.node.col_offset
        if isinstance(self.node, ast.For):
            first = self.node.body[0]
            stop = self._starts[first.lineno - 1]
            if first.lineno == self.node.lineno:
                stop += first.col_offset
        else:
            stop = self.span(self.node)[1]
        new = self._bytes[start : edit.start] + edit.new.encode() + self._bytes[edit.stop : stop]
        return " ".join(new.decode().split())

    def span(self, node: ast.AST) -> tuple[int, int]:
        assert isinstance(node, ast.expr | ast.stmt)
        return (self._starts[node.lineno - 1] + node.col_offset,
                self._starts[(node.end_lineno or 1) - 1] + (node.end_col_offset or 0))

    def text_of(self, node: ast.AST) -> str:
        start, stop = self.span(node)
        return self._bytes[start:stop].decode()

    def held(self, node: ast.expr) -> str:
        """The text as a factor: in brackets where it is a sum or a product."""
        text = self.text_of(node)
        return f"({text})" if isinstance(node, ast.BinOp | ast.UnaryOp | ast.IfExp) else text

    def replaced(self, node: ast.expr, new: str) -> Edit:
        """The edit with brackets around it where the place needs them."""
        start, stop = self.span(node)
        loose = self._rank(new) < self._needed(node)
        if self._bytes[start - 1 : start] == b"(" and self._bytes[stop : stop + 1] == b")":
            before = self._bytes[start - 2 : start - 1].decode(errors="ignore")
            if not loose and isinstance(self._parents.get(node), ast.BinOp) and not (
                before.isalnum() or before in "_)]"
            ):
                start, stop = start - 1, stop + 1
        elif loose:
            new = f"({new})"
        return Edit(start, stop, new)

    def exchanged(
        self, left: ast.expr, right: ast.expr, first: str, second: str, node: ast.AST
    ) -> Edit:
        """`second` in the place of `left`, `first` in that of `right`."""
        (a, b), (c, d) = self.span(left), self.span(right)
        return Edit(a, d, second + self._bytes[b:c].decode() + first)

    @staticmethod
    def _rank(text: str) -> int:
        try:
            node = ast.parse(text.strip(), mode="eval").body
        except SyntaxError:
            return 9
        if isinstance(node, ast.BinOp):
            return next(k for k, ops in enumerate(RANKS) if isinstance(node.op, ops))
        return 2 if isinstance(node, ast.UnaryOp) else 0 if isinstance(node, ast.IfExp) else 9

    def _needed(self, node: ast.expr) -> int:
        """How tightly the text has to hold together in the place of a node."""
        parent = self._parents.get(node)
        if isinstance(parent, ast.BinOp):
            rank = next(k for k, ops in enumerate(RANKS) if isinstance(parent.op, ops))
            return rank + (parent.right is node or rank == 2)
        if isinstance(parent, ast.UnaryOp):
            return 2
        if isinstance(parent, ast.Attribute) or (
            isinstance(parent, ast.Subscript | ast.Call) and node in (
                getattr(parent, "value", None), getattr(parent, "func", None))
        ):
            return 9
        return 0
