"""The answer of a diagnosis: true if the code is right, fields to ask, a page to read."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from numpyrnn.checks.diagnosis.answering import hints, page, record, rich
from numpyrnn.checks.diagnosis.answering.place import Element, Line
from numpyrnn.checks.diagnosis.bank.edits import Bug

# The worst first. The exit code of the command is that of the worst function.
EXIT_CODES = {"wrong": 1, "unjudged": 2, "unwritten": 3, "right": 0}


@dataclass(frozen=True, eq=False, repr=False)
class Diagnosis:
    """The answer of `diagnose`. True if the code is right.

    `status` is "right", "wrong", "unwritten" (a stub) or "unjudged" (it cannot run), and `headline`
    says it in a sentence. If it is wrong, `tensor`, `step` and `element` say where the first wrong
    number on the way back is, `line` is the line of the file that makes it, `bugs` are the causes
    that give exactly these numbers (`alternatives`: other sets that would, too), `explained` the
    tensors that they account for, `correction` the fix in the student's own form, and `family`
    says where to look if they do not account for all.

    `parts` are the verdicts on all functions of a file, each a Diagnosis; the fields are then those
    of the one to be looked at first. `level` is the level of the hint (see `hint`), and `source`
    the text of the file, which a notebook shows beside the verdict.
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
    line: Line | None = None
    correction: str = ""
    parts: tuple[Diagnosis, ...] = ()
    level: int = hints.ALL
    source: str = ""

    def __bool__(self) -> bool:
        return self.status == "right"

    def __repr__(self) -> str:
        return f"Diagnosis({self.status!r}, {self.headline!r})"

    def __str__(self) -> str:
        return page.text(self)

    def _repr_html_(self) -> str:
        """The verdict as a table, beside the student's lines where `source` has them."""
        return rich.html(self)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """The page, at IPython's prompt."""
        printer.text(str(self))

    @property
    def file(self) -> str:
        """The file, or what else was given."""
        return self.subject.partition(": ")[0]

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
        return "\n".join(filter(None, self.equations))

    @property
    def lesson(self) -> str:
        """Where it is taught, a line for each lesson."""
        return "\n".join(dict.fromkeys(bug.lesson for bug in self.bugs if bug.lesson))

    @property
    def exit_code(self) -> int:
        """0: right, 1: wrong, 2: cannot run, 3: not written yet."""
        return EXIT_CODES[self.status]

    @property
    def count(self) -> int:
        """How many functions of the file are right."""
        return sum(part.status == "right" for part in self.parts or (self,))

    def hint(self, level: int) -> Diagnosis:
        """The answer with no more in it than: 1 which tensor and which step, 2 also which line, 3
        also which mistake, 4 all of it. What was left out does not come back.

        Raises ValueError for another level.
        """
        if isinstance(level, bool) or level not in range(1, hints.ALL + 1):
            raise ValueError(
                f"hint: expected a level from 1 to {hints.ALL}, got {level!r}; {hints.ALL} says all"
            )
        if level >= self.level:
            return self
        if not self.parts:
            return hints.withheld(self, level)
        parts = [hints.withheld(part, level) for part in self.parts]
        if self.status == "wrong":
            parts = [replace(part, notes=()) if part else part for part in parts]
        said = combined(self.file, parts)
        return replace(said, source=self.source)

    def mapped(self, change: Callable[[str], str]) -> Diagnosis:
        """The answer with `change` made to each sentence, but not to lines of code."""
        return replace(
            self, subject=change(self.subject), headline=change(self.headline),
            place=change(self.place), family=change(self.family),
            notes=tuple(map(change, self.notes)),
            parts=tuple(part.mapped(change) for part in self.parts),
        )

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain values; answering/record.py has the schema."""
        return record.written(self)

    def json(self) -> str:
        """The answer as JSON; answering/record.py has the schema."""
        return json.dumps(self.to_dict(), indent=1, allow_nan=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Diagnosis:
        """The answer that `to_dict` wrote; `source` and the edits of the bugs are not in it.

        Raises ValueError for what `to_dict` did not write.
        """
        found = record.read(data)
        made = combined(found["file"], [cls(**fields) for fields in found["functions"]])
        return replace(made, headline=found["headline"], notes=found["notes"])


def combined(file: str, parts: Sequence[Diagnosis]) -> Diagnosis:
    """The answer for a file out of those for its functions.

    In front is a wrong function, else one that cannot run, else one that is not written, else the
    first. Of several wrong ones it is the first, a step before the sequence that is made of it,
    unless the causes of another go beyond its own. Raises ValueError for no parts.
    """
    if not parts:
        raise ValueError(f"parts: expected a verdict on a function of {file} at least, got none")
    if len(parts) == 1:
        return parts[0]
    worst = min((part.status for part in parts), key=list(EXIT_CODES).index)
    lead = next(part for part in parts if part.status == worst)
    if worst == "wrong":
        for part in parts:
            if part.status == "wrong" and not part.family and set(lead.names) < set(part.names):
                lead = part
    made = replace(lead, parts=tuple(parts), notes=_notes(lead, parts))
    return replace(made, headline=_headline(made, lead))


def _headline(made: Diagnosis, lead: Diagnosis) -> str:
    """How many are right, and what is to be said first."""
    right, count = made.count, len(made.parts)
    if lead:
        return f"all {count} functions are right."
    so_far = f"{right} of {count} functions right"
    if not right:
        so_far = f"none of the {count} functions is right"
    if lead.status == "unwritten":
        names = [part.function for part in made.parts if part.status == "unwritten"]
        said = f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'} not written yet."
    elif not lead.function or lead.headline.startswith(f"{lead.function} "):
        said = lead.headline
    else:
        said = f"{lead.function}: {lead.headline}"
    return f"{so_far}; {said}"


def _notes(lead: Diagnosis, parts: Sequence[Diagnosis]) -> tuple[str, ...]:
    """The notes on the first function and on the right ones; one on several is said once."""
    notes = list(lead.notes)
    for part in parts:
        if part is lead or (lead.status == "wrong" and not part):
            continue
        for note in part.notes:
            shared = sum(note in other.notes for other in parts) > 1
            told = shared or not part.function or part.function in note
            notes.append(note if told else f"{part.function}: {note}")
    return tuple(dict.fromkeys(notes))
