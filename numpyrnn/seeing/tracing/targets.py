"""What a line gives a value to: names, attributes and items, each with its expression."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from numpyrnn.seeing.formulas.lookup import Lookup, NotUnderstood, item
from numpyrnn.seeing.formulas.read import Reader
from numpyrnn.seeing.formulas.tree import Tree
from numpyrnn.seeing.tracing.before import fields_of, is_own_class, is_plain, text_of
from numpyrnn.seeing.tracing.lines import Statement, heads_of
from numpyrnn.seeing.tracing.memory import is_known_kind

DEEPEST = 3      # containers inside containers that are looked into
LONGEST = 1024   # items of a container that are
ENDS = {"append": (-1, 0), "appendleft": (0, 0)}


@dataclass
class Assignment:
    """A target, its new value, the expression of it, and which block of the expression, if one.

    changed   numbers were written into an array that is older than the line
    whole     the array that the target is a piece of: h of h[t]
    target    where numbers were written that are no piece: h[h < 0]; `expr` is what was written
    """

    name: str
    value: Any
    expr: ast.expr | None = None
    block: int | None = None
    changed: bool = False
    whole: np.ndarray | None = None
    target: ast.Subscript | None = None

    def read_by(self, reader: Reader) -> Tree:
        """The formula of the value; raises NotUnderstood."""
        if self.expr is None:
            raise NotUnderstood
        if self.target is not None:
            return reader.write(self.target, self.expr, self.block)
        tree = reader.read(self.expr, self.block)
        return tree if self.whole is None else reader.make.spread(tree, np.shape(self.value))


class Targets:
    """The assignments of statements that have run; `after` looks at the names after them."""

    def __init__(self, after: Lookup, parameters: set[str]):
        self.after, self.parameters = after, parameters

    def of(self, statement: Statement) -> Iterator[Assignment]:
        """In their order. What is not here may have changed all the same."""
        node = statement.node
        for part in heads_of(node):
            for inside in ast.walk(part):
                if isinstance(inside, ast.NamedExpr):
                    yield from self.results(inside.target, inside.value)
        if isinstance(node, ast.Assign):
            for target in node.targets:
                yield from self.results(target, node.value)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            yield from self.results(node.target, node.value)
        elif isinstance(node, ast.AugAssign):
            if isinstance(node.value, ast.List) and isinstance(self._value(node.target), list):
                yield from self._put_at_the_end(node.target, node.value.elts)
                return
            for result in self.results(node.target, statement.sum):
                same = result.name == text_of(node.target)
                result.changed |= same and isinstance(result.value, np.ndarray)
                yield result
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            yield from self._written(node.value)
            yield from self._put(node.value)
        elif isinstance(node, ast.With):
            for item in node.items:
                if item.optional_vars is not None:
                    yield from self.results(item.optional_vars, None)

    def results(
        self, target: ast.expr, expr: ast.expr | None, block: int | None = None
    ) -> Iterator[Assignment]:
        """Each name that an assignment gives a value to."""
        if isinstance(target, ast.Tuple | ast.List):
            yield from self._unpacked(target.elts, expr)
        elif isinstance(target, ast.Subscript):
            yield from self._item(target, expr, block)
        else:
            value = self._value(target)
            yield from self._given(text_of(target), value, expr, block)
            written = out_of(expr, self.after)
            if written is not None and text_of(written) != text_of(target):
                yield from self._written(expr)          # type: ignore[arg-type]

    def _unpacked(self, parts: list[ast.expr], expr: ast.expr | None) -> Iterator[Assignment]:
        pairs = isinstance(expr, ast.Tuple | ast.List) and len(expr.elts) == len(parts)
        starred = [k for k, part in enumerate(parts) if isinstance(part, ast.Starred)]
        if starred:
            yield from self._starred(parts, expr, starred[0])
            return
        for k, part in enumerate(parts):
            if pairs:
                yield from self.results(part, expr.elts[k])     # type: ignore[union-attr]
            elif isinstance(part, ast.Tuple | ast.List):
                yield from self.results(part, None)
            else:
                yield from self.results(part, expr, k)

    def _starred(
        self, parts: list[ast.expr], expr: ast.expr | None, at: int
    ) -> Iterator[Assignment]:
        """first, *rest, last = …: the list `rest` holds whatever the others do not."""
        middle = parts[at].value                                # type: ignore[attr-defined]
        items = self._value(middle)
        count = len(items) if isinstance(items, list) else 0
        for k, part in enumerate(parts):
            if k != at:
                yield from self.results(part, expr, k if k < at else k + count - 1)
        for k in range(count):
            yield Assignment(f"{text_of(middle)}[{k}]", items[k], expr, at + k)

    def _written(self, call: ast.Call) -> Iterator[Assignment]:
        """np.tanh(a, out=h), np.copyto(h, a): the call's result is written into an array."""
        target = out_of(call, self.after)
        if target is None:
            return
        name = getattr(call.func, "attr", "")
        expr: ast.expr = call.args[1] if name == "copyto" else call
        targets = target.elts if isinstance(target, ast.Tuple) else [target]
        for k, part in enumerate(targets):
            block = k if len(targets) > 1 else None
            for result in self.results(part, expr, block):
                result.changed = True
                yield result

    def _put(self, call: ast.Call) -> Iterator[Assignment]:
        """hs.append(h), setattr(self, "h", h): an item or an attribute of what is there already."""
        function, args = call.func, call.args
        if isinstance(function, ast.Attribute) and function.attr == "extend" and isinstance(
            args[0] if args else None, ast.List | ast.Tuple
        ):
            yield from self._put_at_the_end(function.value, args[0].elts)   # type: ignore
        if isinstance(function, ast.Attribute) and function.attr in ENDS and args:
            container, (at, place) = self._value(function.value), ENDS[function.attr]
            if isinstance(container, list | deque) and len(args) > place and container:
                name = f"{text_of(function.value)}[{at}]"
                yield from self._given(name, container[at], args[place], None)
        elif isinstance(function, ast.Name) and function.id == "setattr" and len(args) == 3:
            field = self._value(args[1])
            if isinstance(field, str):
                target = ast.Attribute(args[0], field, ast.Load())
                yield from self.results(target, args[2])

    def _put_at_the_end(
        self, target: ast.expr, parts: list[ast.expr]
    ) -> Iterator[Assignment]:
        """hs += [h], hs.extend([h])"""
        container = self._value(target)
        if isinstance(container, list | deque) and len(container) >= len(parts):
            for k, part in zip(range(-len(parts), 0), parts, strict=True):
                yield from self._given(f"{text_of(target)}[{k}]", container[k], part, None)

    def _item(
        self, target: ast.Subscript, expr: ast.expr | None, block: int | None
    ) -> Iterator[Assignment]:
        whole, name = self._value(target.value), text_of(target)
        if not isinstance(whole, np.ndarray):
            yield from self._given(name, self._value(target), expr, block)
            return
        piece = piece_of(self.after, target)
        if piece is None:
            yield Assignment(text_of(target.value), whole, expr, block, True, target=target)
        else:
            yield Assignment(name, piece, expr, block, changed=True, whole=whole)

    def _given(
        self, name: str, value: Any, expr: ast.expr | None, block: int | None
    ) -> Iterator[Assignment]:
        """A dict of gradients counts as one result for each of its keys: dW_xh for W_xh."""
        if isinstance(value, dict) and value and value.keys() <= self.parameters:
            inside = dict_items(expr)
            for key, array in value.items():
                yield Assignment(f"d{key}", array, inside.get(key))
            return
        yield Assignment(name, value, expr, block)

    def _value(self, expr: ast.expr) -> Any:
        try:
            return self.after(expr)
        except NotUnderstood:
            return None


def piece_of(lookup: Lookup, expr: ast.Subscript) -> np.ndarray | None:
    """The part of an array that an index names, as a view, a single number too; else None."""
    try:
        whole, index = lookup(expr.value), lookup(expr.slice)
        if not is_known_kind(whole):
            return None
        parts = index if type(index) is tuple else (index,)
        if ... not in parts:
            parts = (*parts, ...)
        return item(whole, parts)
    except (NotUnderstood, IndexError):
        return None


def out_of(expr: ast.expr | None, lookup: Lookup) -> ast.expr | None:
    """Where a call writes its result: out=, the first argument of np.copyto, np.tanh(a, a)."""
    if not isinstance(expr, ast.Call):
        return None
    if getattr(expr.func, "attr", "") == "copyto" and len(expr.args) == 2:
        return expr.args[0]
    named = next((k.value for k in expr.keywords if k.arg == "out"), None)
    if named is None and isinstance(expr.func, ast.Attribute):
        try:
            function = lookup(expr.func)
        except NotUnderstood:
            return None
        if isinstance(function, np.ufunc) and len(expr.args) > function.nin:
            return expr.args[function.nin]
    return named


def dict_items(expr: ast.expr | None) -> dict[str, ast.expr]:
    """The expressions inside dict(W_xh=…, …) or {"W_xh": …}, by key; of a | b those of both."""
    if isinstance(expr, ast.BinOp) and isinstance(expr.op, ast.BitOr):
        return {**dict_items(expr.left), **dict_items(expr.right)}
    if isinstance(expr, ast.Call) and isinstance(expr.func, ast.Name) and expr.func.id == "dict":
        return {k.arg: k.value for k in expr.keywords if k.arg}
    if isinstance(expr, ast.Dict):
        return {k.value: v for k, v in zip(expr.keys, expr.values, strict=True)
                if isinstance(k, ast.Constant) and isinstance(k.value, str)}
    return {}


def inside(name: str, value: Any, expr: ast.expr | None = None, depth: int = 1) -> Iterator[tuple]:
    """The arrays in a tuple, list, dict or plain object: the name, the value, the expression."""
    if depth > DEEPEST:
        return
    for word, part, own in _parts(name, value, expr):
        if is_known_kind(part):
            yield word, part, own
        else:
            yield from inside(word, part, own, depth + 1)


def arrays_in(name: str, value: Any) -> list[tuple]:
    """The array itself, or those inside, numbers as arrays too."""
    if isinstance(value, np.ndarray | float | np.number):
        return [(name, np.asarray(value), None)]
    return list(inside(name, value))


def _parts(name: str, value: Any, expr: ast.expr | None) -> Iterator[tuple]:
    if isinstance(value, dict):
        written = dict_items(expr)
        for key, part in list(value.items())[:LONGEST]:
            yield f"{name}[{key!r}]", part, written.get(key)
    elif isinstance(value, tuple | list):
        fields = getattr(value, "_fields", None)
        elements: list[Any] = expr.elts if isinstance(expr, ast.Tuple | ast.List) else []
        if isinstance(expr, ast.Call) and fields and not expr.keywords:
            elements = expr.args
        elements = elements if len(elements) == len(value) else [None] * len(value)
        for k, (part, own) in enumerate(zip(value[:LONGEST], elements, strict=False)):
            yield (f"{name}.{fields[k]}" if fields else f"{name}[{k}]"), part, own
    elif is_plain(value) or is_own_class(value):
        for key, part in fields_of(value).items():
            yield f"{name}.{key}", part, None
