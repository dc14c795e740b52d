"""A trace as a JSON document, from which a page can show it and fill its formulas in.

    version, title, cell, dtype, sizes, gates, reverse, tokens, times
    equations   [{number, text, note}]
    templates   [{id, name, phase, equation, symbols, line, tree}]: what the steps have in common
    constants   {name: array}
    events      [{t, template, value, env, total?}]; env: a name of the tree -> the index of an
                event, or the name of a constant

An array is {"shape": […], "data": […]}, row-major; what is not finite stands as "NaN", "Infinity"
or "-Infinity". Trees are those of formulas/tree.py.
"""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np

from numpyrnn.seeing.tracing.event import Event
from numpyrnn.seeing.tracing.record import Record

VERSION, DIGITS = 1, 9


def document(trace: Record) -> dict[str, Any]:
    """The whole trace."""
    templates: dict[str, dict[str, Any]] = {}
    events = [_event(event, templates) for event in trace]
    return {
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
        "templates": list(templates.values()),
        "constants": {name: array(value) for name, value in trace.constants.items()},
        "events": events,
    }


def array(value: np.ndarray) -> dict[str, Any]:
    """An array as JSON has it."""
    return {"shape": list(value.shape), "data": [_number(v) for v in value.ravel().tolist()]}


def _number(value: float) -> float | int | str:
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    short = float(f"{value:.{DIGITS}g}")
    return int(short) if short == int(short) and abs(short) < 1e9 else short


def _event(event: Event, templates: dict[str, dict[str, Any]]) -> dict[str, Any]:
    common = {
        "name": event.name, "phase": event.phase, "equation": event.equation,
        "symbols": event.formula, "line": event.line, "tree": event.tree,
    }
    template = templates.setdefault(json.dumps(common), {"id": len(templates), **common})
    env = {name: source.index if isinstance(source, Event) else source.name
           for name, source in event.sources.items()}
    entry = {"t": event.t, "template": template["id"], "value": array(event.value), "env": env}
    return entry if event.total is None else {**entry, "total": array(event.total)}
