"""What is in an array after a part of it got new numbers: z[:H] = h, d[h <= 0] = 0."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import numpy as np

from numpyrnn.seeing.formulas.build import FULL, Builder
from numpyrnn.seeing.formulas.lookup import NotUnderstood, whole
from numpyrnn.seeing.formulas.tree import Tree, node

if TYPE_CHECKING:
    from numpyrnn.seeing.formulas.read import Reader


def after(reader: Reader, target: ast.Subscript, new: Tree) -> Tree:
    """The tree of the whole array after `target = new`."""
    make, before = reader.make, reader.tree(target.value)
    new = make.cast(new, np.asarray(make.value(before)).dtype)
    try:
        index = reader.value(target.slice)
    except NotUnderstood:
        return _masked(make, before, reader.tree(target.slice), new)
    if type(index) is np.ndarray:
        return _masked(make, before, reader.tree(target.slice), new)
    return _written(make, before, index if type(index) is tuple else (index,), new)


def _masked(make: Builder, before: Tree, mask: Tree, new: Tree) -> Tree:
    if make.kind(mask) != "b" or make.shape(mask) != make.shape(before) or make.ndim(new):
        raise NotUnderstood
    return node("where", mask, new, before)


def _written(make: Builder, before: Tree, index: tuple, new: Tree) -> Tree:
    """New numbers from start to stop along one axis, between those that stay."""
    shape = make.shape(before)
    if ... in index:
        at = index.index(...)
        index = (*index[:at], *(FULL,) * (len(shape) - len(index) + 1), *index[at + 1:])
    chosen = [axis for axis, part in enumerate(index)
              if not (isinstance(part, slice) and part.indices(shape[axis]) == (0, shape[axis], 1))]
    if not chosen:
        return make.spread(new, shape)
    (axis,) = chosen                                                # two of them: ValueError
    part, length = index[axis], shape[axis]
    if isinstance(part, slice):
        start, stop, step = part.indices(length)
        if step != 1 or stop < start:
            raise NotUnderstood
    else:
        start = whole(part) % length
        stop = start + 1
        if make.ndim(new):
            new = make.part(new, (*(FULL,) * axis, None, ...)) if axis else node("newaxis", new)
    middle = make.spread(new, (*shape[:axis], stop - start, *shape[axis + 1:]))
    parts = [make.cut(before, axis, 0, start), middle, make.cut(before, axis, stop, length)]
    return make.concat([part for part in parts if make.shape(part)[axis]], axis)
