"""What is unpacked: the items of a list, a split, a comprehension, each with a formula."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from numpyrnn.seeing.formulas import inline
from numpyrnn.seeing.formulas.calls import CALLS
from numpyrnn.seeing.formulas.kept import NotUnderstood, whole
from numpyrnn.seeing.formulas.scope import Bound

if TYPE_CHECKING:
    from numpyrnn.seeing.formulas.read import Reader

LONGEST = 64                                            # items that are written out
SPLITS = {id(np.split): None, id(np.array_split): None, id(np.vsplit): 0, id(np.hsplit): 1}


def parts_of(reader: Reader, expr: ast.expr) -> list[Bound] | None:
    """The items of an expression that is a sequence of formulas; None if it is none.

    An array is none: it has a formula itself.
    """
    if isinstance(expr, ast.Name) and expr.id in reader.scope.bound:
        parts = reader.scope.bound[expr.id].parts
        return None if parts is None else list(parts)
    if isinstance(expr, ast.Tuple | ast.List):
        return [part for element in expr.elts for part in _elements(reader, element)]
    if isinstance(expr, ast.ListComp | ast.GeneratorExp):
        return _comprehended(reader, expr)
    if isinstance(expr, ast.Subscript) and isinstance(expr.slice, ast.Slice):
        whole_list = parts_of(reader, expr.value)
        return None if whole_list is None else whole_list[reader.value(expr.slice)]
    if isinstance(expr, ast.Call):
        return _called(reader, expr)
    if isinstance(expr, ast.Name | ast.Attribute | ast.Subscript):
        try:
            value = reader.value(expr)
        except NotUnderstood:
            return None
        if issubclass(type(value), list | tuple) and len(value) <= LONGEST:
            return [reader.of_value(part) for part in tuple.__iter__(tuple(value))]
    return None


def _elements(reader: Reader, element: ast.expr) -> list[Bound]:
    if isinstance(element, ast.Starred):
        return reader.items(element.value)
    return [reader.bind(element)]


def _comprehended(reader: Reader, expr: ast.ListComp | ast.GeneratorExp) -> list[Bound]:
    """[sigmoid(z) for z in (a_i, a_f, a_o)], read once for each z."""
    (loop,) = expr.generators
    if loop.ifs or loop.is_async:
        raise NotUnderstood
    found = []
    for item in reader.items(loop.iter):
        with reader.within(reader.scope.inside(_named(reader, loop.target, item))):
            found.append(reader.bind(expr.elt))
    return found


def _named(reader: Reader, target: ast.expr, item: Bound) -> dict[str, Bound]:
    """What a loop's target stands for."""
    if isinstance(target, ast.Name):
        return {target.id: item}
    if not isinstance(target, ast.Tuple | ast.List):
        raise NotUnderstood
    pairs = zip(target.elts, reader.parts(item), strict=True)
    return {name: bound for inner, part in pairs
            for name, bound in _named(reader, inner, part).items()}


def _called(reader: Reader, expr: ast.Call) -> list[Bound] | None:
    try:
        function = reader.value(expr.func)
    except NotUnderstood:
        return None
    if id(function) in SPLITS:
        return _split(reader, expr, SPLITS[id(function)])
    if id(function) in OF_PYTHON:
        return OF_PYTHON[id(function)](reader, *expr.args)
    if id(function) in CALLS:
        return None
    try:
        return inline.parts(reader, function, expr)
    except NotUnderstood:
        return None


def _split(reader: Reader, expr: ast.Call, axis: int | None) -> list[Bound]:
    """np.split(a, 4, axis=1), array_split, hsplit, vsplit"""
    named = {k.arg: k.value for k in expr.keywords}
    by_name = [named.pop("indices_or_sections")] if len(expr.args) < 2 else []
    array, sections, *rest = [*expr.args, *by_name]
    tree = reader.tree(array)
    if axis is None:
        given = rest or [named.pop("axis")] if rest or "axis" in named else []
        axis = whole(reader.value(given[0])) if given else 0
    elif rest:
        raise NotUnderstood
    if named or len(rest) > 1:
        raise NotUnderstood
    axis = min(axis, reader.make.ndim(tree) - 1) % reader.make.ndim(tree)
    at = reader.axis(sections)
    lengths = map(len, np.array_split(np.arange(reader.make.shape(tree)[axis]),
                                      list(at) if isinstance(at, tuple) else at))
    stops = np.cumsum(list(lengths)).tolist()
    return [reader.bound_to(reader.make.cut(tree, axis, start, stop))
            for start, stop in zip([0, *stops], stops, strict=False)]


def _range(reader: Reader, *args: ast.expr) -> list[Bound]:
    numbers = range(*(whole(reader.value(arg)) for arg in args))
    if len(numbers) > LONGEST:
        raise NotUnderstood
    return [Bound(reader.make.number(k), k) for k in numbers]


def _zipped(reader: Reader, *args: ast.expr) -> list[Bound]:
    return [Bound(parts=items) for items in zip(*map(reader.items, args), strict=False)]


def _enumerated(reader: Reader, items: ast.expr) -> list[Bound]:
    return [Bound(parts=(Bound(reader.make.number(k), k), item))
            for k, item in enumerate(reader.items(items))]


def _mapped(reader: Reader, function: ast.expr, *args: ast.expr) -> list[Bound]:
    names = [f"_{k}" for k in range(len(args))]
    call = ast.Call(function, [ast.Name(name, ast.Load()) for name in names], [])
    found = []
    for items in zip(*map(reader.items, args), strict=False):
        with reader.within(reader.scope.inside(dict(zip(names, items, strict=True)))):
            found.append(reader.bind(call))
    return found


OF_PYTHON: dict[int, Callable[..., list[Bound]]] = {
    id(range): _range, id(zip): _zipped, id(enumerate): _enumerated, id(map): _mapped,
    id(list): lambda reader, items: reader.items(items),
    id(tuple): lambda reader, items: reader.items(items),
    id(reversed): lambda reader, items: reader.items(items)[::-1],
}
