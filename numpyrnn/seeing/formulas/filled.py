"""A formula with its numbers filled in, for one element of the result.

What is a matrix product on the blackboard is a sum of products here, written out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from numpyrnn.seeing.formulas.digits import number
from numpyrnn.seeing.formulas.tree import ATOM, POWER, RAISED, SUM, TIMES, Tree, evaluate

LONGEST = 12     # terms of a sum that are all written out
TERMS = 5        # terms of a longer sum that are: the first ones and the last one
SIGNS = {"+": (" + ", SUM), "-": (" − ", SUM), "*": ("·", TIMES), "/": ("/", TIMES)}


class Operand(NamedTuple):
    """A number that a filled-in formula uses: the quantity, the element of it, the value."""

    name: str
    element: tuple[int, ...]
    value: Any


class Filled:
    """A formula with numbers; `str` writes it.

    text      the right-hand side, = and the element's value
    value     what the formula gives with these numbers
    element   the number that the trace recorded: equal up to rounding
    parts     the elements it was computed from, as (name, element, value)
    """

    def __init__(self, text: str, value: Any, element: Any, parts: tuple[Operand, ...]):
        self.text, self.value, self.element, self.parts = text, value, element, parts

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<{self.text}>"


def fill(
    tree: Tree, index: tuple[int, ...], values: Mapping[str, Any], element: Any, digits: int | None
) -> Filled:
    """The formula of one element; `values` are the arrays of the tree's names."""
    shapes: dict[int, tuple[int, ...]] = {}
    with np.errstate(all="ignore"):                         # infinities are shown as they are
        evaluate(tree, values, shapes)
        scalar = _Element(values, shapes).of(tree, index)
        value = evaluate(scalar, {})
    parts = tuple(dict.fromkeys(_operands(scalar)))
    left = _written(scalar, digits, True)[0]
    if "operand" in scalar:                    # nothing is computed: say which element it is
        left = f"{parts[0].name}[{', '.join(map(str, parts[0].element))}]"
    text = f"{left} = {number(element, digits)}"
    return Filled(text, float(value), element, parts)


class _Element:
    """One element of a tree, as a tree of single numbers; a leaf has its "operand"."""

    def __init__(self, values: Mapping[str, Any], shapes: dict[int, tuple[int, ...]]):
        self.values, self.shapes = values, shapes

    def of(self, tree: Tree, index: tuple[int, ...]) -> Tree:
        op, args, shape = tree["op"], tree.get("args", ()), self.shapes[id(tree)]
        index = index[len(index) - len(shape):]
        index = tuple(0 if n == 1 else i for i, n in zip(index, shape, strict=True))
        if op == "var":
            value = np.asarray(self.values[tree["name"]])[index].item()
            operand = Operand(tree["name"], index, value)
            return {"op": "num", "value": np.float64(value), "operand": operand}
        if op == "num":
            return tree
        if op == "@":
            *lead, row, column = index
            inner = range(self.shapes[id(args[0])][-1])
            products = [
                {"op": "*", "args": [self.of(args[0], (*lead, row, k)),
                                     self.of(args[1], (*lead, k, column))]}
                for k in inner
            ]
            return {"op": "terms", "args": products}
        if op == "sum":
            axis, length = tree["axis"], self.shapes[id(args[0])][tree["axis"]]
            rest = index[axis + 1:] if tree["keepdims"] else index[axis:]
            return {"op": "terms",
                    "args": [self.of(args[0], (*index[:axis], k, *rest)) for k in range(length)]}
        if op == "T":
            return self.of(args[0], (*index[:-2], index[-1], index[-2]))
        if op == "block":
            return self.of(args[0], (tree["index"], *index))
        if op == "blocks":
            return self.of(args[0], (tree["start"] + index[0], *index[1:]))
        if op == "stack":
            return self.of(args[index[0]], index[1:])
        if op == "newaxis":
            return self.of(args[0], index[1:])
        return {**tree, "args": [self.of(part, index) for part in args]}


def _operands(scalar: Tree) -> list[Operand]:
    if "operand" in scalar:
        return [scalar["operand"]]
    return [operand for arg in scalar.get("args", ()) for operand in _operands(arg)]


def _flat(scalar: Tree) -> list[Tree]:
    """The terms of a sum, those of sums inside it too."""
    if scalar["op"] != "terms":
        return [scalar]
    return [term for arg in scalar["args"] for term in _flat(arg)]


def _written(scalar: Tree, digits: int | None, first: bool) -> tuple[str, int]:
    """The text of a tree of numbers, and how tightly it holds together.

    A negative number stands in brackets unless it is the first thing on the line.
    """
    op = scalar["op"]
    if op == "num":
        text = number(scalar["value"], digits)
        return (text, ATOM) if first or not text.startswith("−") else (f"({text})", ATOM)

    def inside(part: Tree, least: int, first: bool = False) -> str:
        text, strength = _written(part, digits, first)
        return text if strength >= least else f"({_written(part, digits, True)[0]})"

    if op == "terms":
        flat = _flat(scalar)
        written = [inside(term, TIMES, first and not k) for k, term in enumerate(flat)]
        if digits is not None and len(flat) > LONGEST:
            left_out = len(flat) - TERMS
            written[TERMS - 1:-1] = [f"… {left_out} more terms …"]
        return " + ".join(written), SUM if len(flat) > 1 else TIMES
    args = scalar["args"]
    if op in SIGNS:
        sign, strength = SIGNS[op]
        right = strength + (op in "-/")
        return inside(args[0], strength, first) + sign + inside(args[1], right), strength
    if op == "neg":
        return "−" + inside(args[0], POWER), SUM
    if op == "pow":
        return inside(args[0], ATOM) + str(scalar["power"]).translate(RAISED), POWER
    return f"{scalar['name']}({_written(args[0], digits, True)[0]})", ATOM
