"""Classes in a file: their methods are looked into like functions."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from numpyrnn.checks.diagnosis.bank.textbook import CELLS
from numpyrnn.checks.diagnosis.calling import names as words
from numpyrnn.checks.diagnosis.calling import written
from numpyrnn.checks.diagnosis.calling.objects import ObjectPasses, makers
from numpyrnn.checks.diagnosis.calling.passes import Passes
from numpyrnn.checks.diagnosis.finding.columns import column_subject, in_columns, kinds_of
from numpyrnn.checks.diagnosis.finding.contract import Contract
from numpyrnn.checks.diagnosis.finding.functions import (
    Pair,
    _kinds,
    guessed_kinds,
    layouts,
    pairs,
    subject,
)
from numpyrnn.checks.diagnosis.finding.subject import Subject

# Names of arguments of backward that no other convention has.
OTHER = re.compile(r"affine|embed|softmax|loss|dropout|norm|linear|dense|optim|sgd|adam", re.I)
MEANING = {"hprevl": "x", "hprevt": "h0", "ht": "h"}


def class_subjects(names: Mapping[str, Any], contract: Contract, file: str) -> list[Subject]:
    """The pairs of methods of every class that the file defines."""
    found: list[Subject] = []
    beside = bool(pairs(names))
    for name, value in names.items():
        if not inspect.isclass(value) or name.startswith("_") or OTHER.search(name):
            continue
        parent = any(inspect.isclass(v) and v is not value and issubclass(v, value)
                     for v in names.values())
        if not parent and value.__module__ == names.get("__name__", value.__module__):
            found += _subjects(name, value, contract, file, beside)
    return found


def _subjects(
    name: str, value: type, contract: Contract, file: str, beside: bool
) -> list[Subject]:
    held = {n: f for cls in reversed(value.__mro__[:-1]) for n, f in vars(cls).items()}
    methods = {n: f for n, f in held.items()
               if inspect.isroutine(f) or isinstance(f, staticmethod | classmethod)}
    found = []
    for pair in pairs(methods, name):
        kinds = contract.cell or pair.kinds or _kinds(name)
        if in_columns(pair, contract):
            if beside:  # the textbook's own cell, of which the functions beside it are made
                continue
            kinds = kinds or kinds_of(vars(value))
            if kinds:
                static = _bound(value, pair) or pair
                found.append(column_subject(static, contract, file, tuple(kinds), f"{name}."))
            continue
        bound = _bound(value, pair)
        ahead = bound.ahead if bound is not None else None
        takes = (written.required(ahead) or []) if ahead is not None else []
        alone = isinstance(methods.get(pair.ahead_name or ""), staticmethod)
        weighs = alone and any(words._split(name) for name in takes[1:])
        if bound is not None and (weighs or len(takes) > 3):
            kinds = kinds or guessed_kinds(bound)
            found.append(subject(bound, Contract(cell=tuple(kinds)).over(contract), file,
                                 f"{name}."))
        elif pair.ahead is not None and (made := object_subject(name, value, pair, kinds, contract,
                                                                file)):
            found.append(made)
    return found


def _bound(value: type, pair: Pair) -> Pair | None:
    """The pair with methods of an object that needs no arguments to be made, or of an empty one
    where they take their weights as arguments; else None."""
    try:
        instance = value()
    except Exception:
        takes = (written.required(pair.ahead) or []) if pair.ahead is not None else []
        if len(takes) < 5:  # self, x, h, and weights
            return None
        instance = object.__new__(value)
    back = getattr(instance, pair.name)
    ahead = getattr(instance, pair.ahead_name) if pair.ahead_name else None
    return Pair(pair.form, pair.name, back, pair.ahead_name, ahead, pair.kinds)


def object_subject(
    name: str, value: type, pair: Pair, kinds: tuple[str, ...], contract: Contract, file: str
) -> Subject | None:
    """A class that holds its weights; None if no way to make an object is known."""
    ways = list(makers(value))
    if not ways:
        return None
    takes = [t for t in (written.required(pair.ahead) or []) if t != "self"] if pair.ahead else []
    kinds = kinds or guessed_kinds(pair)
    if "gru" in kinds and "gru-reset-after" not in kinds:
        kinds = (*kinds, "gru-reset-after")
    given = {words.bare(t) for t in written.parameters(pair.back) or []}
    meaning = MEANING | ({"h": "h"} if given & {"hprevt", "hprev"} else {})  # the old, and the new
    forms = ["sequence"] if len(takes) == 1 else ["step", "sequence"]
    if "time" in name.lower() or "layer" in name.lower():
        forms.sort()

    def readings() -> Iterator[Passes]:
        for form in forms:
            for kind in kinds:
                book = CELLS[kind]
                for maker, _ in ways:
                    gates = contract.gates or book.gates
                    for weights in words.weights_of(maker.weights, kind, gates):
                        for laid in words.oriented(weights):
                            roles = _roles(takes, form, book.remembers, value)
                            for reading in layouts(contract, book, laid, form, roles):
                                passes = ObjectPasses(
                                    reading, form, roles, file, f"{name}.{pair.name}",
                                    f"{name}.{pair.ahead_name}",
                                    {a: f"d{a}" for a in (*roles.values(),
                                                          *(w.name for w in laid))},
                                    maker=maker, ahead_method=pair.ahead_name or "forward",
                                    back_method=pair.name, meaning=meaning, back=pair.back,
                                    adds=kind in (contract.adds or ()),
                                )
                                yield passes
                                if "N" not in reading.axes and form == "step":
                                    yield replace(passes, rows=True)

    return Subject(f"{name}.{pair.name}", forms[0], readings, f"{name}.{pair.ahead_name}", file,
                   written.is_stub(pair.back), (pair.ahead, pair.back))


def _roles(takes: list[str], form: str, remembers: bool, value: type) -> dict[str, str]:
    states = dict(zip(("h0", "c0")[: 1 + remembers], takes[1:], strict=False))
    if not states and form == "sequence" and hasattr(value, "set_state"):
        states = dict(zip(("h0", "c0")[: 1 + remembers], ("h0", "c0"), strict=False))
    return {"x": takes[0] if takes else "x", **states}


__all__ = ["class_subjects", "object_subject", "replace"]
