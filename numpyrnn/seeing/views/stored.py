"""Arrays in a trace's document: how they are written, and how they are read again.

    table = Table()
    table.put(array)         an index of table.entries; equal arrays share one
    Lists().put(array)       the array where it is, as a list of numbers
    decode(document)         every array of a document, those that it does not store too
    false_formulas(document) the events whose formula does not give their value; there are none
"""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from numpyrnn.seeing.formulas.tree import Tree, evaluate

KINDS = ("int8", "int16", "int32", "float32", "float64", "int64", "uint64", "complex128")
TOLERANCE = {"float32": 1e-5, "float64": 1e-12}     # relative to an array's largest number
WORDS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


class Table:
    """The arrays of a document, each of them once.

    An entry is {"shape": […], "kind": …, "data": …}: the bytes in base64, row-major and
    little-endian, in the smallest kind that holds every number exactly. "dtype", where it is
    another one, is that of the array.
    """

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []
        self._places: dict[tuple[Any, ...], int] = {}

    def put(self, value: np.ndarray) -> int:
        """Where the array stands among the entries; it is added if it is new."""
        key = value.shape, value.dtype.str, value.tobytes()
        if key not in self._places:
            self._places[key] = len(self.entries)
            self.entries.append(_entry(value))
        return self._places[key]


class Lists:
    """Arrays as lists, each where it is used: {"shape": […], "kind": …, "data": [numbers]}."""

    entries = None

    def put(self, value: np.ndarray) -> dict[str, Any]:
        """The array as JSON has it, row-major."""
        return {"shape": list(value.shape), "kind": value.dtype.name,
                "data": plain(value.ravel().tolist())}


class Decoded(NamedTuple):
    """The arrays of a document.

    constants    by name
    values       of every event, in their order
    totals       of every event: the sum so far, or None
    sources      of every event: the arrays of its formula's names
    """

    constants: dict[str, np.ndarray]
    values: list[np.ndarray]
    totals: list[np.ndarray | None]
    sources: list[dict[str, np.ndarray]]


def decode(document: Mapping[str, Any]) -> Decoded:
    """Every array of a document, computed where it is not stored: see document.py."""
    arrays = [_array(entry) for entry in document.get("arrays") or ()]
    constants = {name: _found(where, arrays) for name, where in document["constants"].items()}
    trees = [revived(template["tree"]) for template in document["templates"]]
    out = Decoded(constants, [], [], [])
    running: dict[str, np.ndarray] = {}
    for event in document["events"]:
        sources = {name: _source(where, arrays, out) for name, where in event["env"].items()}
        value = event["value"]
        if isinstance(value, int) or "data" in value:
            value = _found(value, arrays)
        else:
            value = again(trees[event["template"]], sources)
        total = event.get("total")
        if total is not None:
            name = document["templates"][event["template"]]["name"]
            total = added(running.get(name), value) if total is True else _found(
                total, arrays)
            running[name] = total
        out.values.append(value)
        out.totals.append(total)
        out.sources.append(sources)
    return out


def false_formulas(
    document: Mapping[str, Any], tolerance: float | None = None
) -> list[tuple[int, str, float]]:
    """(index, name, largest error) of each event whose formula gives another array than its own.

    Formulas are evaluated from the document's own values. The error is relative to the largest
    number of the array; infinite for another shape. tolerance: 1e-9, in float32 1e-4.
    """
    decoded = decode(document)
    false = []
    for k, event in enumerate(document["events"]):
        template = document["templates"][event["template"]]
        if template["tree"] is None:
            continue
        value = decoded.values[k]
        given = again(revived(template["tree"]), decoded.sources[k])
        if given.ndim < value.ndim:                     # x[:] = 1: one number for all of them
            given = np.broadcast_to(given, value.shape)
        error = difference(given, value)
        short = value.dtype.kind == "f" and value.dtype.itemsize <= 4
        allowed = (1e-4 if short else 1e-9) if tolerance is None else tolerance
        if not error <= allowed:
            false.append((k, template["name"], error))
    return false


def again(tree: Tree, sources: Mapping[str, np.ndarray]) -> np.ndarray:
    """The array that a tree gives."""
    with np.errstate(all="ignore"):
        return np.asarray(evaluate(tree, sources))


def added(before: np.ndarray | None, share: np.ndarray) -> np.ndarray:
    """A running sum after one more share."""
    with np.errstate(all="ignore"):
        return share if before is None else before + share


def difference(a: np.ndarray, b: np.ndarray) -> float:
    """The largest difference, relative to the largest finite number of b; NaN equals NaN."""
    if a.shape != b.shape:
        return math.inf
    if a.tobytes() == b.tobytes() and a.dtype == b.dtype:
        return 0.0
    wide = np.complex128 if "c" in (a.dtype.kind, b.dtype.kind) else np.float64
    a, b = a.astype(wide), b.astype(wide)
    with np.errstate(all="ignore"):
        apart = np.abs(a - b)
    apart = np.where((a == b) | (np.isnan(a) & np.isnan(b)), 0, apart)
    finite = np.abs(b[np.isfinite(b)]).max(initial=0)
    largest = float(np.nan_to_num(apart, nan=np.inf, posinf=np.inf).max(initial=0))
    return largest / float(finite) if finite and largest else largest


def plain(tree: Any) -> Any:
    """A tree as JSON has it: a number that is not finite as a word."""
    if isinstance(tree, dict):
        return {key: plain(part) for key, part in tree.items()}
    if isinstance(tree, list | tuple):
        return [plain(part) for part in tree]
    tree = tree.item() if isinstance(tree, np.generic) else tree
    if isinstance(tree, float) and not math.isfinite(tree):
        return "NaN" if math.isnan(tree) else "Infinity" if tree > 0 else "-Infinity"
    return tree


def revived(tree: Any) -> Any:
    """A tree as it was before `plain`."""
    if isinstance(tree, list):
        return [revived(part) for part in tree]
    if not isinstance(tree, dict):
        return tree
    return {key: WORDS.get(part, part) if key == "value" and isinstance(part, str)
            else revived(part) for key, part in tree.items()}


def _entry(value: np.ndarray) -> dict[str, Any]:
    kind, small = _smallest(value)
    little = small.astype(small.dtype.newbyteorder("<"), copy=False)
    entry = {"shape": list(value.shape), "kind": kind,
             "data": base64.b64encode(little.tobytes()).decode()}
    return entry if kind == value.dtype.name else {**entry, "dtype": value.dtype.name}


def _smallest(value: np.ndarray) -> tuple[str, np.ndarray]:
    """The smallest kind that gives the same bytes back."""
    with np.errstate(all="ignore"):
        for kind in KINDS:
            if value.dtype.kind == "c" and kind != "complex128":
                continue
            small = value.astype(kind)
            if value.dtype.kind == "u" and small.dtype.kind == "i" and np.any(small < 0):
                continue                                                # it went round
            if small.astype(value.dtype).tobytes() == value.tobytes():
                return kind, small
    wide = "complex128" if value.dtype.kind == "c" else "float64"
    return wide, value.astype(wide)                                 # longer than a float64


def _array(entry: Mapping[str, Any]) -> np.ndarray:
    if isinstance(entry["data"], list):
        numbers = [WORDS.get(v, v) if isinstance(v, str) else v for v in entry["data"]]
        return np.array(numbers, entry["kind"]).reshape(entry["shape"])
    kind = np.dtype(entry["kind"]).newbyteorder("<")
    flat = np.frombuffer(base64.b64decode(entry["data"]), kind)
    return flat.reshape(entry["shape"]).astype(entry.get("dtype", entry["kind"]))


def _source(where: Any, arrays: list[np.ndarray], out: Decoded) -> np.ndarray:
    if isinstance(where, int):
        return out.values[where]
    return out.constants[where] if isinstance(where, str) else _found(where["value"], arrays)


def _found(where: Any, arrays: list[np.ndarray]) -> np.ndarray:
    return arrays[where] if isinstance(where, int) else _array(where)
