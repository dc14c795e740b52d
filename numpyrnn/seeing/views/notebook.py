"""A trace in a notebook: the current event among the cell's equations, with all its numbers."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from numpyrnn.seeing.formulas.tree import symbol
from numpyrnn.seeing.tracing.event import Constant, Event
from numpyrnn.seeing.tracing.record import Record
from numpyrnn.seeing.views.tables import STYLE, equation_list, event_parts, matrix


def page(trace: Record) -> str:
    """The current event below the equations, with its place in the trace; static, no script."""
    event = trace.current
    where = f"event {event.index} of {len(trace) - 1} · {trace.place(event)}"
    return _framed([
        f"<div><b>{escape(trace.title)}</b><br>{escape(where)}</div>",
        equation_list(trace, event.equation),
        *_event(event),
    ])


class NotebookEvent(Event):
    """An event that a notebook shows by itself: the kind that `trace` makes."""

    def _repr_html_(self) -> str:
        """Its formula, one element with its numbers, and its sources."""
        return _framed([f"<div>t = {self.t} · {self.phase}</div>", *_event(self)])


class FreeEvent(NotebookEvent):
    """An event of a function without a layer: an argument x may mean anything."""

    @property
    def meaning(self) -> str:
        return ""


def _framed(parts: list[str]) -> str:
    return f'<div class="nrt"><style>{STYLE}</style>{"".join(parts)}</div>'


def _event(event: Event) -> Iterator[str]:
    yield from event_parts(event, f"{event.name} {event.shape}")
    if event.sources:
        inside = "".join(
            matrix(source.value, event.gates, _label(name, source))
            for name, source in event.sources.items()
        )
        yield f'<div>computed from</div><div class="nrt-sources">{inside}</div>'


def _label(name: str, source: Event | Constant) -> str:
    words = f"{symbol(name)} {source.value.shape}"
    if isinstance(source, Event) and source.name != name and "of step" not in name:
        words += f" = {symbol(source.name)} of step {source.t}"
    return words
