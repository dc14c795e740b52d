"""An answer as a page of 80 columns: the table of the functions, then the one to look at first."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpyrnn.checks.diagnosis.report import Diagnosis

WIDTH = 80
MARGIN = 13
NAMES = 34      # the widest column of names
WORDS = {"right": "RIGHT", "wrong": "WRONG", "unwritten": "NOT WRITTEN", "unjudged": "CANNOT RUN"}


def text(answer: Diagnosis) -> str:
    """The page."""
    lines = wrapped(title(answer), after=2)
    lines += wrapped(f"{WORDS[answer.status]}: {answer.headline}")
    found, notes = list(rows(answer)), [("note", note) for note in answer.notes]
    if answer.parts:
        lines += ["", *_table(answer)]
        if found:
            lines += ["", *wrapped(about(answer), after=2)]
    elif found or notes:
        lines.append("")
    if answer.parts and notes and not found:
        lines.append("")
    for label, said in [*found, *notes]:
        lines += wrapped(said, MARGIN, f"{label:{MARGIN}}")
    return "\n".join(lines)


def title(answer: Diagnosis) -> str:
    """What was judged."""
    count = len(answer.parts)
    return f"{answer.file}: {count} functions" if count else answer.subject


def about(answer: Diagnosis) -> str:
    """The function that is looked at first, and what it is taken for."""
    taken_for = answer.subject.partition(": ")[2]
    return answer.function if taken_for in ("", answer.function) else (
        f"{answer.function}: {taken_for}")


def functions(answer: Diagnosis) -> Iterator[tuple[str, str, str]]:
    """Each function, its verdict, and why; of the first one, which is told below, in short."""
    for part in answer.parts:
        said = "" if part else part.headline
        if part.function == answer.function and answer.status == "wrong":
            said = textwrap.shorten(said, 40, placeholder=" …")
        yield part.function or part.subject, WORDS[part.status], said


def rows(answer: Diagnosis) -> Iterator[tuple[str, str]]:
    """Label and text of all that is known of one function, but for the notes."""
    if answer.place:
        yield "first wrong", answer.place
    elif answer.tensor and answer.status == "wrong":
        step = "" if answer.step is None else f", at step {answer.step} (the first step is 0)"
        yield "first wrong", f"{answer.tensor}{step}"
    if answer.element is not None:
        yield "element", str(answer.element)
    yield from answer.pattern
    if answer.line is not None:
        yield "your line", str(answer.line)
    if answer.correction and not answer.bugs:
        yield "fix", answer.correction
    for k, bug in enumerate(answer.bugs):
        yield "cause", f"{bug.title}  [{bug.key}]"
        own = answer.correction if k == 0 else ""
        if own:
            yield "fix", own
        if bug.fix and bug.fix != own:
            yield "that is" if own else "fix", bug.fix
        if k < len(answer.equations) and answer.equations[k]:
            yield "equation", answer.equations[k]
        for right, wrong in answer.lines[k] if k < len(answer.lines) else ():
            yield "textbook", right
            yield "with bug", wrong
        if bug.lesson and bug.place != "result":
            yield "lesson", bug.lesson
    if answer.alternatives:
        others = " or ".join(
            " and ".join(bug.key for bug in bugs) for bugs in answer.alternatives[:4]
        )
        more = len(answer.alternatives) - 4
        tail = f", and {more} other explanations" if more > 0 else ""
        yield "or", f"{others}: it has the same numbers{tail}"
    if answer.family:
        yield "look at", answer.family


def _table(answer: Diagnosis) -> Iterator[str]:
    table = list(functions(answer))
    name = min(NAMES, max(len(row[0]) for row in table))
    word = max(len(row[1]) for row in table)
    for function, verdict, said in table:
        if len(function) > name:
            yield from wrapped(function)
            function = ""
        head = f"{function:{name}}  {verdict:{word}}  "
        yield from wrapped(said, len(head), head) or [head.rstrip()]


def wrapped(said: str, after: int = 0, first: str = "") -> list[str]:
    """A text in lines of 80 columns: `first` in front, `after` spaces before each further line."""
    return textwrap.wrap(
        printable(said), WIDTH, initial_indent=first, subsequent_indent=" " * after,
        break_on_hyphens=False,
    )


def printable(said: str) -> str:
    """The text, a question mark for what would steer a terminal."""
    return "".join(c if c.isprintable() or c.isspace() else "?" for c in said)
