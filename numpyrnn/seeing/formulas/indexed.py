"""Parts of arrays and sequences: W[1], a[:, :H], hs[t - 1], p[np.arange(n), y], np.c_[h, x]."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import numpy as np

from numpyrnn.seeing.formulas.evaluated import Tree
from numpyrnn.seeing.formulas.kept import NotUnderstood, whole
from numpyrnn.seeing.formulas.scope import MISSING
from numpyrnn.seeing.formulas.sequences import parts_of
from numpyrnn.seeing.formulas.shapes import column

if TYPE_CHECKING:
    from numpyrnn.seeing.formulas.read import Reader


def read(reader: Reader, expr: ast.Subscript) -> Tree:
    """The tree of a part."""
    parts = parts_of(reader, expr.value)
    if parts is not None:
        return reader.of(parts[whole(reader.value(expr.slice))])
    base = reader.looked_at(expr.value)
    if base is np.r_ or base is np.c_:
        return _beside(reader, expr, as_columns=base is np.c_)
    if base is not MISSING and type(base) is not np.ndarray:
        return reader.make.number(reader.value(expr))               # of a dict, a tuple
    index = constant(reader, expr.slice)
    if index is not None:
        return reader.make.part(reader.tree(expr.value), index, words(expr.slice))
    axis, arrays = places(reader, expr.slice)
    return reader.make.pick(reader.tree(expr.value), arrays, as_text(expr.slice), axis)


def constant(reader: Reader, index: ast.expr) -> tuple[Any, ...] | None:
    """An index of whole numbers, slices, None and …; None for another one."""
    try:
        value = reader.value(index)
    except NotUnderstood:
        return None
    parts = value if type(value) is tuple else (value,)
    if any(type(part) in (np.ndarray, list, bool, np.bool_) for part in parts):
        return None
    return tuple(part if part is None or part is ... or type(part) is slice else whole(part)
                 for part in parts)


def places(reader: Reader, index: ast.expr) -> tuple[int, list[Tree]]:
    """The arrays of an index, and the axis where they begin; only whole axes stand around them."""
    parts = index.elts if isinstance(index, ast.Tuple) else [index]
    chosen = [k for k, part in enumerate(parts) if not _is_full(part)]
    first, last = chosen[0], chosen[-1]
    arrays = [reader.nested(parts[k]) for k in chosen]
    whole_numbers = all(reader.make.kind(array) in "iu" for array in arrays)
    if len(chosen) != last - first + 1 or not whole_numbers:        # apart, they move the axes
        raise NotUnderstood
    return first, arrays


def words(index: ast.expr) -> str | None:
    """An index as it is written; None for the blocks 1:3, which are written by their letters."""
    names = any(isinstance(part, ast.Name) for part in ast.walk(index))
    if isinstance(index, ast.Slice) and index.step is None and not names:
        return None
    return as_text(index)


def as_text(index: ast.expr) -> str:
    return ast.unparse(ast.Subscript(ast.Name("_", ast.Load()), index, ast.Load()))[2:-1]


def _beside(reader: Reader, expr: ast.Subscript, as_columns: bool) -> Tree:
    """np.c_[h, x], np.r_[h, x]"""
    inside = expr.slice.elts if isinstance(expr.slice, ast.Tuple) else [expr.slice]
    shape_of = column if as_columns else np.atleast_1d
    parts = [reader.make.reshape(tree, shape_of(np.asarray(reader.make.value(tree))).shape)
             for tree in map(reader.tree, inside)]
    return reader.make.concat(parts, -1 if as_columns else 0)


def _is_full(part: ast.expr) -> bool:
    return isinstance(part, ast.Slice) and part.lower is part.upper is part.step is None

