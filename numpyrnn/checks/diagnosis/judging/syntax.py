"""Parts of a syntax tree: what a statement assigns to, reads and calls."""

from __future__ import annotations

import ast
from collections.abc import Iterator

COMPOUND = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.For, ast.While, ast.If,
            ast.With, ast.Try)
PARTS = {"T", "copy", "reshape", "ravel", "split", "hsplit", "vsplit", "array_split", "transpose"}


def last_line(node: ast.stmt) -> int:
    """The last line of a statement, or of the head of a loop."""
    return head_end(node) if isinstance(node, COMPOUND) else node.end_lineno or node.lineno


def head_end(node: ast.stmt) -> int:
    """The last line of the head of a compound statement: for, if, def."""
    body = getattr(node, "body", None)
    return max(node.lineno, body[0].lineno - 1) if body else node.lineno


def targets_of(node: ast.stmt) -> list[ast.expr]:
    """What a statement assigns to."""
    if isinstance(node, ast.Assign):
        return node.targets
    return [node.target] if isinstance(node, ast.AugAssign | ast.AnnAssign) else []


def names_of(node: ast.AST) -> set[str]:
    """The names in an expression."""
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}


def expressions(text: str) -> Iterator[ast.expr]:
    """What the assignments and returns of a text compute, tuples one by one."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.Return) and node.value is not None:
            value = node.value
            if isinstance(value, ast.Call) and value.keywords and not value.args:
                yield from (k.value for k in value.keywords)
            elif isinstance(value, ast.Tuple):
                yield from value.elts
            else:
                yield value


def words_of(node: ast.AST) -> set[str]:
    """The names, attributes and keys that an assignment's target is written to by."""
    return set(_words(node))


def _words(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Attribute):
        yield node.attr
    elif isinstance(node, ast.Subscript):
        if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
            yield node.slice.value
        else:
            yield from _words(node.value)
    elif isinstance(node, ast.Tuple | ast.List | ast.Starred):
        for part in ast.iter_child_nodes(node):
            yield from _words(part)


def root_of(node: ast.AST) -> ast.AST:
    """dz of dz[:H], dz.T, dz.reshape(…) and np.split(dz, 2); else the expression itself."""
    while True:
        if isinstance(node, ast.Subscript | ast.Starred) or (
            isinstance(node, ast.Attribute) and node.attr == "T"
        ):
            node = node.value
        elif isinstance(node, ast.Call) and last_name(node.func) in PARTS:
            owner = node.func.value if isinstance(node.func, ast.Attribute) else node.func
            node = node.args[0] if last_name(owner) in ("np", "numpy") and node.args else owner
        else:
            return node


def last_name(node: ast.AST) -> str:
    """zeros of np.zeros."""
    return getattr(node, "attr", getattr(node, "id", ""))
