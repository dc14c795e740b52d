"""Every line of a recurrent layer's pass, forward and back, with every number it worked with."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from numpyrnn.cells.unrolled import Unrolled
from numpyrnn.seeing.tracing.event import Event
from numpyrnn.seeing.tracing.inputs import check_layer, sizes_of, token_texts, upstream
from numpyrnn.seeing.tracing.lines import Equation, equations
from numpyrnn.seeing.tracing.run import Given, Tracer
from numpyrnn.validation import RandomSource, check_choice, check_size, nearest, shown

PHASES = ("forward", "backward")


def trace(
    layer: Any,
    x: Any,
    dh: Any = None,
    *,
    state: Any = None,
    dstate: Any = None,
    cell: Any = None,
    rng: RandomSource = None,
    tokens: Sequence[str] | None = None,
) -> Trace:
    """Run a layer forward and back on its textbook cell, and keep an event for every name.

    layer is an RNN, LSTM or GRU; x (B, T, D); dh, the gradient of h, has the shape of h: (B, T, H),
    or (B, H) with return_sequences=False. Without dh the loss is the sum of the last h: dh is 1 at
    the last step and 0 before it, so that all that reaches an earlier step has come back through
    time; with rng= dh is drawn at random for every step. state and dstate are as in `forward` and
    `backward`. tokens, T texts, name the steps where a trace is shown.

    cell is an object with `step` and `step_back` in the form of the textbook, in the place of the
    layer's own: a student's version, a planted mistake. It is read from its source, so any lines
    will do; what is not understood as a formula still has its value, its line and its parents.

    Values are those of `engine="cell"` to the last bit. The layer itself is left as it was.
    Raises TypeError for a layer of another kind and for a cell without source, and whatever
    `forward` and `backward` raise.
    """
    check_layer(layer)
    twin = layer.copy()
    batch, steps, times = sizes_of(twin, x)
    dh = upstream(twin, dh, batch, steps, rng)
    tokens = token_texts(tokens, steps)
    final = twin._check_state("dstate", dstate, batch)
    above = {t: dh[:, t].T if dh.ndim == 3 else np.zeros_like(dh.T) for t in times}
    last = final if dh.ndim == 3 else final._replace(h=final.h + dh)
    tracer = Tracer(layer.cell if cell is None else cell, layer.gates, times,
                    Given(above, tuple(part.T for part in last)))

    # The layer's own checks and packing, the cell engine's own loop.
    engines = {"cell": Unrolled(tracer)}
    twin.__class__ = type(type(layer).__name__, (type(layer),), {"engines": engines})
    twin.engine = "cell"
    h, after = twin.forward(x, state)
    dx, before = twin.backward(dh, dstate)
    tracer.finish()
    return Trace(layer, cell, tracer, h=h, state=after, dx=dx, dstate=before,
                 grads=dict(twin.grads), times=times, batch=batch, tokens=tokens)


class Trace:
    """The events of one pass, forward then back, and a place among them.

    A sequence: `len(trace)`, `trace[12]`, `trace[3:9]`, `for event in trace`. `step()`, `back()`,
    `goto(t, "dc")` and `find("dc")` move about; `current` is the event at `position`.

    h, state            what `forward` returned; state is the final one
    dx, dstate, grads   what `backward` returned; dstate is the initial state's gradient
    times               the time steps in the order in which the layer read them
    constants           the parameters, in the cell's shapes
    equations           the numbered ones of the cell's docstring
    sizes               T, B, D, H and G (gates)
    """

    def __init__(self, layer: Any, cell: Any, tracer: Tracer, *, h: np.ndarray, state: Any,
                 dx: np.ndarray, dstate: Any, grads: dict[str, np.ndarray], times: list[int],
                 batch: int, tokens: tuple[str, ...] | None):
        self.events: tuple[Event, ...] = tuple(tracer.events)
        self.h, self.state, self.dx, self.dstate, self.grads = h, state, dx, dstate, grads
        self.times, self.tokens = tuple(times), tokens
        self.constants = MappingProxyType(tracer.constants)
        self.gates, self.dtype, self.reverse = layer.gates, layer.dtype, layer.reverse
        own = layer.cell if cell is None else cell
        self.cell_name = getattr(own, "__name__", type(own).__name__)
        self.layer_name = type(layer).__name__
        self.equations: tuple[Equation, ...] = equations(own) or equations(layer.cell)
        self.sizes = {"T": len(times), "B": batch, "D": layer.input_size, "H": layer.hidden_size,
                      "G": len(layer.gates)}
        self.position = 0
        self._places = tracer.places

    @property
    def title(self) -> str:
        """The layer and its sizes: `LSTM · T=8 B=2 D=3 H=6`."""
        sizes = " ".join(f"{name}={self.sizes[name]}" for name in "TBDH")
        return f"{self.layer_name} · {sizes}" + (" · reversed" if self.reverse else "")

    # A sequence of events -----------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self.events)

    def __iter__(self) -> Iterator[Event]:
        return iter(self.events)

    def __getitem__(self, where: Any) -> Any:
        try:
            return self.events[where]
        except IndexError:
            raise IndexError(
                f"index: expected one from 0 to {len(self) - 1}, got {where}; "
                "len(trace) is the number of events"
            ) from None

    # Moving about -------------------------------------------------------------------------------

    @property
    def current(self) -> Event:
        """The event at `position`."""
        return self.events[self.position]

    def step(self, count: int = 1) -> Event:
        """Go on by one event, or by `count`, and return it. RuntimeError behind the last one."""
        return self._move(check_size("count", count), "the last event; go back() or goto(0)")

    def back(self, count: int = 1) -> Event:
        """Go back by one event, or by `count`. RuntimeError before the first one."""
        return self._move(-check_size("count", count), "the first event; step() goes on")

    def goto(self, t: int, name: str | None = None, *, phase: str | None = None) -> Event:
        """Go to a name at time step t: `goto(2, "dc")`; without a name to the step's first event.

        Of a name that is assigned more than once in a step, the completed value is meant; where
        both phases have the name, say which. Raises ValueError for a step, phase or name that the
        trace does not have.
        """
        t = check_size("t", t, minimum=0)
        if t >= self.sizes["T"]:
            raise ValueError(f"t: expected a step from 0 to {self.sizes['T'] - 1}, got {t}")
        if phase is not None:
            check_choice("phase", phase, PHASES)
        phases = PHASES if phase is None else (phase,)
        if name is None:
            return self._to(next(e for e in self.events if e.t == t and e.phase in phases))
        found = [self._places[key] for p in phases if (key := (t, p, name)) in self._places]
        if not found:
            known = dict.fromkeys(n for step, p, n in self._places if step == t and p in phases)
            raise ValueError(
                f"name: expected one that step {t} gives a value to ({', '.join(known)}), "
                f"got {shown(name)}{nearest(name, known)}"
            )
        if len(found) > 1 and found[0][-1] is not found[1][-1]:
            raise ValueError(
                f"phase: expected a word, since {name!r} has a value in both passes of step {t}, "
                'got none; write phase="forward" or phase="backward"'
            )
        return self._to(found[-1][-1])

    def find(self, name: str) -> tuple[Event, ...]:
        """Every event with this name, in the order of the trace. ValueError if there is none."""
        found = tuple(event for event in self.events if event.name == name)
        if not found:
            known = dict.fromkeys(event.name for event in self.events)
            raise ValueError(
                f"name: expected one of {', '.join(known)}, got {shown(name)}{nearest(name, known)}"
            )
        return found

    def _move(self, by: int, end: str) -> Event:
        where = self.position + by
        if not 0 <= where < len(self):
            raise RuntimeError(
                f"{'step' if by > 0 else 'back'}: expected an event there, got past {end}"
            )
        return self._to(self.events[where])

    def _to(self, event: Event) -> Event:
        self.position = event.index
        return event

    # Seeing it ----------------------------------------------------------------------------------

    def to_text(self) -> str:
        """The whole trace as plain text, at most 80 columns wide."""
        from numpyrnn.seeing.views.text import transcript

        return transcript(self)

    def to_json(self) -> dict[str, Any]:
        """The trace as plain dicts, lists, texts and numbers of nine digits, for `json.dump`."""
        from numpyrnn.seeing.views.document import document

        return document(self)

    def to_html(self, path: str | os.PathLike[str], compare: Trace | None = None) -> Path:
        """Write one self-contained page in which to step through the trace.

        compare, another trace, is shown beside it, with the first difference marked.
        """
        from numpyrnn.seeing.views.page import write

        other = None if compare is None else _a_trace("compare", compare).to_json()
        return write(self.to_json(), path, compare=other)

    def to_paper(self, path: str | os.PathLike[str]) -> Path:
        """Write one page made for printing: every step, its formulas and its numbers as tables."""
        from numpyrnn.seeing.views.paper import write

        return write(self, path)

    def _repr_html_(self) -> str:
        from numpyrnn.seeing.views.notebook import page

        return page(self)

    def __repr__(self) -> str:
        return f"<Trace of {self.title}: {len(self)} events, at {self.current!r}>"


def _a_trace(what: str, value: Any) -> Trace:
    if not isinstance(value, Trace):
        raise TypeError(f"{what}: expected what trace(...) returned, got {shown(value)}")
    return value
