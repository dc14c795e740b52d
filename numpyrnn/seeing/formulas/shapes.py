"""The calls of NumPy that move numbers about, or make arrays of nothing else."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from numpyrnn.seeing.formulas.evaluated import Tree
from numpyrnn.seeing.formulas.given import Given, Reading
from numpyrnn.seeing.formulas.kept import whole
from numpyrnn.seeing.formulas.tree import node

if TYPE_CHECKING:
    from numpyrnn.seeing.formulas.read import Reader


def _reshape(r: Reader, g: Given) -> Tree:
    return r.make.reshape(r.tree(g["a"]), r.several(g["shape"]))


def _as_shape(shape_of: Callable[..., np.ndarray]) -> Reading:
    """squeeze, expand_dims, atleast_2d: a new shape, the same numbers in the same order."""
    def read(r: Reader, g: Given) -> Tree:
        tree = r.tree(g["a"])
        axis = [r.axis(g["axis"])] if "axis" in g else []
        return r.make.reshape(tree, shape_of(np.asarray(r.make.value(tree)), *axis).shape)

    return read


def _transpose(r: Reader, g: Given) -> Tree:
    tree = r.tree(g["a"])
    axes = r.several(g["axes"]) if "axes" in g else range(r.make.ndim(tree))[::-1]
    return r.make.transpose(tree, axes)


def _moved(how: Callable[..., Any]) -> Reading:
    """swapaxes and moveaxis: what they do to the axes 0, 1, 2 …"""
    def read(r: Reader, g: Given) -> Tree:
        tree = r.tree(g["a"])
        ndim = r.make.ndim(tree)
        small = np.empty(range(2, ndim + 2))            # every axis has a length of its own
        moved = how(small, r.axis(g["axis1"]), r.axis(g["axis2"]))
        return r.make.transpose(tree, [n - 2 for n in moved.shape])

    return read


def _joined(r: Reader, g: Given) -> Tree:
    parts = r.trees(g["parts"])
    axis = r.axis(g["axis"]) if "axis" in g else 0
    if axis is None:
        return r.make.concat([r.make.reshape(part, (-1,)) for part in parts], 0)
    return r.make.concat(parts, whole(axis))


def _appended(r: Reader, g: Given) -> Tree:
    axis = {"axis": g["axis"]} if "axis" in g else {"axis": ast.Constant(None)}
    return _joined(r, {"parts": ast.Tuple([g["a"], g["b"]], ast.Load()), **axis})


def beside(r: Reader, parts: list[Tree], at_least: Callable[[Any], Any], axis: int) -> Tree:
    """vstack, hstack, column_stack: each part gets the axes that it needs."""
    wide = [r.make.reshape(part, at_least(np.asarray(r.make.value(part))).shape) for part in parts]
    return r.make.concat(wide, min(axis, r.make.ndim(wide[0]) - 1))


def column(a: np.ndarray) -> np.ndarray:
    """A vector as one column."""
    return np.atleast_1d(a)[:, None] if a.ndim < 2 else a


def _beside(at_least: Callable[[Any], Any], axis: int) -> Reading:
    return lambda r, g: beside(r, r.trees(g["parts"]), at_least, axis)


def _blocks(r: Reader, g: Given) -> Tree:
    """np.block([[A, B], [C, D]]), or one row of it."""
    rows = r.items(g["parts"])
    if all(row.parts is None for row in rows):
        return beside(r, [r.of(row) for row in rows], np.atleast_1d, -1)
    across = [beside(r, [r.of(part) for part in r.parts(row)], np.atleast_2d, -1) for row in rows]
    return beside(r, across, np.atleast_2d, 0)


def _range(r: Reader, g: Given) -> Tree:
    """arange and range of whole numbers."""
    numbers = range(*(whole(r.value(part)) for part in g["numbers"]))
    return node("range", start=numbers.start, stop=numbers.stop, step=numbers.step)


def _taken(r: Reader, g: Given) -> Tree:
    axis = r.axis(g["axis"]) if "axis" in g else None
    tree = r.tree(g["a"])
    if axis is None:
        tree, axis = r.make.reshape(tree, (-1,)), 0
    return r.make.pick(tree, [r.nested(g["places"])], ast.unparse(g["places"]), axis)


def _flipped(r: Reader, g: Given) -> Tree:
    tree = r.tree(g["a"])
    axis = r.axis(g["axis"]) if "axis" in g else None
    axes = range(r.make.ndim(tree)) if axis is None else [axis] if isinstance(axis, int) else axis
    turned = {k % r.make.ndim(tree) for k in axes}
    backwards = slice(None, None, -1)
    return r.make.part(tree, tuple(backwards if k in turned else slice(None)
                                   for k in range(r.make.ndim(tree))))


def _stacked(r: Reader, g: Given) -> Tree:
    return r.make.stack(r.trees(g["parts"]), whole(r.value(g["axis"])) if "axis" in g else 0)


def _filled(value: int | None, like: bool) -> Reading:
    def read(r: Reader, g: Given) -> Tree:
        shape = r.make.shape(r.tree(g["a"])) if like else r.several(g["shape"])
        number = r.tree(g["fill_value"]) if value is None else node("num", value=value)
        if "dtype" in g:
            return r.make.filled(shape, number, r.value(g["dtype"]))
        example = r.tree(g["a"]) if like else number if value is None else node("num", value=0.0)
        return r.make.filled(shape, number, np.asarray(r.make.value(example)).dtype)

    return read


def _eye(r: Reader, g: Given) -> Tree:
    return node("eye", n=whole(r.value(g["n"])))


SHAPES: dict[str, tuple[str, Reading]] = {
    "transpose": ("a axes", _transpose), "swapaxes": ("a axis1 axis2", _moved(np.swapaxes)),
    "moveaxis": ("a axis1 axis2", _moved(np.moveaxis)), "reshape": ("a shape", _reshape),
    "ravel": ("a", _as_shape(np.ravel)), "squeeze": ("a axis", _as_shape(np.squeeze)),
    "expand_dims": ("a axis", _as_shape(np.expand_dims)),
    "atleast_1d": ("a", _as_shape(np.atleast_1d)), "atleast_2d": ("a", _as_shape(np.atleast_2d)),
    "broadcast_to": ("a shape", lambda r, g: r.make.spread(r.tree(g["a"]), r.several(g["shape"]))),
    "concatenate": ("parts axis out", _joined), "append": ("a b axis", _appended),
    "vstack": ("parts", _beside(np.atleast_2d, 0)), "hstack": ("parts", _beside(np.atleast_1d, 1)),
    "column_stack": ("parts", _beside(column, 1)), "stack": ("parts axis out", _stacked),
    "flip": ("a axis", _flipped), "block": ("parts", _blocks), "take": ("a places axis", _taken),
    "zeros": ("shape dtype", _filled(0, False)), "ones": ("shape dtype", _filled(1, False)),
    "full": ("shape fill_value dtype", _filled(None, False)),
    "zeros_like": ("a dtype", _filled(0, True)), "ones_like": ("a dtype", _filled(1, True)),
    "full_like": ("a fill_value dtype", _filled(None, True)),
    "eye": ("n", _eye), "identity": ("n", _eye), "arange": ("*numbers", _range),
}
