"""A formula with its numbers filled in, for one element of the result.

What is a matrix product on the blackboard is a sum of products here, written out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from numpyrnn.seeing.formulas.digits import number
from numpyrnn.seeing.formulas.elements import Element, Operand
from numpyrnn.seeing.formulas.evaluated import COMPARISONS, Tree, evaluate
from numpyrnn.seeing.formulas.written import (
    ATOM,
    COMPARED,
    LOGICAL,
    POWER,
    RELATIONS,
    SHORT,
    SUM,
    TIMES,
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
        value = evaluate(scalar, {}) if scalar["op"] != "where" else evaluate(scalar["args"][1], {})
    parts = tuple(dict.fromkeys(_operands(scalar)))
    left = _written(scalar, digits, True)[0]
    if "operand" in scalar:                    # nothing is computed: say which element it is
        left = f"{parts[0].name}[{', '.join(map(str, parts[0].element))}]"
    elif scalar["op"] in COMPARISONS:
        left = f"({left})"
    text = f"{left} = {number(element, digits)}"
    return Filled(text, float(value), element, parts)
