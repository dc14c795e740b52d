"""A formula with its numbers filled in, for one element of the result.

What is a matrix product on the blackboard is a sum of products here, written out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from numpyrnn.seeing.formulas.digits import number
from numpyrnn.seeing.formulas.elements import Element, Operand
from numpyrnn.seeing.formulas.evaluated import Tree, evaluate
from numpyrnn.seeing.formulas.written import (
    ATOM,
    COMPARED,
    LOGICAL,
    POWER,
    RELATIONS,
    SHORT,
    SUM,
    TIMES,
    cast_to,
    raised,
)

LONGEST = 12     # terms of a sum that are all written out
TERMS = 5        # terms of a longer sum that are: the first ones and the last one
SIGNS = {"+": (" + ", SUM), "-": (" − ", SUM), "*": ("·", TIMES), "/": ("/", TIMES)}

__all__ = ["Filled", "Operand", "fill"]


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
    with np.errstate(all="ignore"):                         # infinities are shown as they are
        scalar = Element(tree, values).of(tree, index)
        value = evaluate(scalar, {})
    parts = tuple(dict.fromkeys(_operands(scalar)))
    left, strength = _written(scalar, digits, True)
    if "operand" in scalar:                    # nothing is computed: say which element it is
        left = f"{parts[0].name}[{', '.join(map(str, parts[0].element))}]"
    elif strength <= COMPARED:
        left = f"({left})"
    text = f"{left} = {number(element, digits)}"
    return Filled(text, float(value), element, parts)


def _operands(scalar: Tree) -> list[Operand]:
    if "operand" in scalar:
        return [scalar["operand"]]
    return [operand for arg in scalar.get("args", ()) for operand in _operands(arg)]


def _flat(scalar: Tree, op: str) -> list[Tree]:
    """The terms of a sum, those of sums inside it too; or the parts of a maximum."""
    if scalar["op"] != op:
        return [scalar]
    return [term for arg in scalar["args"] for term in _flat(arg, op)]


def _written(scalar: Tree, digits: int | None, first: bool) -> tuple[str, int]:
    """The text of a tree of numbers, and how tightly it holds together.

    A negative number stands in brackets unless it is the first thing on the line.
    """
    op, args = scalar["op"], scalar.get("args", ())
    if op == "num":
        text = number(scalar["value"], digits)
        return (text, ATOM) if first or not text.startswith("−") else (f"({text})", ATOM)

    def alone(part: Tree) -> str:
        return _written(part, digits, True)[0]

    def inside(part: Tree, least: int, first: bool = False) -> str:
        text, strength = _written(part, digits, first)
        return text if strength >= least else f"({alone(part)})"

    if op == "terms":
        flat = _flat(scalar, op)
        written = [inside(term, TIMES, first and not k) for k, term in enumerate(flat)]
        return " + ".join(_shortened(written, digits)) or "0", SUM if len(flat) > 1 else TIMES
    if op in SHORT:
        written = [alone(part) for part in _flat(scalar, op)]
        return f"{SHORT[op]}({', '.join(_shortened(written, digits))})", ATOM
    if op in SIGNS:
        sign, strength = SIGNS[op]
        right = strength + (op in "-/")
        return inside(args[0], strength, first) + sign + inside(args[1], right), strength
    if op in RELATIONS:
        return inside(args[0], SUM, first) + RELATIONS[op] + inside(args[1], SUM), COMPARED
    if op in ("and", "or"):
        return f" {op} ".join(inside(part, COMPARED) for part in args), LOGICAL
    if op == "not":
        return f"not {inside(args[0], COMPARED)}", LOGICAL
    if op == "neg":
        return "−" + inside(args[0], POWER), SUM
    if op == "pow":
        up = f"^{inside(args[1], ATOM)}" if len(args) > 1 else raised(scalar["power"])
        return inside(args[0], ATOM) + up, POWER
    if op == "chosen":
        taken, left_out = (alone(args[1]), "…")[::1 if scalar["truth"] else -1]
        return f"{{{taken} if {alone(args[0])}, else {left_out}}}", ATOM
    if op == "cast":
        return cast_to(scalar["dtype"], *_written(args[0], digits, first))
    return f"{scalar['name']}({alone(args[0])})", ATOM


def _shortened(parts: list[str], digits: int | None) -> list[str]:
    if digits is None or len(parts) <= LONGEST:
        return parts
    return [*parts[:TERMS - 1], f"… {len(parts) - TERMS} more terms …", parts[-1]]
