"""A backward pass without a forward one: it is given the cache of the template's."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from numpyrnn.checks.diagnosis.bank.textbook import CELLS
from numpyrnn.checks.diagnosis.calling import names as words
from numpyrnn.checks.diagnosis.calling import written
from numpyrnn.checks.diagnosis.calling.functions import FunctionPasses
from numpyrnn.checks.diagnosis.calling.passes import Passes, Reading
from numpyrnn.checks.diagnosis.calling.weights import Weight
from numpyrnn.checks.diagnosis.finding.contract import Contract
from numpyrnn.checks.diagnosis.finding.functions import Pair, other_orders
from numpyrnn.checks.diagnosis.finding.subject import Subject
from numpyrnn.checks.diagnosis.layouts import Conventions
from numpyrnn.checks.diagnosis.templates import ready_forward

# What the template's cache holds, in its order, what can be made of it, and other names for both.
CACHE = {
    "rnn": ("x", "prev_h", "next_h", "Wx", "Wh"),
    "lstm": ("x", "prev_h", "prev_c", "i", "f", "o", "g", "tanh_c", "Wx", "Wh"),
    "gru": ("x", "prev_h", "r", "z", "n", "Wx", "Wh"),
    "gru-reset-after": ("x", "prev_h", "r", "z", "n", "s", "Wx", "Wh"),
}
MADE = {"rnn": (), "lstm": ("next_c", "next_h"), "gru": ("next_h", "rh"),
        "gru-reset-after": ("next_h", "rh")}
NEEDED = {"x", "prev_h", "prev_c"}      # no backward pass can do without them
MEANINGS = {
    "x": words.X - {"u"}, "prev_h": words.H - {"a", "s", "h1"}, "prev_c": words.C,
    "next_h": {"nexth", "hnext", "ht", "hnew", "anext", "n", "h"},
    "next_c": {"nextc", "cnext", "ct", "cnew", "c", "cell"},
    "tanh_c": {"tanhc", "t", "tc", "ctanh", "tanhct", "tanhnextc", "tanhcnext", "th"},
    "i": {"i", "it", "igate", "input"}, "f": {"f", "ft", "fgate", "forget"},
    "o": {"o", "ot", "ogate", "output"}, "g": {"g", "gt", "cct", "cand", "ctilde", "a"},
    "r": {"r", "rt", "reset"}, "z": {"z", "zt", "update", "u"},
    "n": {"n", "nt", "hcand", "htilde", "hhat", "hc", "g"}, "s": {"s", "hn"},
    "rh": {"rh", "rhprev", "hr", "rhp", "hreset", "reseth"},
    "Wx": {"wx", "wxh", "wih"}, "Wh": {"wh", "whh", "u"}, "b": {"b", "bh", "bias"},
}
MOST = 24       # ways to understand the names of a cache, and not more


@dataclass
class Unpaired(FunctionPasses):
    """A backward function with the template's cache."""

    unclear: str = ""


def without_forward(
    pair: Pair, contract: Contract, file: str, kinds: tuple[str, ...]
) -> Subject:
    """The backward function with the forward pass of the template in front of it."""
    for kind in kinds:
        contract.check_gates(kind)

    def readings() -> Iterator[Passes]:
        for kind in kinds:
            yield from _passes(pair, contract, kind, file)

    return Subject(pair.name, pair.form, readings, None, file, written.is_stub(pair.back),
                   (pair.back,))


def _passes(pair: Pair, contract: Contract, kind: str, file: str) -> Iterator[FunctionPasses]:
    """The backward function in every order of the gates and of the cache that may be meant."""
    book = CELLS[kind]
    usual = Conventions.checked(book, "row", contract.gates, contract.update)
    weights = [Weight("Wx", "x", usual.gates), Weight("Wh", "h", usual.gates),
               Weight("b", "b", usual.gates)]
    if "b_hn" in book.parameters:
        weights.append(Weight("bhn", "n", "n"))
    first = Reading(book, "NTF", tuple(weights), usual.update, mean=contract.reduction == "mean")
    fillings = list(filled(kind, pair.back))
    for filling in fillings:
        yield _filled(pair, first, filling, file)
    for reading in other_orders(first, contract):
        yield _filled(pair, reading, fillings[0], file)


def _filled(pair: Pair, reading: Reading, filling: Filling, file: str) -> FunctionPasses:
    book, step = reading.book, pair.form == "step"
    state = ("prev_h", "prev_c") if step else ("h0", "c0")
    roles = {"x": "x", "h0": state[0]} | ({"c0": state[1]} if book.remembers else {})
    ahead = ready_forward(Conventions(book, "row", reading.gates, reading.update), step)
    names = [*roles.values(), *(w.name for w in reading.weights)]

    def given(arguments: Mapping[str, Any]) -> Any:
        *_, cache = ahead(*(arguments[n] for n in names))
        if filling.order is None:
            return cache
        if step:
            return filling.of(cache, reading)
        return [filling.of(one, reading) for one in cache]

    titles = {n: f"d{n}" for n in names}
    return Unpaired(reading, pair.form, roles, file, pair.name, None, titles,
                    notes=(filling.said,), ahead=None, back=pair.back, order=tuple(names),
                    given=given, unclear=filling.unclear)


@dataclass(frozen=True)
class Filling:
    """One way to understand the cache that backward takes: `order` are the meanings of its names,
    None for the template's. `unclear` says what cannot be known, "" where there is one way only."""

    kind: str
    order: tuple[str, ...] | None
    said: str
    unclear: str = ""

    def of(self, cache: tuple, reading: Reading) -> tuple:
        """The template's cache of a step, in this order."""
        values = dict(zip(CACHE[self.kind], cache, strict=True))
        if self.kind == "lstm":
            values["next_c"] = values["f"] * values["prev_c"] + values["i"] * values["g"]
            values["next_h"] = values["o"] * np.tanh(values["next_c"])
        elif self.kind != "rnn":
            z = values["z"] if reading.update == "new" else 1 - values["z"]
            values["next_h"] = (1 - z) * values["prev_h"] + z * values["n"]
            values["rh"] = values["r"] * values["prev_h"]
        assert self.order is not None
        return tuple(values[name] for name in self.order)


def filled(kind: str, back: Callable[..., Any]) -> Iterator[Filling]:
    """How the template's cache is put in the order in which backward unpacks it: likely first."""
    usual = CACHE[kind]
    said = (f"The file has no forward pass, so {back.__name__} was given the template's cache: "
            f"{', '.join(usual)}.")
    unpacked = _unpacked(back)
    if unpacked is None:
        yield Filling(kind, None, said, "it is not unpacked into names")
        return
    orders = list(islice(_orders(unpacked, kind), 20 * MOST))
    needed, made = NEEDED & set(usual), set(MADE[kind])
    orders = [order for order in orders if needed <= set(order)] or orders
    orders = sorted(orders, key=lambda order: len(made & set(order)))[:MOST]
    several = [name for k, name in enumerate(unpacked)
               if len({order[k] for order in orders}) != 1 or not _meanings(name, kind)]
    unclear = f"the meaning of {', '.join(several)} is not known" if several else ""
    if not orders:
        yield Filling(kind, None, f"{said} It unpacks {', '.join(unpacked)}.", unclear)
    for order in orders:
        different = [f"{theirs} stands where the template has {ours}" for theirs, ours, meant
                     in zip(unpacked, usual, order, strict=False) if meant != ours]
        if order == usual:
            yield Filling(kind, None, said, unclear)
            continue
        guessed = [f"{name} was taken for {meant}"
                   for name, meant in zip(unpacked, order, strict=True) if name in several]
        more = f" {'; '.join(different)}." if different else ""
        more += f" {'; '.join(guessed)}." if guessed else ""
        yield Filling(kind, order, f"{said} It unpacks {', '.join(unpacked)}.{more} Each was "
                      "filled by its name.", unclear)


def _orders(unpacked: list[str], kind: str) -> Iterator[tuple[str, ...]]:
    """The meanings that the names can have, all of them different."""
    choices = [_meanings(name, kind) for name in unpacked]
    known = {meaning for some in choices for meaning in some}
    free = [meaning for meaning in (*CACHE[kind], *MADE[kind]) if meaning not in known]
    # An unknown name stands for what no other name does, first for that of its own place.
    for k in range(len(unpacked)):
        own = CACHE[kind][k : k + 1] if len(unpacked) == len(CACHE[kind]) else ()
        choices[k] = choices[k] or tuple(sorted(free, key=lambda m: m not in own))

    def complete(done: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        if len(done) == len(choices):
            yield done
            return
        for meaning in choices[len(done)]:
            if meaning not in done:
                yield from complete((*done, meaning))

    return complete(())


def _meanings(name: str, kind: str) -> tuple[str, ...]:
    """What a name can stand for; its own word means nothing else."""
    every = (*CACHE[kind], *MADE[kind])
    exact = tuple(ours for ours in every if words.bare(name) == words.bare(ours))
    return exact or tuple(ours for ours in every if words.bare(name) in MEANINGS[ours])


def _unpacked(back: Callable[..., Any]) -> list[str] | None:
    """The names into which a step's cache is unpacked in the function, or in one that it calls."""
    for function in (back, *written.called_by(back)):
        node = written.node_of(function)
        for child in ast.walk(node) if node is not None else ():
            if isinstance(child, ast.Assign) and isinstance(child.targets[0], ast.Tuple):
                target = child.targets[0]
                if isinstance(child.value, ast.Name | ast.Subscript) and len(
                    target.elts) >= 4 and all(isinstance(e, ast.Name) for e in target.elts
                ):
                    return [e.id for e in target.elts]  # type: ignore[attr-defined]
    return None
