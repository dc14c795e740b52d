"""The record of a trace: its events by place, time and name. It knows no view.

`seeing/trace.py` adds the views: what a user holds is a `Trace`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from types import MappingProxyType
from typing import Any

import numpy as np

from numpyrnn.seeing.tracing.event import Event
from numpyrnn.seeing.tracing.lines import Equation
from numpyrnn.seeing.tracing.recorder import Recorder
from numpyrnn.validation import brief, check_choice, check_size, nearest

PHASES = ("forward", "backward")


def check_same_sizes(
    what: str, sizes: Mapping[str, Any], expected: Mapping[str, Any], expected_of: str
) -> None:
    """Raise ValueError if two traces are not of the same layer and input."""
    for name, size in expected.items():
        if sizes.get(name) != size:
            raise ValueError(
                f"{what}: expected a trace with {name} = {size}, as in {expected_of}, "
                f"got {sizes.get(name)}; trace both on the same layer and input"
            )


class Record:
    """The events of one pass, forward then back, and a place among them.

    The attributes are explained in `numpyrnn.seeing.Trace`.
    """

    def __init__(
        self, recorder: Recorder, times: list[int], *, cell_name: str, layer_name: str,
        sizes: dict[str, int], dtype: np.dtype, equations: tuple[Equation, ...] = (),
        reverse: bool = False, tokens: tuple[str, ...] | None = None, h: Any = None,
        state: Any = None, dx: Any = None, dstate: Any = None,
        grads: dict[str, np.ndarray] | None = None,
    ):
        self.events: tuple[Event, ...] = tuple(recorder.events)
        self.h, self.state, self.dx, self.dstate, self.grads = h, state, dx, dstate, grads or {}
        self.result: Any = None
        self.backward_result: Any = None
        self.times, self.tokens = tuple(times), tokens
        self.constants = MappingProxyType(recorder.constants)
        self.gates, self.dtype, self.reverse = recorder.gates, dtype, reverse
        self.cell_name, self.layer_name, self.equations = cell_name, layer_name, equations
        self.sizes = sizes
        self.position = 0
        self._assignments = recorder.assignments

    @property
    def title(self) -> str:
        """The layer and its sizes: `LSTM · T=8 B=2 D=3 H=6`."""
        sizes = " ".join(f"{name}={self.sizes[name]}" for name in "TBDH" if name in self.sizes)
        return f"{self.layer_name} · {sizes}" + (" · reversed" if self.reverse else "")

    # A sequence of events -----------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self.events)

    def __iter__(self) -> Iterator[Event]:
        return iter(self.events)

    def __getitem__(self, index: Any) -> Any:
        try:
            return self.events[index]
        except IndexError:
            raise IndexError(
                f"index: expected one from 0 to {len(self) - 1}, got {index}; "
                "len(trace) is the number of events"
            ) from None

    def by_step(self) -> Iterator[list[Event]]:
        """The events of each time step, forward and then back."""
        for _, events in groupby(self, lambda event: (event.t, event.phase)):
            yield list(events)

    def place(self, event: Event) -> str:
        """`t = 2 'c' · forward`: the step of an event, its token and the phase."""
        token = f" {self.tokens[event.t]!r}" if self.tokens else ""
        return f"t = {event.t}{token} · {event.phase}"

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
            first = next((e for e in self.events if e.t == t and e.phase in phases), None)
            if first is None:
                raise ValueError(f"t: expected a step that has events, one of "
                                 f"{', '.join(map(str, self.times))}, got {t}")
            return self._to(first)
        matches = [self._assignments[key] for p in phases
                   if (key := (t, p, name)) in self._assignments]
        if not matches:
            known = dict.fromkeys(n for step, p, n in self._assignments
                                  if step == t and p in phases)
            raise ValueError(
                f"name: expected one that step {t} gives a value to ({', '.join(known)}), "
                f"got {brief(name)}{nearest(name, known)}"
            )
        if len(matches) > 1 and matches[0][-1] is not matches[1][-1]:
            raise ValueError(
                f"phase: expected a word, since {name!r} has a value in both passes of step {t}, "
                'got none; write phase="forward" or phase="backward"'
            )
        return self._to(matches[-1][-1])

    def find(self, name: str) -> tuple[Event, ...]:
        """Every event with this name, in the order of the trace. ValueError if there is none."""
        matches = tuple(event for event in self.events if event.name == name)
        if not matches:
            known = dict.fromkeys(event.name for event in self.events)
            raise ValueError(
                f"name: expected one of {', '.join(known)}, got {brief(name)}{nearest(name, known)}"
            )
        return matches

    def assignments(self, t: int, phase: str, name: str) -> list[Event]:
        """The events that give this name a value in one phase of one time step; may be none."""
        return self._assignments.get((t, phase, name), [])

    def _move(self, by: int, end: str) -> Event:
        position = self.position + by
        if not 0 <= position < len(self):
            raise RuntimeError(
                f"{'step' if by > 0 else 'back'}: expected an event there, got past {end}"
            )
        return self._to(self.events[position])

    def _to(self, event: Event) -> Event:
        self.position = event.index
        return event

    def __repr__(self) -> str:
        return f"<Trace of {self.title}: {len(self)} events, at {self.current!r}>"
