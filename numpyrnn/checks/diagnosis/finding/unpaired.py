"""A backward pass without a forward one: it is given the cache of the template's."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from numpyrnn.checks.diagnosis.bank.textbook import CELLS
from numpyrnn.checks.diagnosis.calling import names as words
from numpyrnn.checks.diagnosis.calling import written
from numpyrnn.checks.diagnosis.calling.functions import FunctionPasses
from numpyrnn.checks.diagnosis.calling.passes import Passes, Reading
from numpyrnn.checks.diagnosis.calling.weights import Weight
from numpyrnn.checks.diagnosis.finding.contract import Contract
from numpyrnn.checks.diagnosis.finding.functions import Pair
from numpyrnn.checks.diagnosis.finding.subject import Subject
from numpyrnn.checks.diagnosis.layouts import Conventions
from numpyrnn.checks.diagnosis.templates import ready_forward

# What the template's cache holds, in its order, and other names for the same.
CACHE = {
    "rnn": ("x", "prev_h", "next_h", "Wx", "Wh"),
    "lstm": ("x", "prev_h", "prev_c", "i", "f", "o", "g", "tanh_c", "Wx", "Wh"),
    "gru": ("x", "prev_h", "r", "z", "n", "Wx", "Wh"),
    "gru-reset-after": ("x", "prev_h", "r", "z", "n", "s", "Wx", "Wh"),
}
MEANINGS = {
    "x": words.X - {"u"}, "prev_h": words.H - {"a", "s", "h1"},
    "prev_c": words.C - {"c", "c1", "cell", "memory"},
    "next_h": {"nexth", "hnext", "ht", "hnew", "anext", "n"},
    "next_c": {"nextc", "cnext", "ct", "cnew", "c", "cell"},
    "tanh_c": {"tanhc", "t", "tc", "ctanh", "tanhct", "tanhnextc", "tanhcnext", "th"},
    "i": {"i", "it", "igate", "input"}, "f": {"f", "ft", "fgate", "forget"},
    "o": {"o", "ot", "ogate", "output"}, "g": {"g", "gt", "cct", "cand", "ctilde", "a"},
    "r": {"r", "rt", "reset"}, "z": {"z", "zt", "update", "u"},
    "n": {"n", "nt", "hcand", "htilde", "hhat", "hc", "g"}, "s": {"s", "hn"},
    "Wx": {"wx", "wxh", "wih"}, "Wh": {"wh", "whh", "u"}, "b": {"b", "bh", "bias"},
}


def without_forward(
    pair: Pair, contract: Contract, file: str, kinds: tuple[str, ...]
) -> Subject:
    """The backward function with the forward pass of the template in front of it."""
    for kind in kinds:
        contract.check_gates(kind)

    def readings() -> Iterator[Passes]:
        for kind in kinds:
            yield _passes(pair, contract, kind, file)

    return Subject(pair.name, pair.form, readings, None, file, written.is_stub(pair.back),
                   (pair.back,))


def _passes(pair: Pair, contract: Contract, kind: str, file: str) -> FunctionPasses:
    book = CELLS[kind]
    how = Conventions.checked(book, "row", contract.gates, contract.update)
    step = pair.form == "step"
    weights = [Weight("Wx", "x", how.gates), Weight("Wh", "h", how.gates),
               Weight("b", "b", how.gates)]
    if "b_hn" in book.parameters:
        weights.append(Weight("bhn", "n", "n"))
    state = ("prev_h", "prev_c") if step else ("h0", "c0")
    roles = {"x": "x", "h0": state[0]} | ({"c0": state[1]} if book.remembers else {})
    ahead = ready_forward(how, step)
    order, said = refilled(kind, pair.back)
    reading = Reading(book, "NTF", tuple(weights), how.update, mean=contract.reduction == "mean")
    names = [*roles.values(), *(w.name for w in weights)]

    def given(arguments: Mapping[str, Any]) -> Any:
        *_, cache = ahead(*(arguments[n] for n in names))
        if order is None:
            return cache
        if step:
            return order(cache)
        return [order(one) for one in cache]

    titles = {n: f"d{n}" for n in names}
    return FunctionPasses(reading, pair.form, roles, file, pair.name, None, titles,
                          notes=(said,), ahead=None, back=pair.back, order=tuple(names),
                          given=given)


def refilled(
    kind: str, back: Callable[..., Any]
) -> tuple[Callable[[tuple], tuple] | None, str]:
    """How the template's cache is put in the order in which backward unpacks it, and a sentence."""
    usual = CACHE[kind]
    given = f"the template's cache: {', '.join(usual)}"
    said = f"The file has no forward pass, so {back.__name__} was given {given}."
    unpacked = _unpacked(back, usual)
    if unpacked is None or (len(unpacked) == len(usual) and all(
        _means(theirs, ours) for theirs, ours in zip(unpacked, usual, strict=True)
    )):
        return None, said
    meant = [_meaning(name, kind) for name in unpacked]
    said += f" It unpacks {', '.join(unpacked)}."
    if None in meant or len(set(meant)) != len(meant):
        return None, said
    different = [f"{theirs} stands where the template has {ours}"
                 for theirs, ours in zip(unpacked, usual, strict=False)
                 if not _means(theirs, ours)]
    said += f" {'; '.join(different)}. Each was filled by its name."

    def order(cache: tuple) -> tuple:
        values = _values(kind, cache)
        return tuple(values[str(name)] for name in meant)

    return order, said


def _values(kind: str, cache: tuple) -> dict[str, Any]:
    import numpy as np

    values = dict(zip(CACHE[kind], cache, strict=True))
    if kind == "lstm":
        values["next_c"] = values["f"] * values["prev_c"] + values["i"] * values["g"]
        values["next_h"] = values["o"] * np.tanh(values["next_c"])
    elif kind.startswith("gru"):
        values["next_h"] = None
    return values


def _means(theirs: str, ours: str) -> bool:
    return words.bare(theirs) in MEANINGS[ours] or words.bare(theirs) == words.bare(ours)


def _meaning(name: str, kind: str) -> str | None:
    choices = [*CACHE[kind], *(["next_c", "next_h"] if kind == "lstm" else [])]
    return next((ours for ours in choices if words.bare(name) == words.bare(ours)), None) or next(
        (ours for ours in choices if _means(name, ours)), None)


def _unpacked(back: Callable[..., Any], usual: tuple[str, ...]) -> list[str] | None:
    """The names into which a step's cache is unpacked anywhere in the function."""
    node = written.node_of(back)
    for child in ast.walk(node) if node is not None else ():
        if isinstance(child, ast.Assign) and isinstance(child.targets[0], ast.Tuple):
            target = child.targets[0]
            if isinstance(child.value, ast.Name | ast.Subscript) and len(target.elts) >= 4 and all(
                isinstance(e, ast.Name) for e in target.elts
            ):
                return [e.id for e in target.elts]  # type: ignore[attr-defined]
    return None
