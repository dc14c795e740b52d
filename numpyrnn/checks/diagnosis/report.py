"""The answer of a diagnosis: true if the code is right, fields to ask, a page to read."""

from __future__ import annotations

import html
import json
import math
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from numpyrnn.checks.diagnosis.bank.edits import Bug

WIDTH = 80
MARGIN = 13
FORMAT = "numpyrnn diagnosis 1"
HINTS = 4

# The worst first. The exit code of the command is that of the worst function.
EXIT_CODES = {"wrong": 1, "unjudged": 2, "unwritten": 3, "right": 0}
WORDS = {"right": "RIGHT", "wrong": "WRONG", "unwritten": "NOT WRITTEN", "unjudged": "CANNOT RUN"}


@dataclass(frozen=True)
class Element:
    """One wrong number: its index, the right number, theirs."""

    index: tuple[int, ...]
    expected: float
    got: float


@dataclass(frozen=True)
class Line:
    """A line of the student's own file, and the function that it is in."""

    file: str
    number: int
    text: str
    function: str = ""

    def __str__(self) -> str:
        where = f", in {self.function}" if self.function else ""
        return f"line {self.number} of {self.file}{where}: {self.text}"


@dataclass(frozen=True, eq=False, repr=False)
class Diagnosis:
    """The answer of `diagnose`. True if the code is right.

    `status` is "right", "wrong", "unwritten" (a stub) or "unjudged" (it cannot run), and `headline`
    says it in a sentence. If it is wrong, `tensor`, `step` and `element` say where the first wrong
    number on the way back is, `line` is the line of the file that makes it, `bugs` are the causes
    that give exactly these numbers (`alternatives`: other sets that would, too), `explained` the
    tensors that they account for, `correction` the fix in the student's own form, and `family`
    says where to look if they do not account for all. `parts` are the verdicts on all functions
    of a file, each a Diagnosis; the fields are then those of the first one that is not right.
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
    level: int = HINTS

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
        return "\n".join(filter(None, self.equations))

    @property
    def lesson(self) -> str:
        """Where it is taught, a line for each lesson."""
        return "\n".join(dict.fromkeys(bug.lesson for bug in self.bugs))

    @property
    def exit_code(self) -> int:
        """0: right, 1: wrong, 2: cannot run, 3: not written yet."""
        return EXIT_CODES[self.status]

    def hint(self, level: int) -> Diagnosis:
        """No more than this: 1 which tensor and step, 2 also which line, 3 also which mistake,
        4 also the fix. Raises ValueError for another level."""
        if level not in range(1, HINTS + 1):
            raise ValueError(f"hint: expected a level from 1 to {HINTS}, got {level!r}; 4 says all")
        if level == HINTS:
            return self
        parts = tuple(part.hint(level) for part in self.parts)
        if self.status != "wrong":
            return replace(self, parts=parts, level=level)
        if level == 3:
            bugs = _without_fix(self.bugs)
            return replace(
                self, bugs=bugs, alternatives=tuple(map(_without_fix, self.alternatives)),
                equations=("",) * len(bugs), lines=((),) * len(bugs), family="", correction="",
                level=level, parts=parts,
            )
        tensor = f": {self.tensor}" if self.tensor else ""
        step = f", first at step {self.step}" if self.step is not None else ""
        return replace(
            self, headline=f"a gradient is wrong{tensor}{step}.", bugs=(), alternatives=(),
            equations=(), lines=(), explained=(), notes=(), family="", correction="",
            pattern=tuple(row for row in self.pattern if row[0] in ("wrong", "right")),
            line=self.line if level == 2 else None, level=level, parts=parts,
        )

    # As data -----------------------------------------------------------------------------------

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain values; `json` has the schema."""
        functions = [part._function() for part in self.parts or (self,)]
        return {
            "format": FORMAT, "file": self.subject.partition(": ")[0], "status": self.status,
            "exit_code": self.exit_code, "headline": self.headline, "hint": self.level,
            "right": sum(f["status"] == "right" for f in functions), "functions": functions,
        }

    def _function(self) -> dict[str, Any]:
        element = self.element and {
            "index": list(self.element.index), "expected": _number(self.element.expected),
            "got": _number(self.element.got),
        }
        return {
            "function": self.function, "subject": self.subject, "status": self.status,
            "headline": self.headline, "tensor": self.tensor, "step": self.step,
            "element": element, "place": self.place, "pattern": [list(r) for r in self.pattern],
            "line": self.line and {"file": self.line.file, "number": self.line.number,
                                   "text": self.line.text, "function": self.line.function},
            "causes": [{"key": b.key, "title": b.title, "fix": b.fix, "lesson": b.lesson}
                       for b in self.bugs],
            "explained": list(self.explained), "correction": self.correction,
            "look_at": self.family, "notes": list(self.notes),
        }

    def json(self) -> str:
        """The answer as JSON.

        {"format": "numpyrnn diagnosis 1", "file", "status", "exit_code", "headline", "hint",
        "right": how many functions are, "functions": [{"function", "subject", "status",
        "headline", "tensor", "step", "element": {"index", "expected", "got"}, "place", "pattern",
        "line": {"file", "number", "text", "function"}, "causes": [{"key", "title", "fix",
        "lesson"}], "explained", "correction", "look_at", "notes"}]}; what is not known is null.
        """
        return json.dumps(self.to_dict(), indent=1, ensure_ascii=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Diagnosis:
        """The answer that `to_dict` made of one; raises ValueError for another format."""
        if not isinstance(data, Mapping) or data.get("format") != FORMAT:
            got = data.get("format") if isinstance(data, Mapping) else type(data).__name__
            raise ValueError(
                f"from_dict: expected a dict of the format {FORMAT!r}, got {got!r}; to_dict and "
                "--json write it"
            )
        parts = [cls._of_function(f, data["hint"]) for f in data["functions"]]
        return combined(data["file"], parts)

    @classmethod
    def _of_function(cls, f: Mapping[str, Any], level: int) -> Diagnosis:
        e, line = f["element"], f["line"]
        bugs = tuple(Bug(c["key"], c["title"], (), c["fix"], lesson=c["lesson"])
                     for c in f["causes"])
        return cls(
            f["subject"], f["status"], f["headline"], f["tensor"], f["step"],
            e and Element(tuple(e["index"]), _nan(e["expected"]), _nan(e["got"])), f["place"],
            tuple((a, b) for a, b in f["pattern"]), bugs, (), tuple(f["explained"]), f["look_at"],
            ("",) * len(bugs), ((),) * len(bugs), tuple(f["notes"]), f["function"],
            line and Line(line["file"], line["number"], line["text"], line["function"]),
            f["correction"], (), level,
        )

    # As a page ---------------------------------------------------------------------------------

    def _rows(self) -> Iterator[tuple[str, str]]:
        if self.place:
            yield "first wrong", self.place
        if self.element is not None:
            index = ", ".join(map(str, self.element.index))
            yield "element", (
                f"[{index}]: expected {self.element.expected:.6g}, got {self.element.got:.6g}"
            )
        yield from self.pattern
        if self.line is not None:
            yield "your line", str(self.line)
        equations = self.equations or ("",) * len(self.bugs)
        lines = self.lines or ((),) * len(self.bugs)
        for number, (bug, equation, pairs) in enumerate(
            zip(self.bugs, equations, lines, strict=True)
        ):
            yield "cause", f"{bug.title}  [{bug.key}]"
            if number == 0 and self.correction:
                yield "fix", self.correction
                yield "that is", bug.fix
            elif bug.fix:
                yield "fix", bug.fix
            if equation:
                yield "equation", equation
            for right, wrong in pairs:
                yield "textbook", right
                yield "with bug", wrong
            if bug.edits and bug.lesson:
                yield "lesson", bug.lesson
        if not self.bugs and self.correction:
            yield "fix", self.correction
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
        if self.level < HINTS and self.status == "wrong":
            yield "hint", f"{self.level} of {HINTS}"

    def _table(self) -> list[tuple[str, str, str]]:
        """Function, verdict and a few words, for a file with several functions."""
        return [(part.function or part.subject, WORDS[part.status],
                 "" if part.status == "right" else part.headline) for part in self.parts]

    def __str__(self) -> str:
        lines = textwrap.wrap(self.subject, WIDTH, subsequent_indent="  ")
        lines += textwrap.wrap(f"{WORDS[self.status]}: {self.headline}", WIDTH)
        rows = list(self._rows())
        if rows:
            lines.append("")
        for label, text in rows:
            lines += textwrap.wrap(
                text, WIDTH, initial_indent=f"{label:{MARGIN}}", subsequent_indent=" " * MARGIN,
                break_on_hyphens=False,
            )
        if len(self.parts) > 1:
            table = self._table()
            name = max(len(row[0]) for row in table)
            word = max(len(row[1]) for row in table)
            lines += ["", f"{self.count} of {len(self.parts)} functions are right."]
            for function, verdict, said in table:
                head = f"  {function:{name}}  {verdict:{word}}"
                room = WIDTH - len(head) - 2
                short = textwrap.shorten(said, max(room, 12), placeholder=" …") if said else ""
                lines.append(f"{head}  {short}".rstrip())
        return "\n".join(lines)

    @property
    def count(self) -> int:
        """How many functions of the file are right."""
        return sum(part.status == "right" for part in self.parts or (self,))

    def _repr_html_(self) -> str:
        """A table for a notebook."""
        left = "style='text-align:left'"
        rows = ""
        for label, text in self._rows():
            cell = html.escape(text)
            if label in ("textbook", "with bug", "your line"):
                cell = f"<code>{cell}</code>"
            rows += f"<tr><th {left}>{html.escape(label)}</th><td {left}>{cell}</td></tr>"
        functions = ""
        if len(self.parts) > 1:
            functions = "<table>" + "".join(
                f"<tr><td {left}><code>{html.escape(a)}</code></td><td {left}><b>{b}</b></td>"
                f"<td {left}>{html.escape(c)}</td></tr>" for a, b, c in self._table()
            ) + "</table>"
        return (
            f"<p>{html.escape(self.subject)}<br><b>{WORDS[self.status]}</b>: "
            f"{html.escape(self.headline)}</p>{functions}<table>{rows}</table>"
        )


def _without_fix(bugs: tuple[Bug, ...]) -> tuple[Bug, ...]:
    return tuple(replace(bug, fix="", lesson="") for bug in bugs)


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _nan(value: float | None) -> float:
    return math.nan if value is None else value


def combined(file: str, parts: list[Diagnosis]) -> Diagnosis:
    """The answer for a file out of those for its functions, the worst of them in front.

    A wrong sequence whose causes go beyond those of its step is in front of the step; else the
    step is, since the sequence is made of it.
    """
    if len(parts) == 1:
        return parts[0]
    worst = min((part.status for part in parts), key=list(EXIT_CODES).index)
    lead = next(part for part in parts if part.status == worst)
    if worst == "wrong":
        for part in parts:
            if part.status == "wrong" and not part.family and set(lead.names) < set(part.names):
                lead = part
    headline = lead.headline
    if worst == "unwritten":
        names = [part.function for part in parts if part.status == "unwritten"]
        headline = f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'} not written yet."
    elif worst == "right":
        headline = f"all {len(parts)} functions are right."
    notes = lead.notes
    if worst != "wrong":
        notes = tuple(dict.fromkeys(note for part in parts for note in part.notes))
    return replace(lead, parts=tuple(parts), headline=headline, notes=notes)
