"""A bug is an edit of the textbook: what it replaces, what stands there instead, and the cure.

Edits at different places of a source compose, so a few dozen bugs are also all pairs of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

BPTT = "tutorials/02_backpropagation_through_time.ipynb"
GATES = "tutorials/03_gates.ipynb"
VANISHING = "tutorials/06_vanishing_gradients.ipynb"


@dataclass(frozen=True)
class Bug:
    """One named mistake: `edits` are pairs (old, new) in the source of the step or of the loop.

    `fix` is the line that puts it right, in words and symbols, `lesson` where it is taught. A
    `silent` bug returns right numbers when it is first called; its side effect betrays it.
    """

    key: str
    title: str
    edits: tuple[tuple[str, str], ...]
    fix: str
    place: str = "step"
    lesson: str = BPTT
    silent: bool = False

    def __str__(self) -> str:
        return f"{self.key}: {self.title}"


class Span(NamedTuple):
    """The characters start … stop of a source, to be replaced by `new`."""

    start: int
    stop: int
    new: str


def spans(source: str, bug: Bug) -> list[Span]:
    """Where the edits of a bug lie, each without the words that its old and new text share at the
    ends."""
    places = []
    for old, new in bug.edits:
        start = source.find(old)
        if start < 0 or source.find(old, start + 1) >= 0:
            raise ValueError(
                f"bug {bug.key!r}: expected {old!r} exactly once in the source, got "
                f"{source.count(old)}; make the text of the edit longer or shorter"
            )
        head = _shared(old, new)
        tail = min(_shared(old[::-1], new[::-1]), len(old) - head, len(new) - head)
        while head and _in_a_word(old, head, new):
            head -= 1
        while tail and _in_a_word(old[::-1], tail, new[::-1]):
            tail -= 1
        places.append(Span(start + head, start + len(old) - tail, new[head : len(new) - tail]))
    return places


def fits(source: str, bug: Bug) -> bool:
    """Whether each old text of the bug is there exactly once."""
    return all(source.count(old) == 1 for old, _ in bug.edits)


def _shared(a: str, b: str) -> int:
    """How many characters two texts have in common at the beginning."""
    same = min(len(a), len(b))
    return next((k for k in range(same) if a[k] != b[k]), same)


def _in_a_word(old: str, cut: int, new: str) -> bool:
    """Whether one of the texts has a name or a number on both sides of the cut."""
    return any(re.fullmatch(r"\w\w", text[cut - 1 : cut + 1]) for text in (old, new))


def apart(places: Iterable[Span]) -> bool:
    """Whether no two spans share a character or begin at the same one."""
    return all(a.stop <= b.start and a.start < b.start for a, b in pairwise(sorted(places)))


def edited(source: str, bugs: Sequence[Bug]) -> str:
    """The source with every bug in it."""
    places = [span for bug in bugs for span in spans(source, bug)]
    if not apart(places):
        names = " and ".join(bug.key for bug in bugs)
        raise ValueError(f"bugs: expected edits at different places, got {names}; take one of them")
    for start, stop, new in sorted(places, reverse=True):
        source = source[:start] + new + source[stop:]
    return source
