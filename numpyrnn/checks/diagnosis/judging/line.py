"""The student's own line: where a wrong value is made first.

The textbook with the named bug is run beside the student's code. The first value of his that is
one of its wrong ones, in whatever layout, tells the line. Without a name, the wrong gradient itself
is looked for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from numpyrnn.checks.diagnosis.judging.statements import Code
from numpyrnn.checks.diagnosis.judging.tracing import Made

CLOSE = 1e-7


@dataclass(frozen=True)
class Suspect:
    """A wrong value, and the name that it has in the textbook."""

    name: str
    wrong: np.ndarray


class Values:
    """Values that are compared without regard to their layout."""

    def __init__(self, arrays: Iterable[tuple[str, np.ndarray]]):
        self.by_size: dict[int, list[tuple[str, np.ndarray]]] = {}
        for name, array in arrays:
            self.by_size.setdefault(array.size, []).append((name, np.sort(array.ravel())))

    def find(self, array: np.ndarray) -> str | None:
        """The name of a value that this is."""
        return next(iter(self.all_of(array)), None)

    def all_of(self, array: np.ndarray) -> list[str]:
        """The names of all values that this is."""
        same = self.by_size.get(array.size)
        if not same or not np.all(np.isfinite(array)):
            return []
        flat = np.sort(array.ravel())
        found = []
        for name, other in same:
            room = CLOSE * (1e-9 + float(np.abs(other).max()))
            if np.all(np.abs(flat - other) <= room):
                found.append(name)
        return list(dict.fromkeys(found))


def first_wrong(
    made: Sequence[Made], suspects: Sequence[Suspect], right: Iterable[tuple[str, np.ndarray]],
    code: Code, needed: Collection[str] = (), cuts: bool = False,
) -> tuple[Made, str] | None:
    """The first value that is a suspect's, and the name of that one in the textbook.

    `right` are the textbook's right values by name. A wrong value can also be a right one of
    another name: da is dh where the slope is missing. It counts if the first value that is wrong in
    every role is made of it, unless its line is right: `needed` are the names of the textbook that
    other lines use as well. A line that only cuts a value out of another is right, unless `cuts`
    says that it is wrong.
    """
    wrong = Values((s.name, s.wrong) for s in suspects)
    fine = Values(right)
    by_role: list[tuple[Made, str]] = []
    for place, value in enumerate(made):
        names = [] if value.name.startswith("given ") else wrong.all_of(value.value)
        if not names or code.allocates(value):
            continue
        flat = np.ptp(value.value) == 0
        if fine.find(value.value) is not None or flat:
            if not flat or value.variable == value.name or value.name.startswith("argument"):
                by_role.append((value, names[0]))
            continue
        before = made[:place]
        origin = value if cuts else _passed_on(value, before, fine, code)
        earlier = _made_of(origin, by_role, fine, code, needed, before, wrong)
        return earlier or (origin, names[0])
    return _last(made, by_role, fine, code)


def _passed_on(value: Made, before: Sequence[Made], fine: Values, code: Code) -> Made:
    """Where a value comes from that its line only cuts out of another one."""
    for _ in range(3):
        name = code.cut_from(value)
        source = name and next((m for m in reversed(before) if m.variable == name
                                and m.first == value.first and m.line != value.line), None)
        if not source or fine.find(source.value) or code.cut_from(source) == name:
            break
        value = source
    return value


def _made_of(
    value: Made, by_role: Sequence[tuple[Made, str]], fine: Values, code: Code,
    needed: Collection[str], before: Sequence[Made], wrong: Values,
) -> tuple[Made, str] | None:
    """The value that the line of `value` is made of, if it is that one which is wrong."""
    used, lines = code.used(value), {value.line}
    for _ in range(2):  # what it is made of, and what that is made of
        for one in before:
            if one.first == value.first and one.variable in used and one.line not in lines and (
                one.name == one.variable
            ):
                lines.add(one.line)
                used = used | code.used(one)
    latest = {one.variable: (one, name) for one, name in by_role
              if one.first == value.first and one.variable in used and one.line != value.line}
    if value.variable in latest:  # carry = …, and then carry += …
        return latest[value.variable]
    for one, name in reversed(latest.values()):
        roles = set(fine.all_of(one.value))
        if roles & set(wrong.all_of(one.value)) or len(_variables(before, one)) > 1 or not (
            roles & set(needed)
        ) or code.used_in(one) <= {value.line}:
            return one, name
    inner = [(one, name) for one, name in by_role
             if one.first != value.first and one.function in code.called(value)]
    return _last(before, inner, fine, code) if inner and not latest else None


def _variables(made: Sequence[Made], value: Made) -> list[str]:
    """The variables of a function that have the value, in the order in which they got it."""
    same = Values([("", value.value)])
    return list(dict.fromkeys(
        one.variable or one.name.removeprefix("given ").split("[")[0].split(".")[0]
        for one in made
        if one.first == value.first and (one.variable or one.name.startswith("given "))
        and one.value.size == value.value.size and same.find(one.value) is not None))


def _last(
    made: Sequence[Made], by_role: Sequence[tuple[Made, str]], fine: Values, code: Code
) -> tuple[Made, str] | None:
    """Of values that are right in another role, the one that plays the wrong part."""
    if not by_role:
        return None
    first, name = by_role[0]
    same = Values([("", first.value)])
    of_it = [one for one, _ in by_role
             if one.first == first.first and same.find(one.value) is not None]
    written = [one for one in of_it if one.variable]
    handed = [one for one in of_it if one.returned is not None]
    if written and (
        len(_variables(made, first)) > 1 or name in fine.all_of(first.value)
        or (handed and code.used_in(written[-1]) <= {one.line for one in handed})
    ):
        return written[-1], name
    return (handed or written or of_it)[-1], name
