"""One element of a formula: a tree of single numbers, each with its place in a quantity."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from numpyrnn.seeing.formulas.evaluated import ELEMENTWISE, Tree, evaluate, number_of

Index = tuple[int, ...]
LARGE = 500                                 # exp of more than that is not far from overflowing


class Operand(NamedTuple):
    """A number that a filled-in formula uses: the quantity, the element of it, the value."""

    name: str
    element: Index
    value: Any


class Element:
    """Trees of single numbers, from a tree and the arrays of its names.

    `of(tree, index)` has sums written out as "terms", a where as the part that is "chosen" after
    its condition, a mean as a quotient; each of its leaves is a "num", with its
    "operand" where it comes from a quantity.
    """

    def __init__(self, tree: Tree, values: Mapping[str, Any]):
        self.values = values
        self.shapes: dict[int, tuple[int, ...]] = {}
        evaluate(tree, values, self.shapes)

    def of(self, tree: Tree, index: Index) -> Tree:
        """The element of a tree at an index, or at the one that broadcasting takes for it."""
        op, args, shape = tree["op"], tree.get("args", ()), self.shapes[id(tree)]
        index = index[len(index) - len(shape):]
        index = tuple(0 if n == 1 else i for i, n in zip(index, shape, strict=True))
        if op == "var":
            value = np.asarray(self.values[tree["name"]])[index].item()
            return _number(value, Operand(tree["name"], index, value))
        if op == "where":
            condition = self.of(args[0], index)
            truth = bool(evaluate(condition, {}))
            chosen = self.of(args[1 if truth else 2], index)
            return {"op": "chosen", "args": [condition, chosen], "truth": truth}
        if op in ELEMENTWISE:
            return {**tree, "args": [self.of(part, index) for part in args]}
        return _OTHERS[op](self, tree, index, *args)

    def shape(self, tree: Tree) -> tuple[int, ...]:
        return self.shapes[id(tree)]

    # Sums ---------------------------------------------------------------------------------------

    def _matmul(self, tree: Tree, index: Index, a: Tree, b: Tree) -> Tree:
        row = index[-2:-1] if len(self.shape(b)) > 1 else index[-1:]
        row = row if len(self.shape(a)) > 1 else ()
        column = index[-1:] if len(self.shape(b)) > 1 else ()
        lead = index[:len(index) - len(row) - len(column)]
        return _terms([_times(self.of(a, (*lead, *row, k)), self.of(b, (*lead, k, *column)))
                       for k in range(self.shape(a)[-1])])

    def _einsum(self, tree: Tree, index: Index, *args: Tree) -> Tree:
        inputs, _, output = tree["spec"].partition("->")
        letters = inputs.split(",")
        lengths: dict[str, int] = {}
        for own, part in zip(letters, args, strict=True):
            for letter, n in zip(own, self.shape(part), strict=True):
                lengths[letter] = max(n, lengths.get(letter, 1))
        summed = [letter for letter in lengths if letter not in output]
        terms = []
        for inner in product(*(range(lengths[letter]) for letter in summed)):
            at = dict(zip([*output, *summed], [*index, *inner], strict=True))
            terms.append(_times(*(self.of(part, tuple(at[c] for c in own))
                                  for own, part in zip(letters, args, strict=True))))
        return _terms(terms)

    def _inside(self, tree: Tree, index: Index) -> list[Tree]:
        """All elements that a sum or a mean runs over."""
        whole, shape = tree["args"][0], self.shape(tree["args"][0])
        axis = tree["axis"]
        gone = range(len(shape)) if axis is None else [axis] if isinstance(axis, int) else axis
        rest = iter(index)
        ranges = []
        for k, n in enumerate(shape):
            at = next(rest) if k not in gone or tree.get("keepdims") else 0
            ranges.append(range(n) if k in gone else range(at, at + 1))
        return [self.of(whole, at) for at in product(*ranges)]

    def _sum(self, tree: Tree, index: Index, whole: Tree) -> Tree:
        return _terms(self._inside(tree, index))

    def _mean(self, tree: Tree, index: Index, whole: Tree) -> Tree:
        return _mean(self._inside(tree, index))

    def _variance(self, tree: Tree, index: Index, whole: Tree) -> Tree:
        """The mean of (a - mean)²: the mean stands there as a number."""
        inside = self._inside(tree, index)
        middle = _number(evaluate(_mean(inside), {}))
        apart = [{"op": "pow", "args": [{"op": "-", "args": [a, middle]}], "power": 2}
                 for a in inside]
        variance = _mean(apart)
        return variance if tree["op"] == "variance" else \
            {"op": "call", "name": "sqrt", "args": [variance]}

    def _extreme(self, tree: Tree, index: Index, whole: Tree) -> Tree:
        op = {"max": "maximum", "min": "minimum"}[tree["op"]]
        return reduce(lambda a, b: {"op": op, "args": [a, b]}, self._inside(tree, index))

    def _softmax(self, tree: Tree, index: Index, whole: Tree) -> Tree:
        axis = tree["axis"]
        own = self.of(whole, index)
        along = index if axis is None else index[:axis] + index[axis + 1:]
        inside = self._inside({**tree, "keepdims": False}, () if axis is None else along)
        largest = max(float(evaluate(a, {})) for a in inside)
        if abs(largest) > LARGE:            # exp(a) would overflow, or all of them be 0
            shift = _number(largest)
            own, *inside = ({"op": "-", "args": [a, shift]} for a in [own, *inside])
        return {"op": "/", "args": [_exp(own), _terms(list(map(_exp, inside)))]}

    # Parts --------------------------------------------------------------------------------------

    def _sliced(self, tree: Tree, index: Index, whole: Tree) -> Tree:
        rest, at = iter(index), []
        for part in tree["index"]:
            if part == "new":
                next(rest)
            elif isinstance(part, list):
                at.append(part[0] + part[2] * next(rest))
            else:
                at.append(part)
        return self.of(whole, (*at, *rest))

    def _concatenated(self, tree: Tree, index: Index, *args: Tree) -> Tree:
        axis, at = tree["axis"], index[tree["axis"]]
        for part in args:
            if at < self.shape(part)[axis]:
                return self.of(part, (*index[:axis], at, *index[axis + 1:]))
            at -= self.shape(part)[axis]
        raise IndexError(index)

    def _stacked(self, tree: Tree, index: Index, *args: Tree) -> Tree:
        axis = tree.get("axis", 0)
        return self.of(args[index[axis]], index[:axis] + index[axis + 1:])

    def _picked(self, tree: Tree, index: Index, whole: Tree, *places: Tree) -> Tree:
        axis, ndim = tree["axis"], max(len(self.shape(part)) for part in places)
        inner = index[axis:axis + ndim]
        at = [self._place(part, inner, n) for part, n in
              zip(places, self.shape(whole)[axis:], strict=False)]
        return self.of(whole, (*index[:axis], *at, *index[axis + ndim:]))

    def _put(self, tree: Tree, index: Index, whole: Tree, new: Tree, *places: Tree) -> Tree:
        """The last of the new numbers that belong here, else the old one."""
        count = len(places)
        shape = np.broadcast_shapes(*map(self.shape, places))
        for inner in reversed(list(np.ndindex(shape))):
            at = [self._place(part, inner, n) for part, n in
                  zip(places, self.shape(whole), strict=False)]
            if tuple(at) == index[:count]:
                return self.of(new, (*inner, *index[count:]))
        return self.of(whole, index)

    def _place(self, part: Tree, index: Index, length: int) -> int:
        """A number of an index array, counted from the start."""
        return int(evaluate(self.of(part, index), {})) % length

    def _reshaped(self, tree: Tree, index: Index, whole: Tree) -> Tree:
        return self.of(whole, _moved(index, self.shape(tree), self.shape(whole)))

    def _transposed(self, tree: Tree, index: Index, whole: Tree) -> Tree:
        at = dict(zip(tree["axes"], index, strict=True))
        return self.of(whole, tuple(at[axis] for axis in range(len(index))))

    def _outer(self, tree: Tree, index: Index, a: Tree, b: Tree) -> Tree:
        parts = [self.of(part, _moved((i,), (math.prod(self.shape(part)),), self.shape(part)))
                 for part, i in zip((a, b), index, strict=True)]
        return _times(*parts)


def _moved(index: Index, shape: Sequence[int], other: Sequence[int]) -> Index:
    """The same place in an array of another shape."""
    flat = int(np.ravel_multi_index(index, tuple(shape))) if index else 0
    return tuple(int(i) for i in np.unravel_index(flat, tuple(other)))


def _number(value: Any, operand: Operand | None = None) -> Tree:
    number: Tree = {"op": "num", "value": np.float64(value)}
    return number if operand is None else {**number, "operand": operand}


def _terms(terms: list[Tree]) -> Tree:
    return {"op": "terms", "args": terms}


def _times(*factors: Tree) -> Tree:
    return reduce(lambda a, b: {"op": "*", "args": [a, b]}, factors)


def _mean(inside: list[Tree]) -> Tree:
    return {"op": "/", "args": [_terms(inside), {"op": "num", "value": len(inside)}]}


def _exp(a: Tree) -> Tree:
    return {"op": "call", "name": "exp", "args": [a]}


_OTHERS: dict[str, Callable[..., Tree]] = {
    "num": lambda element, tree, index: {"op": "num", "value": number_of(tree)},
    "zeros": lambda element, tree, index: {"op": "num", "value": number_of(tree)},
    "eye": lambda element, tree, index: {"op": "num", "value": int(index[0] == index[1])},
    "@": Element._matmul, "einsum": Element._einsum, "outer": Element._outer,
    "sum": Element._sum, "mean": Element._mean, "variance": Element._variance,
    "std": Element._variance, "max": Element._extreme, "min": Element._extreme,
    "softmax": Element._softmax,
    "T": lambda element, tree, index, a: element.of(a, (*index[:-2], index[-1], index[-2])),
    "block": lambda element, tree, index, a: element.of(a, (tree["index"], *index)),
    "blocks": lambda element, tree, index, a: element.of(
        a, (tree["start"] + index[0], *index[1:])),
    "broadcast": lambda element, tree, index, a: element.of(a, index),
    "newaxis": lambda element, tree, index, a: element.of(a, index[1:]),
    "slice": Element._sliced, "concat": Element._concatenated, "stack": Element._stacked,
    "pick": Element._picked, "put": Element._put,
    "range": lambda element, tree, index: {
        "op": "num", "value": tree["start"] + index[0] * tree["step"]},
    "reshape": Element._reshaped, "transpose": Element._transposed,
}
