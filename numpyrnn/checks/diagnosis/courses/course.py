"""A course: the conventions of its handout, and how its functions are found.

A teacher declares one like this, in a file that `--course FILE.py` names:

    from numpyrnn.checks.diagnosis.courses import Course

    COURSE = Course(
        "signals-302",
        contract=dict(layout="time", gates="fiog", reduction="mean"),
        functions={"lstm_cell_grad": ("lstm_cell", "lstm", "step")},
    )

`functions` names backward functions whose names do not say it themselves: the forward function,
the cell, and "step" or "sequence".
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import Any

from numpyrnn.checks.diagnosis.calling import names as words
from numpyrnn.checks.diagnosis.calling import written
from numpyrnn.checks.diagnosis.finding.contract import Contract
from numpyrnn.checks.diagnosis.finding.functions import Pair, pairs
from numpyrnn.checks.diagnosis.finding.pair import pair_subject
from numpyrnn.checks.diagnosis.finding.subject import Subject

_PARAMETERS = {"parameters", "params", "param", "p", "weights", "theta"}
Finder = Callable[[Mapping[str, Any], Contract, str], list[Subject]]


@dataclass(frozen=True)
class Course:
    """The conventions of a course.

    `contract` are its declarations (`diagnose` lists them), `tells` the names of functions,
    methods or classes by which it is recognised, or a function with its arguments, `signs` patterns
    of the text that tell it too, `functions` the
    pairs whose names do not say what they are (backward -> (forward, cell, "step" or "sequence")),
    `stand_ins` makes modules that its files import and a student's folder may lack. `find` finds
    the subjects another way, beside the pairs; `also` finds more of them. `skip` are beginnings of
    names that are no cell's. `names` are there before the file runs, and constants named in `small`
    are no larger than these.
    """

    name: str
    about: str = ""
    contract: Mapping[str, Any] = field(default_factory=dict)
    tells: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    functions: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)
    stand_ins: Callable[[], dict[str, ModuleType]] = dict
    find: Finder | None = None
    also: Finder | None = None
    skip: tuple[str, ...] = ()
    names: Mapping[str, Any] = field(default_factory=dict)
    small: Mapping[str, int] = field(default_factory=dict)

    def told_by(self, names: Mapping[str, Any]) -> bool:
        """Whether these names are those of the course."""
        for name in self.tells:
            function, bracket, _ = name.partition("(")
            if bracket:
                takes = written.required(names[function]) if callable(names.get(function)) else []
                if _signed(name, takes or []):
                    return True
                continue
            first, _, method = name.partition(".")
            if callable(names.get(first)) and (not method or hasattr(names[first], method)):
                return True
        return bool(self.signs) and self._signed_in(_source(names))

    def told_in(self, text: str) -> bool:
        """Whether the text of a file defines these names."""
        for name in self.tells:
            first, bracket, _ = name.partition("(")
            if bracket:
                defined = re.search(rf"def {first}\(([^)]*)\)", text)
                takes = re.findall(r"(?:^|,)\s*(\w+)", defined[1]) if defined else []
                if _signed(name, takes):
                    return True
                continue
            first, _, method = name.partition(".")
            if method and f"class {first}" in text and f"def {method}(self" in text:
                return True
            if not method and (f"def {first}(" in text or f"class {first}" in text):
                return True
        return self._signed_in(text)

    def _signed_in(self, text: str) -> bool:
        return any(re.search(sign, text) for sign in self.signs)

    def subjects(self, names: Mapping[str, Any], contract: Contract, file: str) -> list[Subject]:
        """What is to be judged, steps before sequences.

        Where the contract does not name the course, names alone tell it: then its layout comes
        first, and others after it.
        """
        given = Contract.checked(**self.contract)
        freely = None if contract.course else contract.over(
            replace(given, layout=None, batch=None, output=None))
        contract = contract.over(given)
        if self.find is not None:
            found = self.find(names, contract, file)
        else:
            found = [self._read(pair, contract, freely, file, names) for pair in self.pairs(names)]
        if self.also is not None:
            found += self.also(names, contract, file)
        return [replace(each, contract=each.contract.over(contract)) for each in found]

    @staticmethod
    def _read(pair: Pair, contract: Contract, freely: Contract | None, file: str,
              names: Mapping[str, Any]) -> Subject:
        found = pair_subject(pair, contract, file, names)
        if freely is None or freely == contract:
            return found
        again = pair_subject(pair, freely, file, names)
        return replace(found, freely=replace(again, contract=again.contract.over(freely)))

    def pairs(self, names: Mapping[str, Any]) -> list[Pair]:
        """The pairs of functions: those declared, then those whose names say it."""
        declared = [
            Pair(form, back, names[back], ahead, names.get(ahead), (kind,))
            for back, (ahead, kind, form) in self.functions.items() if callable(names.get(back))
        ]
        taken = {p.name for p in declared}
        return declared + [p for p in pairs(names) if p.name not in taken
                           and not p.name.startswith(self.skip or (" ",))]


def _source(names: Mapping[str, Any]) -> str:
    """The text of the functions and classes that a file defines."""
    here = [v for v in names.values() if inspect.isfunction(v) or inspect.isclass(v)]
    found = []
    for value in here:
        if value.__module__ == names.get("__name__"):
            try:
                found.append(inspect.getsource(value))
            except (OSError, TypeError):
                continue
    return "\n".join(found)


def _signed(tell: str, takes: Sequence[str]) -> bool:
    """Whether arguments are those that tell, or other usual names of the same."""
    wanted = tell.partition("(")[2].rstrip(")").split(", ")
    families = (words.X, words.H, words.C, _PARAMETERS)
    return len(takes) == len(wanted) and all(
        name == usual or any({words.bare(name), words.bare(usual)} <= family for family in families)
        for name, usual in zip(takes, wanted, strict=True)
    )
