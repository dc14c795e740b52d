"""Classes in a file: their methods are looked into like functions."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from numpyrnn.checks.diagnosis.courses.numpyrnn import column_subject, in_columns, kinds_of
from numpyrnn.checks.diagnosis.finding.contract import Contract
from numpyrnn.checks.diagnosis.finding.functions import Pair, _kinds, guessed_kinds, pairs, subject
from numpyrnn.checks.diagnosis.finding.subject import Subject


def class_subjects(names: Mapping[str, Any], contract: Contract, file: str) -> list[Subject]:
    """The pairs of methods of every class that the file defines."""
    found: list[Subject] = []
    for name, value in names.items():
        if not inspect.isclass(value) or name.startswith("_"):
            continue
        if not _defined_here(value, names):
            continue
        found += _subjects(name, value, contract, file)
    return found


def _defined_here(value: type, names: Mapping[str, Any]) -> bool:
    return value.__module__ == names.get("__name__", value.__module__)


def _subjects(name: str, value: type, contract: Contract, file: str) -> list[Subject]:
    methods = {n: f for n, f in vars(value).items()
               if inspect.isroutine(f) or isinstance(f, staticmethod | classmethod)}
    found = []
    for pair in pairs(methods, name):
        kinds = contract.cell or pair.kinds or _kinds(name)
        if in_columns(pair, contract):
            kinds = kinds or kinds_of(methods | vars(value))
            if kinds:
                static = _bound(value, pair) or pair
                found.append(column_subject(static, contract, file, tuple(kinds), f"{name}."))
            continue
        bound = _bound(value, pair)
        if bound is not None:
            kinds = kinds or guessed_kinds(bound)
            found.append(subject(bound, Contract(cell=tuple(kinds)).over(contract), file,
                                 f"{name}."))
    return found


def _bound(value: type, pair: Pair) -> Pair | None:
    """The pair with methods of an object that needs no arguments to be made; None if it does."""
    try:
        instance = value()
    except Exception:
        return None
    back = getattr(instance, pair.name)
    ahead = getattr(instance, pair.ahead_name) if pair.ahead_name else None
    return Pair(pair.form, pair.name, back, pair.ahead_name, ahead, pair.kinds)
