"""From a function or a class to the ways in which its loss and its gradients can be had."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import Any

import numpy as np

from numpyrnn.checks.diagnosis.calling import names as words
from numpyrnn.checks.diagnosis.calling import written
from numpyrnn.checks.diagnosis.calling.passes import Passes
from numpyrnn.checks.diagnosis.cannot import CannotRun
from numpyrnn.checks.diagnosis.courses.clipping import LEAST
from numpyrnn.checks.diagnosis.courses.loss_function import (
    FORMS,
    LossFunction,
    clip_bounds,
    weight_of,
)
from numpyrnn.checks.diagnosis.courses.loss_mistakes import shapes_of
from numpyrnn.checks.diagnosis.courses.script import (
    HIDDEN,
    LENGTHS,
    STEPS,
    TEXT,
    instance_of,
    sizes_in,
)
from numpyrnn.checks.diagnosis.courses.slots import Slot, arrays_in, objects_in
from numpyrnn.checks.diagnosis.finding.subject import Subject

Groups = list[str | list[str]]


@dataclass
class Candidate:
    """A callable that may be a loss function: `takes` are its arguments, `returned` the names of
    what it returns, `holder` where its weights are, `text` its source."""

    name: str
    call: Callable[..., Any]
    takes: list[str]
    returned: Groups
    holder: Any
    text: str
    own: tuple[Any, Any]

    @property
    def flat(self) -> list[str]:
        """All the names that are returned."""
        return [n for group in self.returned for n in (
            group if isinstance(group, list) else
            [group, *written.listed_names(self.own[1], group)])]


def found_in(name: str, value: Any, names: Mapping[str, Any], file: str) -> list[Subject]:
    """What of a function or a class is a loss function."""
    found = []
    for candidate in _candidates(name, value, names):
        made = _passes(candidate, names, file)
        stub = written.is_stub(candidate.own[1])
        if made:
            found.append(_subject(candidate, file, partial(iter, made), stub))
        elif candidate.holder is not names and stub:
            found.append(nothing_in(candidate.name, candidate.own[1], file))
    return found


def _subject(
    candidate: Candidate, file: str, readings: Callable[[], Iterator[Passes]], stub: bool
) -> Subject:
    return Subject(candidate.name, "other", readings, candidate.name, file, stub, candidate.own)


def nothing_in(name: str, function: Any, file: str) -> Subject:
    """A loss function of which no gradient is known: it is not written, or has other names."""

    def readings() -> Iterator[Passes]:
        returned = written.returned_names(function)
        if written.node_of(function) is None:
            raise CannotRun("unjudged", f"{name} cannot be read: diagnose the file in which it is.")
        if not returned:
            raise CannotRun("unwritten", f"{name} is not written yet: it returns nothing.")
        raise CannotRun(
            "unjudged", f"{name} should return the loss and the gradients of weights by "
            f"their names (dWxh of Wxh), but returns {', '.join(filter(None, returned))}.",
        )
        yield

    return Subject(name, "other", readings, name, file, written.is_stub(function),
                   (function, function))


def _candidates(name: str, value: Any, names: Mapping[str, Any]) -> Iterator[Candidate]:
    if inspect.isfunction(value):
        takes = written.required(value) or []
        if len(takes) >= 2:
            yield Candidate(name, value, takes, written.returned_groups(value), names,
                            _text(value), (value, value))
        return
    methods = {n: m for n, m in vars(value).items() if inspect.isfunction(m)}
    losses = [n for n, m in methods.items() if len(written.required(m) or []) >= 3
              and any("loss" in str(r).lower() for r in written.returned_groups(m)[:-1])]
    three = _three_of(methods)
    if not losses and three is None:
        return
    made = instance_of(value)
    if made is None:
        return
    for method in losses:
        own = methods[method]
        takes = (written.required(own) or [])[1:]
        yield Candidate(f"{name}.{method}", getattr(made, method), takes,
                        written.returned_groups(own), made, _text(own), (own, own))
    if three is not None and not losses:
        ahead, back, loss = (methods[n] for n in three)
        takes = (written.required(ahead) or [])[1:]
        call = Three(*(getattr(made, n) for n in three))
        yield Candidate(
            f"{name}.{three[1]}", call, ["inputs", "targets", *takes[1:]],
            ["loss", *written.returned_groups(back)], made,
            "\n".join(map(_text, (ahead, back, loss))), (ahead, back))


def _three_of(methods: Mapping[str, Any]) -> tuple[str, str, str] | None:
    """The names of forward, backward and loss among methods."""
    patterns = ("forward(_pass)?|fprop", "backward(_pass)?|bprop|bptt",
                r"loss|\w+_loss|cost|cross_entropy")
    found = [next((n for n in methods if re.fullmatch(pattern, n)), None) for pattern in patterns]
    return (found[0], found[1], found[2]) if all(found) else None  # type: ignore[return-value]


@dataclass
class Three:
    """Methods forward(inputs, h), backward(…, targets) and loss(…, targets), called as one."""

    ahead: Callable[..., Any]
    back: Callable[..., Any]
    loss: Callable[..., Any]

    def __call__(self, inputs: Any, targets: Any, *states: Any) -> tuple[Any, ...]:
        """The loss, and what backward returns."""
        returned = self.ahead(inputs, *states)
        values = list(returned) if isinstance(returned, tuple | list) else [returned]
        names = written.returned_names(self.ahead) or []
        known = dict(zip(names, values, strict=False)) | {"inputs": inputs}
        loss = self._called(self.loss, known, values, targets, last=True)
        gradients = self._called(self.back, known, values, targets)
        return (loss, *(gradients if isinstance(gradients, tuple | list) else [gradients]))

    def _called(
        self, function: Callable[..., Any], known: Mapping[str, Any], values: list[Any],
        targets: Any, last: bool = False,
    ) -> Any:
        """By the names of its arguments, else in the order of what forward returned."""
        takes = written.required(function) or []
        left = [v for n, v in known.items() if n not in takes and n != "inputs"] or values
        left = left[::-1] if last else left
        given = []
        for name in takes:
            if words.bare(name) in ("targets", "target", "y", "labels", "ts"):
                given.append(targets)
            elif name in known:
                given.append(known[name])
            else:
                given.append(left.pop(0) if left else None)
        return function(*given)


def _passes(candidate: Candidate, names: Mapping[str, Any], file: str) -> list[Passes]:
    """The ways to call it; none if no gradients of the script's weights are known."""
    space = candidate.holder if isinstance(candidate.holder, Mapping) else vars(candidate.holder)
    weights, slots, kept = _weights(candidate)
    takes = candidate.takes
    inside = [t for t in takes[2:] if any(weight_of(n, {t: 0}, False) for n in candidate.flat)]
    shapes = [weights]
    if not weights and len(inside) > 1:
        count = len(takes) - 2 - len(inside)
        shapes = list(shapes_of(inside, count, len(set(TEXT)), HIDDEN))
    if len(takes) < 2 or not shapes or len(shapes[0]) < 2 or not (candidate.flat or kept):
        return []
    own = [t for t in takes[2:] if t not in shapes[0]]
    itself = not any(weight_of(n, shapes[0], False) for n in candidate.flat)
    lengths = tuple(Slot(candidate.holder, n) for n in LENGTHS if n in candidate.text
                    and isinstance(space.get(n), int))
    bounds = [bound for bound in clip_bounds(candidate.text) if bound >= LEAST]
    note = tuple(f"It clips its gradients at ±{bound:g}; the course allows that."
                 for bound in bounds[:1])
    found: list[Passes] = []
    for every in shapes:
        letters, hidden = sizes_in(every, space if weights else {})
        for forms, (states, order), shape in product(
            FORMS, _states(own, takes, candidate), ((hidden, 1), (hidden,), (1, hidden))
        ):
            found.append(LossFunction(
                candidate.call, every, dict.fromkeys(states, shape), letters, STEPS, order,
                candidate.returned, {n: s for n, s in slots.items() if n not in takes}, kept,
                lengths, forms, candidate.text, itself, file, candidate.name, candidate.name,
                notes=note))
    return found


def _states(
    own: list[str], takes: list[str], candidate: Candidate
) -> Iterator[tuple[list[str], tuple[str | tuple[str, ...], ...]]]:
    """The states among the arguments, each one array, or h and c in one tuple."""
    rest = takes[2:]
    if len(own) != 1 or words.is_c(own[0]) or _pair_of(candidate, own[0]) is None:
        yield own, ("inputs", "targets", *rest)
    for name in own if len(own) == 1 else ():
        two = _pair_of(candidate, name) or ("h_prev", "c_prev")
        yield list(two), ("inputs", "targets", *(two if t == name else t for t in rest))


def _pair_of(candidate: Candidate, name: str) -> tuple[str, str] | None:
    """The two names into which a function unpacks an argument."""
    unpacked = written.unpacked_names(candidate.own[0], name) or []
    return (unpacked[0], unpacked[1]) if len(unpacked) == 2 else None


def _weights(
    candidate: Candidate,
) -> tuple[dict[str, tuple[int, ...]], dict[str, Slot], dict[str, Slot]]:
    """The shapes of the weights whose gradients are known, their slots, and the slots of gradients
    that are not returned."""
    holder, text = candidate.holder, candidate.text
    arrays = arrays_in(holder)
    found = _named(candidate, arrays, False) or _named(candidate, arrays, True)
    if found:
        return _shapes({n: arrays[n] for n in found}), {n: arrays[n] for n in found}, {}
    if not any("loss" in n.lower() or n in ("cost", "J", "error") for n in candidate.flat):
        return {}, {}, {}
    space = holder if isinstance(holder, Mapping) else vars(holder)
    for name, value in space.items():
        if isinstance(value, dict) and re.search(rf"\b{name}\[", text):
            inner = arrays_in(value)
            if len(inner) >= 2 and not objects_in(value, 0):
                return _shapes(inner), inner, {}
    changed = _global_names(candidate.own[1])
    kept = {w: Slot(holder, n) for n in changed if (w := weight_of(n, arrays)) and n != w}
    if len(kept) >= 2:
        return _shapes({n: arrays[n] for n in kept}), {n: arrays[n] for n in kept}, kept
    objects = objects_in(holder)
    if len(objects) >= 2:
        values = {n: pair[0] for n, pair in objects.items()}
        return _shapes(values), values, {n: pair[1] for n, pair in objects.items()}
    named = {n: s for n, s in arrays.items() if words._split(n)  # in a dict of gradients
             and any(key in text for key in (f"d{n}", f'"{n}"', f"'{n}'"))}
    return _shapes(named), named, {}


def _named(candidate: Candidate, arrays: Mapping[str, Slot], itself: bool) -> list[str]:
    """The weights whose gradients are returned by name, if there are some."""
    of = [weight_of(n, arrays, itself) for n in candidate.flat]
    found = [n for n in dict.fromkeys(of) if n]
    return found if len(found) >= 2 else []


def _shapes(slots: Mapping[str, Slot]) -> dict[str, tuple[int, ...]]:
    return {n: np.shape(slot.value) for n, slot in slots.items()}


def _global_names(function: Callable[..., Any]) -> list[str]:
    """The names that a function declares global, or the attributes of self that it assigns."""
    node = written.node_of(function)
    found: list[str] = []
    for child in ast.walk(node) if node is not None else ():
        if isinstance(child, ast.Global):
            found += child.names
        elif isinstance(child, ast.Attribute) and isinstance(child.value, ast.Name) and (
            child.value.id == "self" and isinstance(child.ctx, ast.Store)
        ):
            found.append(child.attr)
    return list(dict.fromkeys(found))


def _text(function: Any) -> str:
    """The source of a function, and of those of its file that it calls."""
    space = getattr(function, "__globals__", {})
    called = [space.get(n) for n in getattr(getattr(function, "__code__", None), "co_names", ())]
    own = [f for f in called if inspect.isfunction(f) and f is not function
           and f.__module__ == function.__module__]
    return "\n".join(map(_source, [function, *own]))


def _source(function: Any) -> str:
    try:
        return inspect.getsource(function)
    except (OSError, TypeError):
        return ""
