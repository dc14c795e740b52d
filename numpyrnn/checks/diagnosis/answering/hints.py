"""A hint: the answer with a part of it left out, so that a teacher can withhold the rest."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpyrnn.checks.diagnosis.bank.edits import Bug
    from numpyrnn.checks.diagnosis.report import Diagnosis

ALL = 4
WHERE = ("wrong", "right", "gates")     # rows of the pattern that say no more than where
FORWARD = ("h", "c", "next_h", "next_c", "a_next", "loss", "out", "y")


def withheld(answer: Diagnosis, level: int) -> Diagnosis:
    """The verdict on one function at a level below `ALL`; only a wrong one has what to withhold.

    Notes go as a whole: "right with GATES = ..." is a fix.
    """
    if answer.status != "wrong":
        return replace(answer, level=level)
    if level == 3:
        return replace(
            answer, level=level, headline=f"hint 3 of {ALL}: {answer.headline}", notes=(),
            bugs=titles(answer.bugs), alternatives=tuple(map(titles, answer.alternatives)),
            equations=(), lines=(), family="", correction="",
        )
    place = answer.place if level == 2 else ""
    return replace(
        answer, level=level, headline=_headline(answer, level), notes=(), bugs=(),
        alternatives=(), equations=(), lines=(), explained=(), family="", correction="",
        place=place, element=answer.element if level == 2 else None,
        pattern=tuple(row for row in answer.pattern if level == 2 and row[0] in WHERE),
        line=answer.line if level == 2 else None,
    )


def titles(bugs: tuple[Bug, ...]) -> tuple[Bug, ...]:
    """The bugs without what puts them right."""
    return tuple(replace(bug, edits=(), fix="") for bug in bugs)


def _headline(answer: Diagnosis, level: int) -> str:
    tensor = answer.tensor
    if tensor is None:
        what, where = "something in it is wrong", "no single gradient shows it"
    else:
        what = "the forward pass" if tensor in FORWARD else "a gradient"
        what = f"{what} is wrong"
        where = tensor if answer.step is None else f"{tensor}, first at step {answer.step}"
    if level == 2:
        line = answer.line
        where += f"; look at line {line.number} of {line.file}" if line else (
            "; the line is not known")
    return f"{what}. Hint {level} of {ALL}: {where}."
