"""What a function's own text says: the names it returns, the keys it asks of an argument."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any


def node_of(function: Callable[..., Any]) -> ast.FunctionDef | ast.Lambda | None:
    """The syntax tree of a function; None where its text is not to be had."""
    function = inspect.unwrap(function)
    function = getattr(function, "__func__", function)
    return _node(function) if hasattr(function, "__code__") else None


@lru_cache(maxsize=256)
def _node(function: Any) -> ast.FunctionDef | ast.Lambda | None:
    code = function.__code__
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(code)))
    except (OSError, TypeError, SyntaxError, ValueError, IndentationError):
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == code.co_name:
            return node
        if isinstance(node, ast.Lambda) and code.co_name == "<lambda>":
            return node
    return None


def parameters(function: Callable[..., Any]) -> list[str] | None:
    """The names of the positional parameters that must be given, then those with a default."""
    try:
        found = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return None
    return [p.name for p in found if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]


def required(function: Callable[..., Any]) -> list[str] | None:
    """The names of the positional parameters without a default."""
    try:
        found = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return None
    return [p.name for p in found if p.default is p.empty
            and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]


def sums(function: Callable[..., Any]) -> bool:
    """Whether a sum or a mean stands in it."""
    node = node_of(function)
    return node is None or bool(re.search(r"sum|mean|average", ast.unparse(node)))


def takes_more(function: Callable[..., Any]) -> bool:
    """Whether it takes any number of positional arguments, or Python cannot tell."""
    try:
        found = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return True
    return any(p.kind is p.VAR_POSITIONAL for p in found)


def returned_names(function: Callable[..., Any]) -> list[str] | None:
    """The names in the last return statement: `return dx, dh, *sums` is ["dx", "dh", "*sums"].

    Expressions without a name are "". None for no return of a tuple or name.
    """
    node = node_of(function)
    if node is None:
        return None
    value = node.body if isinstance(node, ast.Lambda) else _last_return(node)
    if value is None:
        return None
    parts = value.elts if isinstance(value, ast.Tuple | ast.List) else [value]
    names = []
    for part in parts:
        many = _names_of_many(part.value, node) if isinstance(part, ast.Starred) else None
        names += [_name(part)] if many is None else many
    return names


def returned_groups(function: Callable[..., Any]) -> list[str | list[str]]:
    """The names in the last return statement, with a list for what is returned as a list:
    `return loss, [dW, db], h` is ["loss", ["dW", "db"], "h"]."""
    node = node_of(function)
    value = _last_return(node) if isinstance(node, ast.FunctionDef) else None
    if isinstance(value, ast.Name):
        value = _assigned(value.id, node) or value
    if value is None:
        return []
    parts = value.elts if isinstance(value, ast.Tuple | ast.List) else [value]
    groups: list[str | list[str]] = []
    for part in parts:
        if isinstance(part, ast.Starred):
            groups += _names_of_many(part.value, node) or [_name(part)]
        elif isinstance(part, ast.Tuple | ast.List | ast.ListComp):
            groups.append(_names_of_many(part, node) or "")
        else:
            groups.append(_name(part))
    return groups


def _assigned(name: str, node: ast.AST | None) -> ast.Tuple | None:
    """The tuple that a name is: `result = loss, dW`."""
    for child in ast.walk(node) if node is not None else ():
        if isinstance(child, ast.Assign) and isinstance(child.value, ast.Tuple) and any(
            isinstance(t, ast.Name) and t.id == name for t in child.targets
        ):
            return child.value
    return None


def _names_of_many(value: ast.expr, node: ast.AST | None, depth: int = 3) -> list[str] | None:
    """The names behind `*grads`, where grads = [np.clip(g, -5, 5) for g in (dWx, dWh)]."""
    if isinstance(value, ast.GeneratorExp | ast.ListComp):
        return _names_of_many(value.generators[0].iter, node, depth)
    if isinstance(value, ast.Tuple | ast.List):
        names = [_name(part) for part in value.elts]
        return names if all(names) else None
    if isinstance(value, ast.Name) and depth and node is not None:
        for child in ast.walk(node):
            if isinstance(child, ast.Assign) and any(
                isinstance(t, ast.Name) and t.id == value.id for t in child.targets
            ):
                found = _names_of_many(child.value, node, depth - 1)
                if found is not None:
                    return found
    return None


def listed_names(function: Callable[..., Any], name: str) -> list[str]:
    """What a list is made of: `grads = [dWx, dWh, db]`; [] where there is no such list."""
    node = node_of(function)
    return _names_of_many(ast.Name(name), node) or [] if node is not None else []


@lru_cache(maxsize=256)
def _last_return(node: ast.FunctionDef) -> ast.expr | None:
    inner: set[int] = set()
    for child in ast.walk(node):
        if child is not node and isinstance(child, ast.FunctionDef | ast.Lambda | ast.ClassDef):
            inner |= {id(part) for part in ast.walk(child)}
    returns = [child for child in ast.walk(node)
               if isinstance(child, ast.Return) and id(child) not in inner]
    return max(returns, key=lambda r: r.lineno).value if returns else None


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Starred):
        return f"*{_name(node.value)}"
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Call):  # np.clip(dWx, -5, 5), dWx.clip(-5, 5)
        of = node.func
        inside = node.args[:1] if isinstance(of, ast.Attribute) and isinstance(
            of.value, ast.Name) and of.value.id in ("np", "numpy") else (
            [of.value] if isinstance(of, ast.Attribute) else [])
        return _name(inside[0]) if inside else ""
    if isinstance(node, ast.BinOp):  # dW / N, dW * 0.5, and not dc * f
        scaled = isinstance(node.op, ast.Div) or (
            isinstance(node.op, ast.Mult) and isinstance(node.right, ast.Constant | ast.BinOp))
        return _name(node.left) if scaled else ""
    if isinstance(node, ast.Subscript):
        if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
            return node.slice.value
        return _name(node.value)
    return ""


def asked_keys(function: Callable[..., Any], name: str, depth: int = 3) -> list[str]:
    """The keys and attributes that a function reads of its argument: `p["Wf"]`, `p.Wf`.

    Functions of the same file that get the argument are looked into too.
    """
    node = node_of(function)
    found: list[str] = []
    words = {name} | {  # other names for it: p = parameters
        target.id for target, value in _assignments(node)
        if isinstance(target, ast.Name) and isinstance(value, ast.Name) and value.id == name
    }
    for child in ast.walk(node) if node is not None else ():
        if isinstance(child, ast.Call):
            if depth:
                found += _asked_by_called(function, child, words, depth)
            continue
        of = getattr(child, "value", None)
        if not (isinstance(of, ast.Name) and of.id in words):
            continue
        if isinstance(child, ast.Attribute):
            found.append(child.attr)
        elif isinstance(child, ast.Subscript) and isinstance(child.slice, ast.Constant) and (
            isinstance(child.slice.value, str)
        ):
            found.append(child.slice.value)
    return [key for key in dict.fromkeys(found) if key not in ("items", "values", "keys", "shape")]


def _assignments(node: ast.AST | None) -> Iterator[tuple[ast.expr, ast.expr]]:
    """(target, value) of every assignment, and of the parts of `a, b = c, d`."""
    for child in ast.walk(node) if node is not None else ():
        if not isinstance(child, ast.Assign):
            continue
        for target in child.targets:
            yield target, child.value
            if isinstance(target, ast.Tuple) and isinstance(child.value, ast.Tuple):
                yield from zip(target.elts, child.value.elts, strict=False)


def _asked_by_called(
    function: Callable[..., Any], call: ast.Call, words: set[str], depth: int
) -> list[str]:
    """The keys that a called function of the same file asks of the argument."""
    space = getattr(inspect.unwrap(function), "__globals__", {})
    if not isinstance(call.func, ast.Name) or not inspect.isfunction(space.get(call.func.id)):
        return []
    inner = space[call.func.id]
    takes = parameters(inner) or []
    found = []
    for place, argument in enumerate(call.args):
        if isinstance(argument, ast.Name) and argument.id in words and place < len(takes):
            found += asked_keys(inner, takes[place], depth - 1)
    return found


def called_by(function: Callable[..., Any]) -> list[Callable[..., Any]]:
    """The functions of the same file that a function calls by their names."""
    space = getattr(inspect.unwrap(function), "__globals__", {})
    node = node_of(function)
    names = dict.fromkeys(
        child.func.id for child in (ast.walk(node) if node is not None else ())
        if isinstance(child, ast.Call) and isinstance(child.func, ast.Name))
    return [space[name] for name in names if inspect.isfunction(space.get(name))]


def unpacked_names(function: Callable[..., Any], name: str) -> list[str] | None:
    """The names into which a function unpacks its argument: `x, h, n, Wx, Wh = cache`."""
    node = node_of(function)
    for child in ast.walk(node) if node is not None else ():
        if isinstance(child, ast.Assign) and isinstance(child.value, ast.Name) and (
            child.value.id == name
        ):
            target = child.targets[0]
            if isinstance(target, ast.Tuple | ast.List):
                return [_name(part) for part in target.elts]
    return None


def is_stub(function: Callable[..., Any]) -> bool:
    """Whether it is not written yet: a docstring, pass, None, or NotImplementedError in the end."""
    node = node_of(function)
    if not isinstance(node, ast.FunctionDef):
        return False
    raises = isinstance(node.body[-1], ast.Raise) and _says_nothing(node.body[-1])
    never = raises and not any(isinstance(part, ast.Return) for part in ast.walk(node))
    return never or all(_says_nothing(part) for part in node.body)


def _says_nothing(part: ast.stmt) -> bool:
    if isinstance(part, ast.Pass | ast.Assert):
        return True
    if isinstance(part, ast.Expr):
        return isinstance(part.value, ast.Constant)
    if isinstance(part, ast.Raise):
        return "NotImplemented" in ast.unparse(part)
    if isinstance(part, ast.Return | ast.Assign):
        value = part.value
        parts = value.elts if isinstance(value, ast.Tuple | ast.List) else [value]
        names = isinstance(part, ast.Return) and all(isinstance(p, ast.Name) for p in parts)
        return names or all(
            p is None or (isinstance(p, ast.Constant) and p.value in (None, Ellipsis))
            for p in parts
        )
    return False
