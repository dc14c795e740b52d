"""A trace on paper: one page made for printing, every step with its formulas and numbers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from html import escape
from pathlib import Path

from numpyrnn.seeing.tracing.event import Event
from numpyrnn.seeing.tracing.record import Record
from numpyrnn.seeing.views.tables import STYLE, equation_list, event_parts, matrix

WIDE = 6    # columns of numbers; beyond them a table gets the whole width of the page
PRINT = """
body { margin: 1.2cm; color: #000; background: #fff; }
.nrt { max-width: none; font-size: 11pt; }
h1 { font-size: 18pt; margin: 0 0 .3em; } h2 { font-size: 14pt; margin: 1.2em 0 .3em; }
.events { columns: 2; column-gap: 1.5em; }
.event { break-inside: avoid; padding: 0 0 .7em; }
.wide { column-span: all; }
.nrt .nrt-formula { margin: .2em 0; padding: .1em .5em; }
.nrt .nrt-numbers td { padding: .05em .35em; }
section { break-before: page; }
@page { size: A4; margin: 14mm; }
@media print {
  body { margin: 0; }
  .nrt td { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
"""


def write(trace: Record, path: str | os.PathLike[str]) -> Path:
    """Write the page and return its path."""
    path = Path(path)
    path.write_text("\n".join(_page(trace)), encoding="utf-8")
    return path


def _page(trace: Record) -> Iterator[str]:
    title = escape(trace.title)
    yield f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
    yield f"<style>{STYLE}{PRINT}</style></head><body class='nrt'><h1>{title}</h1>"
    yield equation_list(trace)
    yield "<p>⊙ is the elementwise product; ' means the step before; a column is a sequence."
    yield "The element with the largest value is filled in.</p>"
    if trace.constants:
        yield "<h2>Parameters</h2>"
    for name, value in trace.constants.items():
        yield matrix(value, trace.gates, f"{name} {value.shape}")
    for events in trace.by_step():
        place = escape(trace.place(events[0]))
        yield f"<section><h2>{place}</h2><div class='events'>"
        for event in events:
            yield _event(event)
        yield "</div></section>"
    yield "</body></html>"


def _event(event: Event) -> str:
    parts = event_parts(event, str(event.shape))
    wide = " wide" if event.shape[-1:] > (WIDE,) else ""
    return f'<div class="event{wide}">{"".join(parts)}</div>'
