"""The answer of a diagnosis: true if the code is right, fields to ask, a page to read."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from numpyrnn.checks.diagnosis.bank.edits import Bug

WIDTH = 80
MARGIN = 13


@dataclass(frozen=True)
class Element:
    """One wrong number: its index, the right number, theirs."""

    index: tuple[int, ...]
    expected: float
    got: float


@dataclass(frozen=True, eq=False, repr=False)
class Diagnosis:
    """The answer of `diagnose`. True if the code is right.

    `status` is "right", "wrong" or "unjudged" (it does not run, or does not return gradients), and
    `headline` says it in a sentence. If it is wrong, `tensor`, `step` and `element` say where the
    first wrong number on the way back is, `bugs` are the named bugs that give exactly these
    numbers (`alternatives`: other sets that would, too), `explained` the tensors that they
    account for, and `family` is what the pattern says where they do not account for all.
    """

    subject: str
    status: str
    headline: str
    tensor: str | None = None
    step: int | None = None
    element: Element | None = None
    place: str = ""
    pattern: tuple[tuple[str, str], ...] = ()
    bugs: tuple[Bug, ...] = ()
    alternatives: tuple[tuple[Bug, ...], ...] = ()
    explained: tuple[str, ...] = ()
    family: str = ""
    equations: tuple[str, ...] = ()
    lines: tuple[tuple[tuple[str, str], ...], ...] = ()
    notes: tuple[str, ...] = ()
    function: str = ""
    line: Any = None
    correction: str = ""
    parts: tuple[Diagnosis, ...] = ()

    def __bool__(self) -> bool:
        return self.status == "right"

    def __repr__(self) -> str:
        return f"Diagnosis({self.status!r}, {self.headline!r})"

    @property
    def names(self) -> tuple[str, ...]:
        """The keys of the bugs."""
        return tuple(bug.key for bug in self.bugs)

    @property
    def fix(self) -> str:
        """How to put it right, a line for each bug."""
        return "\n".join(bug.fix for bug in self.bugs)

    @property
    def equation(self) -> str:
        """The equation of each bug, a line each."""
        return "\n".join(self.equations)

    @property
    def lesson(self) -> str:
        """Where it is taught, a line for each lesson."""
        return "\n".join(dict.fromkeys(bug.lesson for bug in self.bugs))

    def _rows(self) -> Iterator[tuple[str, str]]:
        if self.place:
            yield "first wrong", self.place
        if self.element is not None:
            index = ", ".join(map(str, self.element.index))
            yield "element", (
                f"[{index}]: expected {self.element.expected:.6g}, got {self.element.got:.6g}"
            )
        yield from self.pattern
        for bug, equation, lines in zip(self.bugs, self.equations, self.lines, strict=True):
            yield "cause", f"{bug.title}  [{bug.key}]"
            yield "fix", bug.fix
            yield "equation", equation
            for right, wrong in lines:
                yield "textbook", right
                yield "with bug", wrong
            yield "lesson", bug.lesson
        if self.alternatives:
            others = " or ".join(
                " and ".join(bug.key for bug in bugs) for bugs in self.alternatives[:4]
            )
            more = len(self.alternatives) - 4
            tail = f", and {more} other explanations" if more > 0 else ""
            yield "or", f"{others}: these numbers are theirs as well{tail}"
        if self.family:
            yield "look at", self.family
        for note in self.notes:
            yield "note", note

    def __str__(self) -> str:
        lines = textwrap.wrap(self.subject, WIDTH, subsequent_indent="  ")
        lines += textwrap.wrap(f"{self.status.upper()}: {self.headline}", WIDTH)
        rows = list(self._rows())
        if rows:
            lines.append("")
        for label, text in rows:
            lines += textwrap.wrap(
                text, WIDTH, initial_indent=f"{label:{MARGIN}}", subsequent_indent=" " * MARGIN,
                break_on_hyphens=False,
            )
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        """A table for a notebook."""
        left = "style='text-align:left'"
        rows = ""
        for label, text in self._rows():
            cell = html.escape(text)
            cell = f"<code>{cell}</code>" if label in ("textbook", "with bug") else cell
            rows += f"<tr><th {left}>{html.escape(label)}</th><td {left}>{cell}</td></tr>"
        return (
            f"<p>{html.escape(self.subject)}<br><b>{html.escape(self.status.upper())}</b>: "
            f"{html.escape(self.headline)}</p><table>{rows}</table>"
        )


def combined(file: str, parts: list[Diagnosis]) -> Diagnosis:
    """The answer for a file."""
    order = ["wrong", "unjudged", "unwritten", "right"]
    lead = min(parts, key=lambda p: order.index(p.status))
    return replace(lead, parts=tuple(parts))
