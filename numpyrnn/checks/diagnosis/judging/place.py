"""The first wrong tensor on the way back, and the step at which it is met.

Going back, each step yields: what it hands on as dc (LSTM), dx, what it hands on as dh, and its
share of each weight gradient. Of these only dx is returned for every step. The others are made
visible by running the code on the last step alone, on the last two, and so on: its dh0 is what
step T-k hands back, and a sum over time that goes wrong with k steps goes wrong there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from numpyrnn.checks.diagnosis.calling.passes import CellPasses, Passes
from numpyrnn.checks.diagnosis.calling.wiring import Arrays
from numpyrnn.checks.diagnosis.cannot import CannotRun
from numpyrnn.checks.diagnosis.judging.effects import Calls, check

# Right to this and not to the tolerance: float32 in between, not a bug.
ROUNDED = 1e-5


@dataclass
class Place:
    """Where the first wrong number is: the argument it is the gradient of, the step, the element.

    `suffix` says how many of the last steps show it (None: only the whole sequence does), `gates`
    the gates whose blocks of the weight gradients are wrong there; `there` holds the arguments
    wrong there, `wrong` all that are in the end, and `dx_steps` the steps at which dx is.
    `last` are their results for the last step alone.
    """

    argument: str
    step: int | None
    element: tuple[tuple[int, ...], float, float]
    wrong: list[str]
    dx_steps: list[int] = field(default_factory=list)
    suffix: int | None = None
    gates: str = ""
    there: list[str] = field(default_factory=list)
    last: Arrays | None = None


def bad_elements(got: np.ndarray, right: np.ndarray, tolerance: float) -> np.ndarray:
    """Where the two differ, element by element, relative to the size of the right tensor."""
    scale = float(np.abs(right).max(initial=0))
    with np.errstate(invalid="ignore"):
        return ~(np.abs(got - right) <= tolerance * (scale + np.abs(right)))


def wrong_of(got: Arrays, right: Arrays, tolerance: float) -> list[str]:
    """The arguments whose gradient is wrong, in the order of `right`."""
    return [n for n in right if n in got and bad_elements(got[n], right[n], tolerance).any()]


def in_order(passes: Passes, names: list[str]) -> list[str]:
    """As they come about on the way back: dc, dx, dh, then the weights."""
    roles = getattr(passes, "names", {})
    first = [roles[r] for r in ("c0", "x", "h0") if r in roles]
    return sorted(names, key=lambda n: first.index(n) if n in first else len(first))


class Locator:
    """Finds the place; `right` are the right gradients on the whole problem."""

    def __init__(self, passes: Passes, problem: Any, calls: Calls, right: Arrays,
                 tolerance: float, textbook: bool):
        self.passes, self.problem, self.calls = passes, problem, calls
        self.right, self.tolerance, self.textbook = right, tolerance, textbook

    def place(self, results: Arrays, keeps: bool = False) -> Place | None:
        """The place of the first wrong number; None if every number is right."""
        wrong = in_order(self.passes, wrong_of(results, self.right, self.tolerance))
        if not wrong:
            return None
        x = getattr(self.passes, "names", {}).get("x")
        if self.passes.form != "sequence" or not isinstance(self.passes, CellPasses):
            return self._at(wrong[0], None, results, self.right, wrong)
        steps = self._dx_steps(results, self.right) if x in results else []
        place = None
        if self.textbook and not keeps:
            place = self._by_suffixes(steps)
        if place is None:
            place = self._at(wrong[0], None, results, self.right, wrong)
            if steps and x in wrong:
                place = self._at(x, max(steps), results, self.right, wrong)
                place.step = max(steps)
        elif place.argument == x:  # the same element, with the numbers of the whole sequence
            place.element = self._at(x, place.step, results, self.right, wrong).element
        elif place.argument in self._states() and place.step and place.step - 1 not in steps and (
            x in results
        ):
            # What was handed on inside was right: only what is returned in the end is not.
            place = self._at(wrong[0], None, results, self.right, wrong, last=place.last)
            place.step = 0
        place.wrong, place.dx_steps = wrong, steps
        return place

    def _states(self) -> set[str]:
        roles = getattr(self.passes, "names", {})
        return {roles[r] for r in ("h0", "c0") if r in roles}

    def _time_axis(self) -> int:
        return self.passes.reading.axes.index("T")  # type: ignore[attr-defined]

    def _dx_steps(self, got: Arrays, right: Arrays) -> list[int]:
        x = self.passes.names["x"]  # type: ignore[attr-defined]
        bad = bad_elements(got[x], right[x], self.tolerance)
        others = tuple(k for k in range(bad.ndim) if k != self._time_axis())
        return [int(t) for t in np.flatnonzero(bad.any(axis=others))]

    def _by_suffixes(self, steps: list[int]) -> Place | None:
        """The first wrong result of the last k steps alone, for the smallest such k.

        None if the code does other things to a short sequence than to the end of a long one.
        """
        T = len(self.problem.x)
        x = self.passes.names["x"]  # type: ignore[attr-defined]
        first, last = None, None
        for k in range(1, T + 1):
            short = self.problem.last(k, self.passes.memory)  # type: ignore[attr-defined]
            try:
                results = self.calls.backward(short)
                check(self.passes, short, results)
            except CannotRun:
                return None
            last = results if k == 1 else last
            right = self.passes.expected(short, short.right)
            right = {n: right[n] for n in self.right}
            if x in results:
                now = [T - k + t for t in self._dx_steps(results, right)]
                if now != [t for t in steps if t >= T - k]:
                    return None
            wrong = in_order(self.passes, wrong_of(results, right, self.tolerance))
            if wrong and first is None:
                first = self._at(wrong[0], None, results, right, wrong, k)
        if first is not None:
            first.last = last
        return first

    def _at(
        self, argument: str, step: int | None, results: Arrays, right: Arrays, wrong: list[str],
        suffix: int | None = None, last: Arrays | None = None,
    ) -> Place:
        got, expected = results[argument], right[argument]
        errors = np.nan_to_num(np.abs(got - expected), nan=np.inf)
        if step is not None:
            keep = np.zeros_like(errors)
            keep[(slice(None),) * self._time_axis() + (step,)] = 1
            errors = np.where(keep == 1, errors, 0)
        index = tuple(int(i) for i in np.unravel_index(int(np.argmax(errors)), errors.shape))
        place = Place(argument, None, (index, float(expected[index]), float(got[index])), wrong)
        place.there, place.last = wrong, last
        if suffix is not None:
            place.suffix, place.step = suffix, len(self.problem.x) - suffix
        place.gates = self._gates(results, right)
        return place

    def _gates(self, results: Arrays, right: Arrays) -> str:
        """The gates whose blocks of a weight gradient are wrong."""
        passes = self.passes
        if not isinstance(passes, CellPasses):
            return ""
        wrong: set[str] = set()
        hidden = len(self.problem.state[0])
        for weight in passes.reading.weights:
            if weight.name not in results or weight.name not in right or weight.of == "n":
                continue
            bad = bad_elements(results[weight.name], right[weight.name], self.tolerance)
            if len(weight.gates) == 1:
                wrong |= set(weight.gates) if bad.any() else set()
                continue
            for index in np.argwhere(bad):
                gate = weight.gate(tuple(int(i) for i in index), hidden)
                wrong |= {gate} if gate else set()
        return "".join(g for g in passes.book.gates if g in wrong)
