"""What is in an array after a part of it got new numbers: z[:H] = h, d[h <= 0] = 0."""

from __future__ import annotations

import ast
import copy
from typing import TYPE_CHECKING, Any

import numpy as np

from numpyrnn.seeing.formulas.build import FULL, Builder
from numpyrnn.seeing.formulas.indexed import as_text, constant, places
from numpyrnn.seeing.formulas.kept import NotUnderstood
from numpyrnn.seeing.formulas.tree import Tree, node

if TYPE_CHECKING:
    from numpyrnn.seeing.formulas.read import Reader


def after(reader: Reader, target: ast.Subscript, new: Tree) -> Tree:
    """The tree of the whole array after `target = new`."""
    make, before = reader.make, reader.tree(target.value)
    new = make.cast(new, np.asarray(make.value(before)).dtype)
    index = constant(reader, target.slice)
    if index is not None:
        return _written(make, before, _in_full(index, make.ndim(before)), new)
    try:
        axis, arrays = places(reader, target.slice)
    except NotUnderstood:
        return _masked(make, before, reader.tree(target.slice), new)
    if axis:
        raise NotUnderstood
    shape = make.shape(make.pick(before, arrays, ""))
    return node("put", before, make.spread(new, shape), *arrays, words=as_text(target.slice))


def unmasked(reader: Reader, target: ast.Subscript, expr: ast.expr) -> ast.expr:
    """2 * a[m] as 2 * a, where `target` is a[m] with a mask m: it is true of what m chooses."""
    try:
        is_mask = reader.make.kind(reader.tree(target.slice)) == "b"
    except NotUnderstood:
        return expr
    return _Whole(ast.dump(target.slice)).visit(copy.deepcopy(expr)) if is_mask else expr


class _Whole(ast.NodeTransformer):
    """Takes an index away wherever it stands."""

    def __init__(self, index: str):
        self.index = index

    def visit_Subscript(self, expr: ast.Subscript) -> ast.expr:
        expr = self.generic_visit(expr)                             # type: ignore[assignment]
        return expr.value if ast.dump(expr.slice) == self.index else expr


def _masked(make: Builder, before: Tree, mask: Tree, new: Tree) -> Tree:
    fits = not make.ndim(new) or make.shape(new) == make.shape(before)
    if make.kind(mask) != "b" or make.shape(mask) != make.shape(before) or not fits:
        raise NotUnderstood
    return node("where", mask, new, before)


def _in_full(index: tuple[Any, ...], ndim: int) -> list[Any]:
    """An index with a part for every axis."""
    if None in index:
        raise NotUnderstood
    rest = [FULL] * (ndim - len(index) + (... in index))
    at = index.index(...) if ... in index else len(index)
    return [*index[:at], *rest, *index[at + 1:]]


def _written(make: Builder, before: Tree, index: list[Any], new: Tree) -> Tree:
    """New numbers between those that stay, axis by axis."""
    shape = make.shape(before)
    axis = next((axis for axis, part in enumerate(index) if not _is_all(part, shape[axis])), None)
    if axis is None:
        return make.spread(new, shape)
    part, length = index[axis], shape[axis]
    if isinstance(part, slice):
        start, stop, step = part.indices(length)
        if step != 1 or stop < start:
            raise NotUnderstood
        inside, rest = make.cut(before, axis, start, stop), [FULL]
    else:
        start, stop = part % length, part % length + 1
        inside, rest = make.part(before, (*(FULL,) * axis, part)), []
    middle = _written(make, inside, [*index[:axis], *rest, *index[axis + 1:]], new)
    if not rest:
        middle = make.part(middle, (*(FULL,) * axis, None))
    parts = [make.cut(before, axis, 0, start), middle, make.cut(before, axis, stop, length)]
    return make.concat([part for part in parts if make.shape(part)[axis]], axis)


def _is_all(part: Any, length: int) -> bool:
    return isinstance(part, slice) and part.indices(length) == (0, length, 1)
