"""Scripts of Python 2: what is needed to run their functions, and no more."""

from __future__ import annotations

import ast
import copy
import io
import re
import tokenize
from typing import Any

import numpy as np

NAMES: dict[str, Any] = {"xrange": range, "raw_input": input, "unicode": str, "unichr": chr}
DIVIDED = "divided_as_in_python_2"


def in_python3(text: str) -> str:
    """The text with print statements made calls, in the same lines; as it is where that fails."""
    text = text.expandtabs(8)
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError):
        return text
    lines = text.splitlines(keepends=True)
    marks: list[tuple[tuple[int, int], str]] = []
    begins, inside = True, 0
    for number, token in enumerate(tokens):
        if begins and token.string == "print" and tokens[number + 1].string not in ("(", "="):
            marks.append((token.end, "("))
            inside = len(marks)
        ends = token.type in (tokenize.NEWLINE, tokenize.COMMENT) or token.string == ";"
        if inside and ends:
            marks.append((tokens[number - 1].end, ")"))
            inside = 0
        silent = token.type in (tokenize.INDENT, tokenize.DEDENT, tokenize.NL, tokenize.COMMENT)
        begins = (silent and begins) or token.type == tokenize.NEWLINE or token.string in (";", ":")
    for (row, column), sign in reversed(marks):
        line = lines[row - 1]
        lines[row - 1] = line[:column] + sign + line[column:]
    return "".join(lines)


def names_used(text: str) -> dict[str, Any]:
    """The names of Python 2 that a script calls, and neither imports nor defines."""
    return {n: v for n, v in NAMES.items() if re.search(rf"\b{n}\(", text)
            and not re.search(rf"\bimport\b.*\b{n}\b|\b{n}\s*=[^=]", text)}


def divided(one: Any, other: Any) -> Any:
    """one / other, as Python 2 has it: of two whole numbers the whole part."""
    whole = all(np.asarray(value).dtype.kind in "iu" for value in (one, other))
    return one // other if whole else one / other


class _Divisions(ast.NodeTransformer):
    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        if not isinstance(node.op, ast.Div):
            return node
        call = ast.Call(ast.Name(DIVIDED, ast.Load()), [node.left, node.right], [])
        return ast.copy_location(call, node)


def with_whole_divisions(tree: ast.Module, names: dict[str, Any]) -> ast.Module:
    """A tree in which a division of whole numbers gives a whole number; `names` are its globals."""
    if any(isinstance(node, ast.ImportFrom) and node.module == "__future__"
           and any(alias.name == "division" for alias in node.names) for node in tree.body):
        return tree
    names[DIVIDED] = divided
    return ast.fix_missing_locations(_Divisions().visit(copy.deepcopy(tree)))
