"""A trace as a JSON document, from which a page can show it and fill its formulas in.

    version, title, cell, dtype, sizes, gates, reverse, tokens, times
    equations   [{number, text, note}]
    shown       {steps, units}: the ones that the page shows, or null for all
    arrays      [{shape, kind, data}]: where the document is packed, each array once; see stored.py
    templates   [{id, name, phase, equation, symbols, line, tree, axes, changed}]: what the steps
                have in common. axes: a word or null for each axis (null: not known); changed: the
                line has changed an array that was there before
    constants   {name: array}
    axes        {name: axes} of the constants
    scales      {values: {name: number}, totals: {name: number}}: the largest finite size that a
                name has in any event
    events      [{t, template, value, env, total?, away?}]
        value   an array; or {shape, kind}: it is not stored, its tree gives it
        env     a name of the tree -> the index of an event, the name of a constant, or
                {name, t, phase, value, axes}: an array of a step that is not shown
        total   an array; or true: the total of the last event of this name that has one, plus value
        away    true: no tree and no env, for they are large arrays of steps that are not shown

An array is {shape, kind, data: [numbers]}, row-major, every number exact. In a packed document,
which is what a page holds, it is an index of `arrays`, where the numbers are bytes in base64; and
of a large trace the largest arrays with a formula are not stored: weight gradients above all. Each
of them is evaluated here from what the document does store, and left out only if that is the
recorded array. Trees are those of formulas/tree.py; in them what is not finite stands as "NaN",
"Infinity" or "-Infinity".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from numpyrnn.seeing.formulas.tree import Tree, variables
from numpyrnn.seeing.tracing.event import Constant, Event
from numpyrnn.seeing.tracing.record import Record
from numpyrnn.seeing.views.part import Choice, shown_steps, shown_units
from numpyrnn.seeing.views.stored import TOLERANCE, Lists, Table, added, again, difference, plain

VERSION = 2
ROOM = 150_000      # numbers that are stored before arrays with a formula are left out
DEPTH = 20          # arrays that are not stored on the way from one to those that are


def document(
    trace: Record, units: Choice = None, steps: Choice = None, packed: bool = False
) -> dict[str, Any]:
    """The trace, or the steps of it that are chosen; units are chosen for the eye only."""
    shown = {"steps": shown_steps(trace, steps), "units": shown_units(trace, units)}
    chosen = None if shown["steps"] is None else set(shown["steps"])
    events = [e for e in trace if chosen is None or e.t is None or e.t in chosen]
    writer = _Writer(events, Table() if packed else Lists())
    for name, value in trace.constants.items():
        writer.constants[name] = writer.table.put(value)
        writer.widen("values", name, value)
    entries = [writer.event(event) for event in events]
    out = {
        "version": VERSION,
        "title": trace.title,
        "cell": trace.cell_name,
        "dtype": trace.dtype.name,
        "sizes": dict(trace.sizes),
        "gates": trace.gates,
        "reverse": trace.reverse,
        "tokens": None if trace.tokens is None else list(trace.tokens),
        "times": list(trace.times),
        "equations": [
            {"number": e.number, "text": e.text, "note": e.note} for e in trace.equations
        ],
        "shown": shown,
        "templates": list(writer.templates.values()),
        "constants": writer.constants,
        "axes": writer.axes,
        "scales": writer.scales,
        "arrays": writer.table.entries,
        "events": entries,
    }
    return {key: part for key, part in out.items() if packed or key != "arrays"}


class _Writer:
    """What the events of a document share."""

    def __init__(self, events: list[Event], table: Table | Lists):
        self.table = table
        self.templates: dict[str, dict[str, Any]] = {}
        self.constants: dict[str, Any] = {}
        self.axes: dict[str, list[str | None]] = {}
        self.scales: dict[str, dict[str, float]] = {"values": {}, "totals": {}}
        self.places = {event.index: k for k, event in enumerate(events)}
        self.packed = isinstance(table, Table)
        self.left_out = _largest(events) if self.packed else set()
        self.values: dict[int, np.ndarray] = {}     # by index in the trace: as the page has them
        self.depths: dict[int, int] = {}
        self.running: dict[str, np.ndarray] = {}

    def event(self, event: Event) -> dict[str, Any]:
        away = self._away(event)
        tree, sources = (None, {}) if away else (event.tree, event.sources)
        template = self._template(event, tree)
        entry = {"t": event.t, "template": template["id"], "value": self._value(event, tree),
                 "env": {name: self._where(source) for name, source in sources.items()}}
        if away:
            entry["away"] = True
        self.widen("values", event.name, event.value)
        if event.total is not None:
            entry["total"] = self._total(event)
            self.widen("totals", event.name, event.total)
        return entry

    def widen(self, what: str, name: str, value: np.ndarray) -> None:
        """Let the scale of a name hold one more array."""
        size = np.abs(value[np.isfinite(value)].astype(np.complex128 if value.dtype.kind == "c"
                                                       else np.float64)).max(initial=0)
        self.scales[what][name] = max(self.scales[what].get(name, 0.0), float(size))

    def _away(self, event: Event) -> bool:
        """It is computed from much that is not shown, such as a sum over all steps."""
        outside = [source for source in event.sources.values()
                   if isinstance(source, Event) and source.index not in self.places]
        return sum(source.value.size for source in outside) > ROOM

    def _template(self, event: Event, tree: Tree | None) -> dict[str, Any]:
        axes = getattr(event, "axes", None)
        common = {
            "name": event.name, "phase": event.phase, "equation": event.equation,
            "symbols": event.formula, "line": event.line, "tree": plain(tree),
            "axes": None if axes is None else list(axes),
            "changed": bool(getattr(event, "changed", False)),
        }
        return self.templates.setdefault(
            json.dumps(common), {"id": len(self.templates), **common})

    def _where(self, source: Event | Constant) -> Any:
        if isinstance(source, Constant):
            if (axes := getattr(source, "axes", None)) is not None:
                self.axes.setdefault(source.name, list(axes))
            return source.name
        if source.index in self.places:
            return self.places[source.index]
        self.widen("values", source.name, source.value)
        axes = getattr(source, "axes", None)
        return {"name": source.name, "t": source.t, "phase": source.phase,
                "value": self.table.put(source.value), "axes": None if axes is None else list(axes)}

    def _value(self, event: Event, tree: Tree | None) -> Any:
        """Where the array is stored, or its shape and kind if its tree gives it."""
        value = event.value
        if tree is not None and event.index in self.left_out:
            parents = [s for s in event.sources.values() if isinstance(s, Event)]
            depth = 1 + max((self.depths.get(s.index, 0) for s in parents), default=0)
            if depth <= DEPTH:
                computed = again(tree, self._sources(event, tree))
                if computed.dtype == value.dtype and _same(computed, value):
                    self.values[event.index], self.depths[event.index] = computed, depth
                    return {"shape": list(value.shape), "kind": value.dtype.name}
        self.values[event.index] = value
        return self.table.put(value)

    def _sources(self, event: Event, tree: Tree) -> Mapping[str, np.ndarray]:
        sources = {name: event.sources[name] for name in variables(tree)}
        return {name: self.values.get(source.index, source.value)
                if isinstance(source, Event) else source.value
                for name, source in sources.items()}

    def _total(self, event: Event) -> Any:
        name, total = event.name, event.total
        assert total is not None
        value, before = self.values[event.index], self.running.get(event.name)
        if self.packed and (before is None or before.shape == value.shape):
            computed = added(before, value)
            if computed.dtype == total.dtype and _same(computed, total):
                self.running[name] = computed
                return True
        self.running[name] = total
        return self.table.put(total)


def _largest(events: list[Event]) -> set[int]:
    """The largest arrays with a formula, as many as must go if the rest is to have room."""
    left_out: set[int] = set()
    stored = sum(event.value.size for event in events)
    could = [e for e in events if e.tree is not None and e.value.dtype.name in TOLERANCE]
    for event in sorted(could, key=lambda e: e.value.size, reverse=True):
        if stored <= ROOM:
            break
        left_out.add(event.index)
        stored -= event.value.size
    return left_out


def _same(a: np.ndarray, b: np.ndarray) -> bool:
    return difference(a, b) <= TOLERANCE[b.dtype.name]
