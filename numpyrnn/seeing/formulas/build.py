"""Trees put together, with the value of every part at hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from numpyrnn.seeing.formulas.axes import Labels, applied, over
from numpyrnn.seeing.formulas.evaluated import ELEMENTWISE, Tree, apply
from numpyrnn.seeing.formulas.kept import SCALARS, NotUnderstood, one_of, whole
from numpyrnn.seeing.formulas.tree import node

NUMBERS = "biufc"                                       # kinds of dtype that a formula may have
DTYPES = (*SCALARS, int, float, bool, complex)
FULL = slice(None)


class Builder:
    """Makes trees, and knows the value, the shape and the axes of each that it made.

    values: the array of each name. Raises NotUnderstood where a tree would have no value.
    """

    def __init__(self, axes_of: Callable[[str], Labels | None]):
        self.axes_of = axes_of
        self.values: dict[str, np.ndarray] = {}
        self._kept: dict[int, tuple[Tree, Any]] = {}    # by id, with the tree, so that it lives on
        self._words: dict[int, Labels] = {}

    def value(self, tree: Tree) -> Any:
        """What a tree gives."""
        kept = self._kept.get(id(tree))
        if kept is None:
            args = [self.value(part) for part in tree.get("args", ())]
            with np.errstate(all="ignore"):
                value = self.values[tree["name"]] if tree["op"] == "var" else apply(tree, args)
            kept = self._kept[id(tree)] = tree, value
        return kept[1]

    def shape(self, tree: Tree) -> tuple[int, ...]:
        return np.shape(self.value(tree))

    def ndim(self, tree: Tree) -> int:
        return len(self.shape(tree))

    def kind(self, tree: Tree) -> str:
        """The kind of the numbers: "f", "i", "b" …"""
        return np.asarray(self.value(tree)).dtype.kind

    def labels(self, tree: Tree) -> Labels:
        """A word or None for each axis."""
        if id(tree) not in self._words:
            self.value(tree)                                        # it is kept from here on
            if tree["op"] == "var":
                words = self.axes_of(tree["name"]) or ()
                ndim = self.ndim(tree)
                self._words[id(tree)] = words if len(words) == ndim else (None,) * ndim
            else:
                self._words[id(tree)] = applied(tree, list(map(self.labels, tree.get("args", ()))))
        return self._words[id(tree)]

    # Leaves -------------------------------------------------------------------------------------

    def quantity(self, name: str, array: Any) -> Tree:
        array = np.asarray(array)
        if array.dtype.kind not in NUMBERS or self.values.setdefault(name, array) is not array:
            raise NotUnderstood
        return node("var", name=name)

    def number(self, value: Any) -> Tree:
        """A number that is no quantity; booleans are none."""
        if isinstance(value, np.floating | np.integer):
            plain = {"dtype": value.dtype.name}
            value = float(value) if isinstance(value, np.floating) else int(value)
        elif type(value) in (int, float):
            plain = {}
        else:
            raise NotUnderstood
        if not np.isfinite(value):
            value = "NaN" if np.isnan(value) else "Infinity" if value > 0 else "-Infinity"
        return node("num", value=value, **plain)

    # Operations ---------------------------------------------------------------------------------

    def pair(self, op: str, a: Tree, b: Tree) -> Tree:
        """a + b, a @ b, a < b … A sum of truths is "or", as NumPy takes it."""
        truths = self.kind(a) == self.kind(b) == "b"
        if op == "@":
            if not self.ndim(a) or not self.ndim(b) or truths:
                raise NotUnderstood
            vectors = {"vectors": True} if self.ndim(a) == self.ndim(b) == 1 else {}
            return node("@", a, b, **vectors)
        if op in ("and", "or") and not truths:
            raise NotUnderstood
        return node("or" if op == "+" and truths else op, a, b)

    def negative(self, a: Tree) -> Tree:
        if a["op"] == "num" and not isinstance(a["value"], str):
            return {**a, "value": -a["value"]}
        if a["op"] == "num" and a["value"].endswith("Infinity"):
            return {**a, "value": {"Infinity": "-Infinity"}.get(a["value"], "Infinity")}
        return node("neg", a)

    def power(self, a: Tree, b: Tree) -> Tree:
        if b["op"] == "num" and "dtype" not in b and not isinstance(b["value"], str):
            return node("pow", a, power=b["value"])
        return node("pow", a, b)

    def cast(self, a: Tree, dtype: Any) -> Tree:
        """`a` as numbers of this dtype; `a` itself where it has them already."""
        dtype = dtype_of(dtype)
        return a if np.asarray(self.value(a)).dtype == dtype else node("cast", a, dtype=dtype.name)

    def reduce(self, op: str, a: Tree, axis: Any, keepdims: bool) -> Tree:
        """A sum, a mean, a maximum over axes; None: over all."""
        ndim = self.ndim(a)
        if isinstance(axis, tuple) and len(axis) == 1:
            axis = axis[0]
        if isinstance(axis, tuple):
            axis = sorted(_axis(k, ndim) for k in axis)
        elif axis is not None:
            axis = _axis(axis, ndim)
        word = over(axis, self.labels(a))
        return node(op, a, axis=axis, keepdims=keepdims, **({"over": word} if word else {}))

    def transpose(self, a: Tree, axes: Sequence[int]) -> Tree:
        ndim, axes = self.ndim(a), [_axis(axis, self.ndim(a)) for axis in axes]
        straight = list(range(ndim))
        if sorted(axes) != straight:
            raise NotUnderstood
        if axes == straight:
            return a
        if axes == [*straight[:-2], ndim - 1, ndim - 2]:
            return node("T", a)
        return node("transpose", a, axes=axes)

    def reshape(self, a: Tree, shape: Sequence[int]) -> Tree:
        before, after = self.shape(a), np.reshape(self.value(a), shape).shape
        if before == after:
            return a
        if a["op"] == "num":
            return self.spread(a, after)
        kept: list[int | None] = [None] * len(after)
        old = [axis for axis, n in enumerate(before) if n != 1]
        new = [axis for axis, n in enumerate(after) if n != 1]
        if [before[axis] for axis in old] == [after[axis] for axis in new]:
            for axis, source in zip(new, old, strict=True):
                kept[axis] = source
        return node("reshape", a, shape=list(after), kept=kept)

    def concat(self, parts: list[Tree], axis: int) -> Tree:
        return parts[0] if len(parts) == 1 else node(
            "concat", *parts, axis=_axis(axis, self.ndim(parts[0])))

    def stack(self, parts: list[Tree], axis: int = 0) -> Tree:
        axis = _axis(axis, self.ndim(parts[0]) + 1)
        return node("stack", *parts, **({"axis": axis} if axis else {}))

    def spread(self, a: Tree, shape: Sequence[int]) -> Tree:
        """`a` as an array of this shape, its numbers repeated where they have to be."""
        if self.shape(a) == tuple(shape):
            return a
        if a["op"] == "num":
            return self.filled(shape, a, np.asarray(self.value(a)).dtype)
        if a["op"] == "cast" and a["args"][0]["op"] == "num":
            return self.filled(shape, a["args"][0], a["dtype"])
        return node("broadcast", a, shape=list(shape))

    def filled(self, shape: Sequence[int], value: Tree, dtype: Any) -> Tree:
        """An array with one number in all places."""
        if value["op"] != "num":
            raise NotUnderstood
        return node("zeros", shape=list(shape), value=value["value"], dtype=dtype_of(dtype).name)

    # Parts --------------------------------------------------------------------------------------

    def part(self, a: Tree, index: Any, words: str | None = None) -> Tree:
        """a[index] of whole numbers, slices, None and …; `words` is the index as it is written."""
        parts = index if isinstance(index, tuple) else (index,)
        if len(parts) == 1 and self.ndim(a):
            if isinstance(parts[0], int):
                return self.block(a, parts[0])
            if parts[0] is None:
                return node("newaxis", a)
            if isinstance(parts[0], slice) and parts[0].step in (None, 1):
                start, stop, _ = parts[0].indices(self.shape(a)[0])
                return self.blocks(a, start, max(start, stop), words)
        given = sum(part is not None and part is not ... for part in parts)
        missing = (FULL,) * (self.ndim(a) - given)
        if ... in parts:
            at = parts.index(...)
            parts = (*parts[:at], *missing, *parts[at + 1:])
        else:
            parts = (*parts, *missing)
        resolved, lengths = [], iter(self.shape(a))
        for part in parts:
            resolved.append("new" if part is None else _resolved(part, next(lengths)))
        if next(lengths, None) is not None:
            raise NotUnderstood
        if words is None:
            words = ", ".join(map(_in_words, parts))
        return node("slice", a, index=resolved, words=words)

    def pick(self, a: Tree, places: list[Tree], words: str, axis: int = 0) -> Tree:
        """a[i, j] of arrays of whole numbers, for the axes from `axis` on."""
        return node("pick", a, *places, axis=_axis(axis, self.ndim(a)), words=words)

    def blocks(self, a: Tree, start: int, stop: int, words: str | None = None) -> Tree:
        """Some blocks of the leading axis; all of them are the tree itself."""
        if (start, stop) == (0, self.shape(a)[0]):
            return a
        said = {} if words is None else {"words": words}
        return node("blocks", a, start=start, stop=stop, **said, **self._length(a))

    def cut(self, a: Tree, axis: int, start: int, stop: int) -> Tree:
        """What stands from start to stop along one axis."""
        if not axis:
            return self.blocks(a, start, stop)
        return self.part(a, (*(FULL,) * axis, slice(start, stop)))

    def block(self, tree: Tree, index: int) -> Tree:
        """One block of the leading axis, taken as deep inside the tree as it can be."""
        op, args, ndim = tree["op"], tree.get("args", []), self.ndim(tree)
        if not ndim or not -self.shape(tree)[0] <= index < self.shape(tree)[0]:
            raise NotUnderstood
        index %= self.shape(tree)[0]

        def deeper(part: Tree) -> Tree:
            if self.ndim(part) < ndim:
                return part                                     # it is broadcast to every block
            return self.block(part, index if self.shape(part)[0] > 1 else 0)

        if op in ELEMENTWISE or (op == "@" and ndim > 2):
            return {**tree, "args": list(map(deeper, args))}
        if op == "T" and ndim > 2:
            return {**tree, "args": [deeper(args[0])]}
        if op == "blocks":
            return self.block(args[0], tree["start"] + index)
        if op == "stack" and not tree.get("axis"):
            return args[index]
        if op == "newaxis":
            return args[0]
        return node("block", tree, index=index, **self._length(tree))

    def _length(self, tree: Tree) -> dict[str, int]:
        """The length of the axis of gates, if there is one."""
        return {"length": self.shape(tree)[0]} if self.ndim(tree) > 2 else {}


def dtype_of(dtype: Any) -> np.dtype:
    """A dtype of numbers from what NumPy or Python call it; an object of another kind is none."""
    kind = type(dtype)
    if kind is not str and not issubclass(kind, np.dtype) and not one_of(dtype, DTYPES):
        raise NotUnderstood
    dtype = np.dtype(dtype)
    if dtype.kind not in NUMBERS:
        raise NotUnderstood
    return dtype


def _axis(axis: Any, ndim: int) -> int:
    axis = whole(axis)
    if not -ndim <= axis < ndim:
        raise NotUnderstood
    return axis % ndim


def _resolved(part: Any, length: int) -> int | list[int | None]:
    if isinstance(part, slice):
        start, stop, step = part.indices(length)
        return [start, None if stop < 0 else stop, step]
    return _axis(part, length)


def _in_words(part: Any) -> str:
    if not isinstance(part, slice):
        return str(part)
    start, stop, step = ("" if word is None else str(word)
                         for word in (part.start, part.stop, part.step))
    return f"{start}:{stop}" + (f":{step}" if step else "")
