"""Reading what a student's function returns: outputs and gradients, in any form and order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from numpyrnn.checks.diagnosis.calling import names as words
from numpyrnn.checks.diagnosis.cannot import CannotRun, words_of

_NUMBERS = np.ndarray | np.number | list


def an_array(name: str, value: Any) -> np.ndarray:
    """`value` as an array of numbers; raises CannotRun for anything else."""
    actual = f"is {words_of(value)}"
    if isinstance(value, np.ndarray | list | tuple | np.number | float | int | complex):
        try:
            array = np.asarray(value)
        except ValueError:
            actual = "is a list of rows of different length"
        else:
            if array.dtype == object and array.size and all(
                isinstance(v, np.ndarray | np.number | float | int) for v in array.flat
            ):
                array = array.astype(float)
            if array.dtype.kind in "fiuc":
                return array
            actual = f"is an array of dtype {array.dtype}"
    raise CannotRun("unjudged", f"{name} should be an array of floats, but {actual}.", tensor=name)


@dataclass
class Gradients:
    """Gradients by the argument they are of; `missing` are not returned, `order` says in a
    sentence that they come in another order than the usual one."""

    values: dict[str, Any]
    missing: list[str] = field(default_factory=list)
    order: str = ""


@dataclass(frozen=True)
class Wanted:
    """A gradient that is looked for: of which argument, how it is called, its shape."""

    argument: str
    shown: str
    shape: tuple[int, ...]
    aliases: frozenset[str] = frozenset()

    def called(self, name: str) -> bool:
        """Whether a name that the student gives is this gradient's."""
        text = words.bare(name)
        of = words.of_gradient(name)
        return (
            text == words.bare(self.shown) or of in self.aliases or of == words.bare(self.argument)
            or text == words.bare(self.argument)
        )


def gradients_in(
    function: str, returned: Any, wanted: Sequence[Wanted], written: Sequence[str] | None
) -> Gradients:
    """The gradients in what backward returned. `written` are the names in its return statement.

    Names decide where they are there; else the usual order, if its shapes fit; else the shapes.
    """
    form = ", ".join(w.shown for w in wanted)
    if returned is None:
        raise CannotRun(
            "unwritten", f"{function} should return {form}, but returned None; write it, and end "
            "it with a return.",
        )
    named, plain = _flat(returned, written)
    if named:
        return _by_keys(function, named, plain, wanted)
    values = [value for _, value in plain]
    if all(value is None for value in values):
        raise CannotRun("unwritten", f"{function} is not written yet: all it returns is None.")
    given = [name for name, _ in plain]
    by_name = _by_names(given, wanted)
    usual = _fits(values, wanted)
    if by_name and _fits(values, by_name):
        as_usual = by_name == list(wanted) or (usual and len(values) != len(wanted))
        order = "" if as_usual else _said(by_name)
        return _made(by_name, values, wanted, order)
    placed = _by_some_names_and_shapes(given, values, wanted)
    if placed:
        return _made(placed, values, wanted, "" if placed == list(wanted) else _said(placed))
    if usual:
        return _made(list(wanted), values, wanted)
    if by_name or len(values) == len(wanted):
        return _made(by_name or list(wanted), values, wanted)
    raise CannotRun(
        "unjudged", f"{function} should return {form}, but returned {words_of(returned)}."
    )


def _said(order: Sequence[Wanted]) -> str:
    return ", ".join(w.shown for w in order)


def _made(
    order: Sequence[Wanted], values: Sequence[Any], wanted: Sequence[Wanted], said: str = ""
) -> Gradients:
    found = {w.argument: v for w, v in zip(order, values, strict=False) if v is not None}
    missing = [w.argument for w in wanted if w.argument not in found]
    return Gradients({w.argument: found[w.argument] for w in wanted if w.argument in found},
                     missing, said)


def _flat(returned: Any, written: Sequence[str] | None) -> tuple[dict[str, Any], list]:
    """Keys and values of dicts and objects, and the other parts with their written names."""
    if isinstance(returned, Mapping):
        return dict(returned), []
    if not isinstance(returned, tuple | list):
        if isinstance(returned, np.ndarray | np.number | float | int):
            return {}, [(written[0] if written else "", returned)]
        fields = {n: v for n, v in getattr(returned, "__dict__", {}).items()
                  if isinstance(v, np.ndarray | float | np.number)}
        return fields, [] if fields else [("", returned)]
    if hasattr(returned, "_asdict"):
        return returned._asdict(), []
    names = list(written or [])
    stars = [k for k, name in enumerate(names) if name.startswith("*")]
    if len(stars) == 1 and len(returned) >= len(names) - 1:
        at, more = stars[0], len(returned) - len(names) + 1
        names[at : at + 1] = [""] * more
    if len(names) != len(returned):
        names = [""] * len(returned)
    keyed: dict[str, Any] = {}
    plain: list = []
    for name, value in zip(names, returned, strict=True):
        if isinstance(value, Mapping):
            keyed |= value
        elif isinstance(value, tuple | list) and value and all(
            isinstance(v, np.ndarray) for v in value
        ) and (isinstance(value, tuple) or len({v.shape for v in value}) > 1):
            plain += [("", v) for v in value]
        else:
            plain.append((name, value))
    return keyed, plain


def _by_keys(
    function: str, named: dict[str, Any], plain: list, wanted: Sequence[Wanted]
) -> Gradients:
    """By the keys of a dict; what stands beside it by name, or in the usual order."""
    found: dict[str, Any] = {}
    for key, value in named.items():
        match = [w for w in wanted if w.called(str(key)) and w.argument not in found]
        if match:
            found[match[0].argument] = value
    left = [w for w in wanted if w.argument not in found]
    order = _by_names([n for n, _ in plain], left) or left
    found |= {w.argument: v for w, (_, v) in zip(order, plain, strict=False)}
    if not found:
        raise CannotRun(
            "unjudged", f"{function} returned a dict with the keys {', '.join(map(str, named))}; "
            f"wanted are {', '.join(w.shown for w in wanted)}: name them so.",
        )
    found = {argument: value for argument, value in found.items() if value is not None}
    if not found:
        raise CannotRun("unwritten", f"{function} is not written yet: all it returns is None.")
    missing = [w.argument for w in wanted if w.argument not in found]
    unknown = [str(k) for k in named if not any(w.called(str(k)) for w in wanted)]
    said = ""
    if missing and unknown:
        said = (
            f"!{function} returned the keys {', '.join(map(str, named))}; "
            f"{', '.join(w.shown for w in wanted if w.argument in missing)} "
            f"{'is' if len(missing) == 1 else 'are'} not among them."
        )
    return Gradients(found, missing, said)


def _by_names(given: Sequence[str], wanted: Sequence[Wanted]) -> list[Wanted]:
    """The gradients that these names are; empty unless every name is one of its own."""
    order: list[Wanted] = []
    for name in given:
        match = [w for w in wanted if name and w.called(name) and w not in order]
        if not match:
            return []
        order.append(match[0])
    return order


def _fits(values: Sequence[Any], order: Iterable[Wanted]) -> bool:
    order = list(order)
    if len(values) != len(order):
        return False
    return all(np.shape(value) == w.shape for value, w in zip(values, order, strict=True)
               if isinstance(value, _NUMBERS | float))


def _by_some_names_and_shapes(
    given: Sequence[str], values: Sequence[Any], wanted: Sequence[Wanted]
) -> list[Wanted]:
    """Those with a known name by it, the others by shape; of the same shape in their usual order.
    Empty if a shape is none of them."""
    order: list[Wanted | None] = [None] * len(values)
    for known in (True, False):
        for k, (name, value) in enumerate(zip(given, values, strict=True)):
            match = [w for w in wanted if w not in order and w.shape == np.shape(value)
                     and (_clearly(name, w) if known else isinstance(value, _NUMBERS))]
            if match and order[k] is None:
                order[k] = match[0]
    return [w for w in order if w is not None] if None not in order else []


def _clearly(name: str, wanted: Wanted) -> bool:
    """Whether a name alone is this gradient's: "da" may be that of a state, or of a W x + b."""
    of = words.of_gradient(name) or ""
    return wanted.called(name) and (len(of) > 1 or of in ("h", "c", "x", "b"))
