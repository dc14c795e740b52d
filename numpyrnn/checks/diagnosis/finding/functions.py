"""Pairs of functions in the free conventions: by their names, in files and in classes."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from numpyrnn.checks.diagnosis.bank.textbook import CELLS, Textbook
from numpyrnn.checks.diagnosis.calling import names as words
from numpyrnn.checks.diagnosis.calling import written
from numpyrnn.checks.diagnosis.calling.functions import FunctionPasses
from numpyrnn.checks.diagnosis.calling.passes import Passes, Reading
from numpyrnn.checks.diagnosis.calling.weights import Weight
from numpyrnn.checks.diagnosis.finding.contract import LAYOUTS, Contract
from numpyrnn.checks.diagnosis.finding.subject import Subject
from numpyrnn.checks.diagnosis.forward.variants import THREE_GATES, varied

# What stands for "forward" and "backward", and for one step, in a function's name.
_AHEAD = ("forward", "fwd", "fprop", "forwardpass", "feedforward")
_BACK = ("backward", "back", "bwd", "bprop", "backwardpass", "backprop", "bptt", "backpropagate")
_STEP = ("step", "cell", "onestep", "unit", "timestep")
SHAPES_OF_PEEPHOLES: tuple[tuple[Any, ...], ...] = (("H",), ("H", "H"), (1, "H"), ("H", 1))
PEEPHOLE = re.compile(r"(w|v)(c|p|peep)[ifo]|(w|v)[ifo](c|p)|(p|peep|peephole)w?[ifo]")
_KINDS = {"lstm": ("lstm",), "gru": ("gru", "gru-reset-after"), "rnn": ("rnn",),
          "vanilla": ("rnn",), "elman": ("rnn",)}


@dataclass(frozen=True)
class Pair:
    """A backward function and the forward one that belongs to it."""

    form: str
    name: str
    back: Callable[..., Any]
    ahead_name: str | None
    ahead: Callable[..., Any] | None
    kinds: tuple[str, ...] = ()


def pairs(names: Mapping[str, Any], owner: str = "") -> list[Pair]:
    """The pairs among these names, steps first; `owner` is the class they belong to."""
    functions: dict[str, Any] = {
        n: f for n, f in names.items() if not n.startswith("_")
        and (inspect.isroutine(f) or isinstance(f, staticmethod | classmethod))
    }
    ahead: dict[tuple[str, str], str] = {}
    back: dict[tuple[str, str], str] = {}
    for name in functions:
        form, way, rest = _parsed(name)
        if way == "ahead":
            ahead.setdefault((form, rest), name)
        elif way == "back":
            back.setdefault((form, rest), name)
    found = []
    for (form, rest), name in back.items():
        partner = ahead.get((form, rest)) or ahead.get((form, "")) or (
            next((n for (f, _), n in ahead.items() if f == form), None) if len(back) == 1 else None)
        kinds = _kinds(rest) or _kinds(owner)
        found.append(Pair(form, name, functions[name], partner,
                          functions[partner] if partner else None, kinds))
    if any(p.ahead is not None for p in found):  # a helper called `back` is no backward pass
        paired = {(p.form, p.kinds) for p in found if p.ahead is not None}
        found = [p for p in found if p.ahead is not None or (
            _parsed(p.name)[2] in ("rnn", "lstm", "gru", "") and "backward" in p.name
            and (p.form, p.kinds) not in paired)]
    return sorted(found, key=lambda p: p.form != "step")


def _parsed(name: str) -> tuple[str, str, str]:
    """ "lstm_step_backward" -> ("step", "back", "lstm"); way "" for another function."""
    parts = [p for p in re.split(r"_+|(?<=[a-z])(?=[A-Z])", name) if p]
    small = [p.lower() for p in parts]
    way = ""
    for k, part in enumerate(small):
        last = k == len(small) - 1 and len(small) > 1
        if part in _AHEAD or (part in ("f", "fw") and last):
            way, small[k] = "ahead", ""
        elif part in _BACK or (part in ("b", "bw") and last):
            way, small[k] = "back", ""
    if small == ["step"]:
        way = "ahead"
    form = "step" if any(part in _STEP for part in small) else "sequence"
    other = (*_STEP, "pass", "my", "propagation", "")
    rest = "_".join(p for p in small if p not in other)
    return form, way, rest


def _kinds(text: str) -> tuple[str, ...]:
    low = text.lower()
    for word, kinds in _KINDS.items():
        if word in low:
            return kinds
    return ()


def subject(pair: Pair, contract: Contract, file: str, prefix: str = "",
            given: Callable[..., Any] | None = None) -> Subject:
    """The pair with everything it could mean under the contract."""
    kinds = contract.cell or pair.kinds or guessed_kinds(pair)
    for kind in kinds:
        contract.check_gates(kind)

    def readings() -> Iterator[Passes]:
        for kind in kinds:
            yield from _readings(pair, contract, CELLS[kind], file, prefix)
        alone = contract.batch is False or not (contract.batch or written.sums(pair.back))
        if alone and contract.layout is None:  # one column at a time
            columns = replace(contract, layout="column", batch=None)
            for kind in kinds:
                for passes in _readings(pair, columns, CELLS[kind], file, prefix):
                    yield replace(passes, reading=replace(passes.reading, alone=True))

    title = f"{prefix}{pair.name}"
    return Subject(title, pair.form, readings, f"{prefix}{pair.ahead_name}" if pair.ahead_name
                   else None, file, written.is_stub(pair.back), (pair.ahead, pair.back))


def guessed_kinds(pair: Pair) -> tuple[str, ...]:
    """The cells that the signatures allow: with a memory c an LSTM, else any without."""
    takes = [*(written.parameters(pair.ahead) or [] if pair.ahead else []),
             *(written.parameters(pair.back) or [])]
    gradients = [words.of_gradient(t) for t in takes]
    if any(words.is_c(t) for t in takes) or any((g and words.is_c(g)) or g in ("nextc", "cnext")
                                                for g in gradients):
        return ("lstm",)
    return ("rnn", "gru", "gru-reset-after", "lstm")


def _readings(
    pair: Pair, contract: Contract, book: Textbook, file: str, prefix: str
) -> Iterator[FunctionPasses]:
    ahead = pair.ahead
    if ahead is None:
        return
    takes = [t for t in (written.required(ahead) or []) if t not in ("self", "cls")]
    for name in (written.parameters(ahead) or [])[len(takes) :] if takes else ():
        if not (words.is_h(name) or words.is_c(name)):
            break
        takes.append(name)  # h0=None
    if written.takes_more(ahead):  # *params: the usual ones, in the usual order
        step = pair.form == "step"
        usual = ["x", "prev_h" if step else "h0", *["prev_c" if step else "c0"] * book.remembers,
                 "Wx", "Wh", "b", *["bhn"] * ("b_hn" in book.parameters)]
        takes += usual[len(takes) :]
    yield from _of_book(pair, contract, book, book.gates, file, prefix, takes)
    if book.name == "lstm" and contract.gates is None:
        for variant in THREE_GATES:
            letters = "".join(g for g in book.gates if g != variant.without)
            for passes in _of_book(pair, contract, varied(book, variant), letters, file, prefix,
                                   takes):
                said = f"Your forward pass is not the textbook's LSTM: {variant.title}."
                yield replace(passes, notes=(said,))


def _of_book(
    pair: Pair, contract: Contract, book: Textbook, gates: str, file: str, prefix: str,
    takes: list[str],
) -> Iterator[FunctionPasses]:
    """The readings with the equations of one book, and blocks for these gates."""
    ahead = pair.ahead
    assert ahead is not None
    for order, roles, named in arguments_of(takes, ahead, book, pair.form, contract):
        above = tuple(n for n in named if words.bare(n) in words.OUTPUT_WEIGHTS) if len(
            named) > 3 else ()
        every = [n for n in named if n not in above]
        weight_names, extras = known_and_extra(every, contract)
        for weights in words.weights_of(weight_names, book.name, contract.gates or gates):
            if contract.bias is False and any(w.bias for w in weights):
                continue
            for laid in words.oriented(weights):
                for reading in layouts(contract, book, laid, pair.form, roles):
                    for extra in extras:
                        yield FunctionPasses(
                            reading, pair.form, roles, file, f"{prefix}{pair.name}",
                            f"{prefix}{pair.ahead_name}", titles(roles, laid, pair.form),
                            notes=_said_of(extra), ahead=ahead, back=pair.back, order=order,
                            extra=extra, above=above,
                        )


def known_and_extra(
    names: Sequence[str], contract: Contract
) -> tuple[list[str], list[dict[str, tuple[Any, ...]]]]:
    """The weights that a cell here has, and the shapes that the others may have."""
    shapes = {n: tuple(s) for n, s in (contract.shapes or {}).items() if n in names}
    peepholes = [n for n in names if n not in shapes and PEEPHOLE.fullmatch(words.bare(n))]
    if not shapes and (len(peepholes) < 2 or len(names) - len(peepholes) < 2):
        return list(names), [{}]
    known = [n for n in names if n not in shapes and n not in peepholes]
    return known, [shapes | dict.fromkeys(peepholes, shape)
                   for shape in SHAPES_OF_PEEPHOLES[: 4 if peepholes else 1]]


def _said_of(extra: Mapping[str, Any]) -> tuple[str, ...]:
    if not extra:
        return ()
    what = "peepholes" if all(PEEPHOLE.fullmatch(words.bare(n)) for n in extra) else "more weights"
    return (f"It has {what} ({', '.join(extra)}), which the textbook's cell has not.",)


def arguments_of(
    takes: Sequence[str], ahead: Callable[..., Any], book: Textbook, form: str,
    contract: Contract,
) -> Iterator[tuple[tuple[Any, ...], dict[str, str], list[str]]]:
    """(the arguments in order, which are x, h0 and c0, the names of the weights)."""
    states: dict[str, str] = {}
    weights: list[Any] = []
    rest = list(takes)
    if not rest:
        return
    x = next((t for t in rest[:3] if words.is_x(t) and t != "u"), rest[0])
    rest.remove(x)
    for key, test in (("h0", words.is_h), ("c0", words.is_c)):
        match = next((t for t in (*rest[:3], *rest[-2:]) if test(t)), None)
        key = key if book.remembers else "h0"  # some GRUs call their state c
        if match and key not in states:
            states[key] = match
            rest.remove(match)
    count = 1 + book.remembers
    if not states and len(rest) >= 2 and form == "step":  # by position: x, h, [c], weights
        for key, match in zip(("h0", "c0")[:count], list(rest), strict=False):
            states[key] = match
            rest.remove(match)
    keys: list[str] = []
    if len(rest) == 1 and not words.split_tail(rest[0]) and not words._split(rest[0]):
        keys = list((contract.keys or {}).get(book.name, ())) or written.asked_keys(ahead, rest[0])
        unpacked = written.unpacked_names(ahead, rest[0])
        if keys or unpacked:
            kinds = ["dict", "object"] if keys else ["tuple"]
            names = keys or list(unpacked or [])
            for kind in kinds:
                order = tuple((rest[0], tuple(names), kind) if t == rest[0] else t for t in takes)
                yield order, {"x": x, **states}, names
            return
    weights = rest
    yield tuple(takes), {"x": x, **states}, weights


def layouts(
    contract: Contract, book: Textbook, weights: tuple[Weight, ...], form: str,
    roles: Mapping[str, str],
) -> Iterator[Reading]:
    """The layouts of the data under the contract, the usual ones first."""
    if contract.layout:
        axes = [LAYOUTS[contract.layout]]
        if contract.batch is None and contract.layout in ("row", "time"):
            axes.append("TF")
    else:
        axes = ["NTF", "TNF", "FNT", "TFN", "TF"] if form == "sequence" else ["NTF", "TFN", "TF"]
    if contract.batch is not None:
        axes = [a for a in axes if ("N" in a) == contract.batch] or ["TF"]
    if weights[0].units_first:
        axes.sort(key=lambda a: (a == "TF", not a.startswith(("F", "TF"))))
    given = "h0" in roles
    starts = [given] if contract.h0 is None else [contract.h0 == "given" and given]
    lasts = [(False, False)]
    if form == "sequence" and contract.output == "last":
        lasts = [(True, False), (True, True)]
    elif form == "sequence" and contract.output is None:
        lasts = [(False, False), (True, True)]
    for order in axes:
        for last, only in lasts:
            for start in starts:
                yield Reading(
                    book, order, weights, contract.update or "new", start,
                    "c0" in roles, last, only, contract.reduction == "mean",
                )


def titles(roles: Mapping[str, str], weights: Sequence[Weight], form: str) -> dict[str, str]:
    """The usual names of the gradients."""
    return {argument: f"d{argument}" for argument in (*roles.values(), *(w.name for w in weights))}


def other_orders(reading: Reading, contract: Contract) -> Iterator[Reading]:
    """The same layout with every other order of gates and meaning of z."""
    from itertools import permutations

    updates = ["new", "keep"] if "z" in reading.book.gates and contract.update is None else [
        reading.update]
    single = not any(len(w.gates) > 1 for w in reading.weights)
    orders = [reading.gates] if single or contract.gates else [
        "".join(p) for p in permutations(reading.gates)]
    for update in updates:
        for order in orders:
            other = replace(reading, update=update).with_gates(order)
            if other != reading:
                yield other
