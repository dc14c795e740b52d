"""Functions that a line calls: which of them are stepped into, and what quantities they read."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from types import CodeType, FunctionType
from typing import Any

from numpyrnn.seeing.formulas.lookup import Lookup, NotUnderstood
from numpyrnn.seeing.tracing.lines import Source, definition_of, statements_in

DEEPEST = 4      # functions that call functions
# Functions that are one symbol in a formula, however many lines they have.
SYMBOLS = ("sigm", "logistic", "tanh", "relu", "softmax", "softplus", "softsign", "gelu", "silu")


def plain_function(value: Any) -> FunctionType | None:
    """The Python function behind a method, a partial, a decorated one's outermost; or None."""
    while not isinstance(value, FunctionType):
        if hasattr(value, "__func__"):
            value = value.__func__
        elif hasattr(value, "func") and type(value).__name__ in ("partial", "partialmethod"):
            value = value.func
        elif not isinstance(value, type) and callable(value):
            call = type(value).__call__
            if not isinstance(call, FunctionType):
                return None
            value = call
        else:
            return None
    return value


def codes_of(function: Any) -> set[CodeType]:
    """The code of a function and of all that it wraps (functools.wraps)."""
    codes: set[CodeType] = set()
    inner = plain_function(function)
    while inner is not None and inner.__code__ not in codes:
        codes.add(inner.__code__)
        inner = plain_function(getattr(inner, "__wrapped__", None))
    return codes


def is_stepped_into(source: Source, caller: CodeType) -> bool:
    """Whether the lines of a called function are events too: a function of the same file that
    works in several lines, unless its name is that of one symbol, such as sigmoid.
    """
    code = source.code
    if code.co_filename != caller.co_filename or source.definition is None:
        return False
    if isinstance(source.definition, ast.Lambda) or code.co_name.startswith("<"):
        return False
    if code.co_name.lstrip("_").lower().startswith(SYMBOLS) or code.co_name == "__init__":
        return False
    kinds = ast.Assign | ast.AnnAssign | ast.AugAssign
    return sum(isinstance(node, kinds) for node in statements_in(source.definition.body)) >= 2


def mentioned(tree: ast.AST, lookup: Lookup, depth: int = 0) -> Iterator[tuple[ast.expr, Lookup]]:
    """The names, attributes and items in a line, the longest first where they begin together; and
    those that functions of the student's own read, with what these see.
    """
    kinds = ast.Name | ast.Attribute | ast.Subscript
    own = {n.id for part in ast.walk(tree) if isinstance(part, ast.comprehension)
           for n in ast.walk(part.target) if isinstance(n, ast.Name)}
    nodes = [n for n in ast.walk(tree) if isinstance(n, kinds)
             and not isinstance(getattr(n, "ctx", None), ast.Store | ast.Del)]
    nodes.sort(key=lambda n: (n.lineno, n.col_offset, -(n.end_lineno or 0),
                              -(n.end_col_offset or 0)))
    for node in nodes:
        if not (isinstance(node, ast.Name) and node.id in own):
            yield node, lookup
    if depth >= DEEPEST:
        return
    for call in ast.walk(tree):
        if isinstance(call, ast.Call):
            yield from _read_by(call, lookup, depth)


def _read_by(call: ast.Call, lookup: Lookup, depth: int) -> Iterator[tuple[ast.expr, Lookup]]:
    try:
        function = plain_function(lookup(call.func))
    except NotUnderstood:
        return
    if function is None or (function.__module__ or "").partition(".")[0] in ("numpy", "numpyrnn"):
        return
    _, definition = definition_of(function.__code__)
    if definition is None:
        return
    code = function.__code__
    local = {*code.co_varnames, *code.co_cellvars}
    own = Lookup.of_function(function).names
    inner = Lookup({name: value for name, value in own.items() if name not in local})
    body = definition.body if isinstance(definition.body, list) else [definition.body]
    for part in body:
        for node, seen in mentioned(part, inner, depth + 1):
            if not (seen is inner and _base(node) in local):
                yield node, seen


def _base(node: ast.expr) -> str | None:
    inner: Any = node
    while isinstance(inner, ast.Attribute | ast.Subscript):
        inner = inner.value
    return inner.id if isinstance(inner, ast.Name) else None
