"""What the lines of the textbook make, right and with bugs in them."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from numpyrnn.checks.diagnosis.bank.edits import Bug, edited
from numpyrnn.checks.diagnosis.bank.textbook import Textbook, compiled, source
from numpyrnn.checks.diagnosis.calling.passes import CellPasses
from numpyrnn.checks.diagnosis.judging.line import Suspect
from numpyrnn.checks.diagnosis.judging.syntax import expressions, names_of
from numpyrnn.checks.diagnosis.judging.tracing import Made, Tracer

TEXTBOOK = ("<step_back>", "<backward>").__contains__


def backward_values(book: Textbook, problem: Any, bugs: Sequence[Bug]) -> list[Made]:
    """What the lines of the textbook make, with these bugs in it."""
    step = compiled(book, "step", [b for b in bugs if b.place == "step"])
    whole = compiled(book, "loop", [b for b in bugs if b.place == "loop"])
    return Tracer(TEXTBOOK).run(lambda: problem.backward(step, whole))


def with_their_z(passes: CellPasses, values: list[Made]) -> list[Made]:
    """The textbook's values as they are where z is the share of the old state: our 1 - z."""
    if passes.reading.update != "keep":
        return values
    gates = passes.book.gates
    found = []
    for one in values:
        value = one.value
        if one.name in ("dz", "da_z"):
            value = -value
        elif value.ndim == 3 and len(value) == len(gates):
            value = value * np.array([-1 if gate == "z" else 1 for gate in gates])[:, None, None]
        found.append(replace(one, value=value))
    return found


def named(values: Sequence[Made]) -> list[tuple[str, np.ndarray]]:
    """The values with their names."""
    return [(m.name.removeprefix("given "), m.value) for m in values]


def suspects(wrong: Sequence[Made], right: Sequence[Made]) -> list[Suspect]:
    """The values that are wrong, and their blocks for the gates."""
    pairs, counts = _by_name(right), _by_name(wrong)
    seen: dict[str, int] = {}
    suspects = []
    for one in wrong:
        number = seen[one.name] = seen.get(one.name, -1) + 1
        others = pairs.get(one.name, [])
        if len(others) == len(counts[one.name]):  # the same one of its values
            others = others[number : number + 1]
        others = [o for o in others if o.shape == one.value.shape]
        if one.name.startswith("given ") or _among(one.value, others):
            continue
        suspects.append(Suspect(one.name, one.value))
        if one.value.ndim == 3 and one.function == "step_back":
            suspects += [Suspect(f"{one.name}[{gate}]", block) for gate, block in enumerate(
                one.value) if not _among(block, [o[gate] for o in others])]
    return suspects


def _by_name(values: Sequence[Made]) -> dict[str, list[np.ndarray]]:
    found: dict[str, list[np.ndarray]] = {}
    for one in values:
        found.setdefault(one.name, []).append(one.value)
    return found


def _among(value: np.ndarray, others: Sequence[np.ndarray]) -> bool:
    return any(np.allclose(other, value, rtol=1e-7, atol=1e-12) for other in others)


def needed(book: Textbook, bugs: Sequence[Bug]) -> set[str]:
    """The names that the textbook's right lines use, beside the expressions that a bug changes."""
    used: set[str] = set()
    for place in {bug.place for bug in bugs}:
        text = source(book, place)
        right, wrong = ({ast.dump(e): e for e in expressions(t)}
                        for t in (text, edited(text, [b for b in bugs if b.place == place])))
        for key in right.keys() & wrong.keys():
            used |= names_of(right[key])
    return used
