"""Where it is wrong: the number, and the student's own line."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Element:
    """One wrong number: its index, the right number, theirs."""

    index: tuple[int, ...]
    expected: float
    got: float

    def __str__(self) -> str:
        index = ", ".join(map(str, self.index))
        right, got = told_apart(self.expected, self.got)
        return f"[{index}]: expected {right}, got {got}"


@dataclass(frozen=True)
class Line:
    """A line of the student's own file, and the function that it is in."""

    file: str
    number: int
    text: str
    function: str = ""

    def __str__(self) -> str:
        where = f", in {self.function}" if self.function else ""
        text = " ".join(self.text.split())
        return f"line {self.number} of {self.file}{where}" + (f": {text}" if text else "")


def told_apart(right: float, got: float) -> tuple[str, str]:
    """Two different numbers with as many digits as it takes to see that they differ."""
    for digits in (6, 9, 12, 17):
        a, b = (f"{value + 0.0:.{digits}g}" for value in (right, got))  # + 0.0: no -0
        if a != b:
            break
    return a, b if math.isfinite(got) else f"{got} (no number)" if math.isnan(got) else b
