"""The syntax tree of a function, found by its code."""

from __future__ import annotations

import ast
import types
from functools import lru_cache

from numpyrnn.seeing.formulas.kept import NotUnderstood
from numpyrnn.seeing.formulas.texts import text_of

Definition = ast.FunctionDef | ast.Lambda


def definition(function: types.FunctionType) -> Definition:
    """The definition of a function, by its code: not that of one which it wraps.

    NotUnderstood where the source is not to be had, or lambdas on one line cannot be told apart.
    """
    code = function.__code__
    text = text_of(code, function.__globals__)
    found = [node for node in _definitions(text)
             if _first_line(node) == code.co_firstlineno and _name(node) == code.co_name]
    if len(found) > 1 and hasattr(code, "co_positions"):            # from Python 3.11 on
        places = set(code.co_positions())
        found = [node for node in found if isinstance(node, ast.Lambda) and _place(node) in places]
    if len({ast.dump(node) for node in found}) != 1:
        raise NotUnderstood
    return found[0]


@lru_cache(maxsize=64)
def _definitions(text: str) -> tuple[Definition, ...]:
    try:
        return tuple(node for node in ast.walk(ast.parse(text))
                     if isinstance(node, ast.FunctionDef | ast.Lambda))
    except (SyntaxError, ValueError):
        return ()


def _first_line(node: Definition) -> int:
    return min([node.lineno, *(part.lineno for part in getattr(node, "decorator_list", ()))])


def _name(node: Definition) -> str:
    return node.name if isinstance(node, ast.FunctionDef) else "<lambda>"


def _place(node: ast.Lambda) -> tuple[int | None, ...]:
    body = node.body
    return body.lineno, body.end_lineno, body.col_offset, body.end_col_offset
