"""Which functions of a file, module, class or dict are to be judged."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping
from dataclasses import replace
from types import ModuleType
from typing import Any

from numpyrnn.checks.diagnosis.calling import written
from numpyrnn.checks.diagnosis.courses import COURSES
from numpyrnn.checks.diagnosis.finding.classes import class_subjects
from numpyrnn.checks.diagnosis.finding.contract import Contract
from numpyrnn.checks.diagnosis.finding.course import course_named
from numpyrnn.checks.diagnosis.finding.functions import Pair, pairs
from numpyrnn.checks.diagnosis.finding.pair import pair_subject
from numpyrnn.checks.diagnosis.finding.subject import Subject
from numpyrnn.checks.diagnosis.plant import Planted
from numpyrnn.validation import brief, nearest

CURE = "numpyrnn diagnose --template lstm writes a file to begin with"
ENDINGS = ("step_backward", "step_back", "backward")


def find(file: str, names: Mapping[str, Any], contract: Contract) -> list[Subject]:
    """What is to be judged, steps before sequences.

    Raises ValueError without a backward function, and for a cell that is not known.
    """
    course = course_named(contract.course) if contract.course else next(
        (c for c in COURSES.values() if c.told_by(names)), None)
    found = course.subjects(names, contract, file) if course is not None else []
    if not found:
        chosen = _chosen(pairs(names), contract)
        found = [pair_subject(pair, contract, file, names) for pair in chosen]
        found += class_subjects(names, contract, file)
        found = [replace(each, contract=each.contract.over(contract)) for each in found]
    if not found:
        raise ValueError(_none_found(file, names))
    return sorted(found, key=lambda s: s.form == "sequence")


def _chosen(every: list[Pair], contract: Contract) -> list[Pair]:
    """With a declared cell, the pairs that are not another one's by name."""
    if contract.cell is None:
        return every
    return [p for p in every if not p.kinds or set(p.kinds) & set(contract.cell)] or every


def namespace(source: Any) -> tuple[str, Mapping[str, Any]]:
    """A name to show for a source that is no file, and its names and values."""
    if isinstance(source, Mapping):
        return "your code", source
    if isinstance(source, ModuleType):
        return source.__name__, vars(source)
    if inspect.isroutine(source):
        return source.__name__, _by_name(source)
    if isinstance(source, Planted):
        return source.__name__, source.names
    if hasattr(source, "params") and hasattr(source, "backward"):
        raise TypeError(
            f"diagnose: expected functions, got the layer {type(source).__name__}; "
            "check_gradients(layer) checks a layer"
        )
    names = {name: getattr(source, name) for name in dir(source) if not name.startswith("__")}
    if not pairs(names):
        raise TypeError(
            f"diagnose: expected a file, a module, a class or a dict of functions, got "
            f"{brief(source)}; pass dict(forward=..., backward=...)"
        )
    return getattr(source, "__name__", type(source).__name__), names


def _by_name(function: Any) -> dict[str, Any]:
    """A backward function alone: its name says what it is."""
    if pairs({function.__name__: function}):
        return {function.__name__: function}
    raise TypeError(
        "diagnose: expected a function whose name ends in backward, step_backward or step_back, "
        f"got {function.__name__}; pass dict(forward=..., backward={function.__name__})"
    )


def _none_found(file: str, names: Mapping[str, Any]) -> str:
    every = sorted(n for n, v in names.items() if callable(v) and not n.startswith("_"))
    own = [n for n in every if getattr(names[n], "__module__", "") == names.get("__name__")]
    functions = own or every
    inside = next(((within, n) for n in functions for within in _defined_inside(names[n])), None)
    if inside is not None:
        return (
            f"{file}: expected a function at the top of the file, got {inside[0]} inside "
            f"{inside[1]}(), where nothing else can call it; move it out of {inside[1]}, with the "
            "weights that it uses"
        )
    unknown = next(filter(None, (_unknown_class(n, names[n]) for n in functions)), "")
    if unknown:
        return f"{file}: {unknown}"
    hints = [nearest(n, ["backward", "step_backward", "lstm_backward", "rnn_backward",
                         "gru_backward"]) for n in functions]
    got = f"the functions {', '.join(functions[:6])}" if functions else "no function"
    return (
        f"{file}: expected a function backward, step_backward or step_back (or rnn_backward …), "
        f"got {got}{next(filter(None, hints), '')}; {CURE}"
    )


def _unknown_class(name: str, value: Any) -> str:
    """What is not known of a class that has a forward and a backward pass; "" for others."""
    held = vars(value) if inspect.isclass(value) else {}
    pair = next((p for p in pairs(held, name) if p.ahead is not None), None)
    if pair is None or pair.ahead is None:
        return ""
    made, ahead, back = (", ".join((written.parameters(f) or [])[1:])
                         for f in (value.__init__, pair.ahead, pair.back))
    return (
        f"expected functions, or a class that can be made, got class {name}({made}) with "
        f"{pair.ahead_name}({ahead}) and {pair.name}({back}), of which it is not clear where the "
        "weights are; write forward(x, h0, Wx, Wh, b) and backward(dh, cache) that call it"
    )


def _defined_inside(function: Any) -> list[str]:
    """The names of backward passes and loss functions that are defined in a function."""
    known = {word for course in COURSES.values() for word in course.tells}
    node = written.node_of(function)
    inner = [part.name for part in ast.walk(node) if isinstance(part, ast.FunctionDef)
             and part is not node] if node is not None else []
    return [name for name in inner if name in known or pairs({name: function})]
