"""The record of a run in progress: its events, its constants, and where each number is."""

from __future__ import annotations

from typing import Any

import numpy as np

from numpyrnn.seeing.tracing.event import Constant, Event
from numpyrnn.seeing.tracing.lines import Statement
from numpyrnn.seeing.tracing.memory import Memory, Origin, Region

Axes = tuple[str | None, ...] | None
Assignments = dict[tuple[int, str, str], list[Event]]   # by time step, phase and name


class Recorder:
    """Makes events, and knows which event or constant an array or a number is.

    gates        the names of the blocks of an array with gates; "" if nobody knows them
    parameters   the names of the parameters: a dict of theirs holds gradients
    t, phase     where the next event belongs
    """

    def __init__(self, gates: str, event_type: type[Event] = Event):
        self.gates, self.event_type = gates, event_type
        self.parameters: set[str] = set()
        self.events: list[Event] = []
        self.assignments: Assignments = {}
        self.constants: dict[str, np.ndarray] = {}
        self.axes: dict[str, Axes] = {}         # of the constants: what each axis runs over
        self.memory = Memory()
        self.t, self.phase = 0, "forward"
        self._numbers: dict[int, tuple[Any, Origin]] = {}

    def event(
        self, statement: Statement | None, name: str, value: Any, tree: Any, formula: str,
        sources: Any, *, line: str = "", changed: bool = False, axes: Axes = None,
    ) -> Event:
        for source in sources.values():
            if isinstance(source, Constant):
                self.constants.setdefault(source.name, source.value)
        equation, line = (statement.equation, statement.text) if statement else (None, line)
        event = self.event_type(len(self.events), self.t, self.phase, equation, name,
                                frozen(value), formula, line, tree, sources, gates=self.gates,
                                changed=changed, axes=axes)
        self.events.append(event)
        self.assignments.setdefault((self.t, self.phase, name), []).append(event)
        return event

    def given(self, name: str, value: np.ndarray, axes: Axes = None) -> Event:
        """An input: its array is this event from now on."""
        event = self.event(None, name, value, None, "given", {}, axes=axes)
        self.memory.put(value, name, event)
        return event

    def constant(self, name: str, value: np.ndarray) -> Origin:
        """What an array that no line has made is: a constant, or, if it is new, an event."""
        region = self.memory.get(value)
        old = self.memory.before(value)
        if region is None or not region.constant:
            origin: Origin = self.event(None, name, old, None, "as it is here", {})
        elif name in self.constants and not np.array_equal(self.constants[name], old):
            origin = self.event(None, name, old, None, "given", {})
        else:
            origin = Constant(name, self.constants.setdefault(name, frozen(old)))
        self.memory.put(value, name, origin)
        return origin

    def whole(self, region: Region) -> Event:
        """An array that was written piece by piece is read as a whole: its event comes now."""
        numbers, pieces = region.before, region.pieces()
        assert numbers is not None
        sources: dict[str, Origin] = {}
        if region.origin is not None and not region.is_covered_by(pieces):
            add_source(sources, region.origin.name, region.origin)
        for piece in pieces:
            assert isinstance(piece.origin, Event)
            add_source(sources, piece.origin.name, piece.origin)
        region.origin = self.event(region.line, region.name, numbers, None,
                                   "written piece by piece", sources, changed=True)
        region.waiting = False
        return region.origin

    def axes_of(self, origin: Origin) -> Axes:
        return origin.axes if isinstance(origin, Event) else self.axes.get(origin.name)

    def keep_number(self, value: Any, origin: Origin) -> None:
        if isinstance(value, np.generic):
            self._numbers[id(value)] = value, origin        # with it, so that its id stays its own

    def number(self, value: Any) -> Origin | None:
        """The event of a number of NumPy, which is an object of its own."""
        if not isinstance(value, np.generic):
            return None
        return self._numbers.get(id(value), (None, None))[1]


def add_source(sources: dict[str, Origin], name: str, origin: Origin) -> str:
    """Add a source under its name, or under one of its own where that name is taken."""
    if sources.get(name, origin) is not origin:
        index = f" {origin.index}" if isinstance(origin, Event) else "'s constant"
        name = f"{name} of event{index}"
    sources[name] = origin
    return name


def frozen(value: Any) -> np.ndarray:
    """A read-only copy."""
    copy = np.array(value)
    copy.flags.writeable = False
    return copy
