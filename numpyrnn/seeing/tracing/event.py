"""One event of a trace: a name that gets a value, and the values that it is computed from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import index as as_index
from typing import Any, NamedTuple

import numpy as np

from numpyrnn.answers import warn
from numpyrnn.seeing.formulas.filled import Filled, fill
from numpyrnn.seeing.formulas.tree import Tree
from numpyrnn.validation import brief, check_size

LOOP = "dh = dh_next + dh_above"     # what the loop does before each step back
MEANINGS = {
    "x": "the input of this step",
    "h0": "the hidden state before the first step",
    "c0": "the memory before the first step",
    "dh_above": "the gradient of h at this step, from the loss or the layer above",
    "dh_final": "the gradient of the final hidden state",
    "dc_final": "the gradient of the final memory",
    "dh": "what the following step sent back, and what comes from above",
}


class Constant(NamedTuple):
    """A quantity that no step changes: a parameter."""

    name: str
    value: np.ndarray
    axes: tuple[str | None, ...] | None = None


@dataclass(frozen=True, eq=False, repr=False)
class Event:
    """A name gets a value.

    index      place in the trace
    t          time step of the input
    phase      "forward" or "backward"
    equation   number in the cell's docstring, or None
    name       as in the code: a_f, c, da, dW_xh …; values have the cell's shapes, a column
               being a sequence: (H, B), (G, H, B), (G, H, D) …
    value      a read-only copy
    formula    the right-hand side in symbols; ⊙ is elementwise, ' means the step before
    line       the line of code that ran
    sources    the values of the formula's names: events, and constants (the parameters)
    total      of a gradient that is summed over time: the sum so far, this step included
    gates      the names of the blocks of an array with gates
    changed    numbers were written into an array that is older than the line
    axes       what each axis runs over ("unit", "batch", …), where it is known
    """

    index: int
    t: int
    phase: str
    equation: int | None
    name: str
    value: np.ndarray
    formula: str
    line: str
    tree: Tree | None = None
    sources: Mapping[str, Event | Constant] = field(default_factory=dict)
    total: np.ndarray | None = None
    gates: str = ""
    changed: bool = False
    axes: tuple[str | None, ...] | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        return self.value.shape

    @property
    def parents(self) -> tuple[Event, ...]:
        """The events whose values this one was computed from, in the order of the formula."""
        events = [source for source in self.sources.values() if isinstance(source, Event)]
        return tuple({event.index: event for event in events}.values())

    @property
    def is_input(self) -> bool:
        """It came in from outside: x, the initial state, the gradient from above."""
        return self.formula == "given"

    @property
    def given(self) -> bool:
        """The old name of `is_input`; it warns."""
        warn("Event.given is called Event.is_input now; write that", DeprecationWarning)
        return self.is_input

    @property
    def meaning(self) -> str:
        """In words, what an event means that no line of the cell has made; else empty."""
        return "" if self.equation or not self.from_loop else MEANINGS.get(self.name, "")

    @property
    def from_loop(self) -> bool:
        """No line of the cell has made it: it is an input, or the dh that the loop adds up."""
        return self.is_input or self.line == LOOP

    def filled(self, *index: int, digits: int | None = 3) -> Filled:
        """The formula with its numbers for one element: `0.731·0.12 + 0.55·(−0.31) = −0.083`.

        digits=None writes every number in full. Raises IndexError for an index that the value
        does not have, and ValueError where the line has no formula (given, or not understood).
        """
        index = self._checked(index)
        if digits is not None:
            digits = check_size("digits", digits)
        if self.tree is None:
            why = "it was given" if self.is_input else f"its line is {self.line!r}"
            raise ValueError(
                f"{self.name}: expected an event with a formula to fill in, but {why}; "
                "look at .value and .parents"
            )
        values = {name: source.value for name, source in self.sources.items()}
        return fill(self.tree, index, values, self.value[index], digits)

    def _checked(self, index: tuple[Any, ...]) -> tuple[int, ...]:
        try:
            element = tuple(as_index(i) for i in index)
            fits = len(element) == self.value.ndim and all(
                0 <= i < n for i, n in zip(element, self.shape, strict=True)
            )
        except TypeError:
            fits = False
        if not fits:
            zeros = ", ".join("0" * self.value.ndim)
            raise IndexError(
                f"{self.name}: expected {self.value.ndim} whole numbers within its shape "
                f"{self.shape}, got {brief(index)}; write filled({zeros})"
            )
        return element

    def __repr__(self) -> str:
        number = f"({self.equation}) " if self.equation else ""
        return f"<{self.index}: t={self.t} {self.phase} {number}{self.name} = {self.formula}>"
