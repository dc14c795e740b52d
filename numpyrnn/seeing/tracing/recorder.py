"""The record of a run in progress: its events, its constants, and where each number is."""

from __future__ import annotations

from typing import Any

import numpy as np

from numpyrnn.seeing.formulas.axes import Labels, labels
from numpyrnn.seeing.formulas.tree import Tree
from numpyrnn.seeing.tracing.event import Constant, Event
from numpyrnn.seeing.tracing.lines import Statement
from numpyrnn.seeing.tracing.memory import Memory, Origin, Region
from numpyrnn.seeing.tracing.named import Named

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
        self.memory = Memory()
        self.t, self.phase = 0, "forward"
        self._numbers: dict[int, tuple[Any, Origin]] = {}

    def event(
        self, statement: Statement | None, name: str, value: Any, tree: Any, formula: str,
        sources: Any, *, line: str = "", changed: bool = False, axes: Labels | None = None,
    ) -> Event:
        for source in sources.values():
            if isinstance(source, Constant):
                self.constants.setdefault(source.name, source.value)
        if tree is not None:
            axes = self._axes(tree, sources)
        if axes is not None and np.ndim(value) > 2 and len(value) == len(self.gates) > 1:
            axes = axes[0] or "gate", *axes[1:]
        equation, line = (statement.equation, statement.text) if statement else (None, line)
        event = self.event_type(len(self.events), self.t, self.phase, equation, name,
                                frozen(value), formula, line, tree, sources, gates=self.gates,
                                changed=changed, axes=axes)
        self.events.append(event)
        self.assignments.setdefault((self.t, self.phase, name), []).append(event)
        return event

    def _axes(self, tree: Tree, sources: Any) -> Labels | None:
        """The words for the axes of what a tree gives; None if there are none."""
        words = labels(tree, lambda name: sources[name].axes or (None,) * sources[name].value.ndim)
        return words if any(words) else None

    def given(self, name: str, value: np.ndarray, axes: Labels | None = None) -> Event:
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
        numbers, pieces, named = region.before, region.pieces(), Named()
        assert numbers is not None
        if region.origin is not None and not region.is_covered_by(pieces):
            named.put(region.origin.name, region.origin)
        events = [piece.origin for piece in pieces if isinstance(piece.origin, Event)]
        for event in events:
            named.put(f"{event.name} of step {event.t}" if len(events) > 1 else event.name, event)
        region.origin = self.event(region.line, region.name, numbers, None,
                                   "written piece by piece", named.sources, changed=True,
                                   axes=_axes_around(events, numbers.ndim))
        region.waiting = False
        return region.origin

    def keep_number(self, value: Any, origin: Origin) -> None:
        if isinstance(value, np.generic):
            self._numbers[id(value)] = value, origin        # with it, so that its id stays its own

    def number(self, value: Any) -> Origin | None:
        """The event of a number of NumPy, which is an object of its own."""
        if not isinstance(value, np.generic):
            return None
        return self._numbers.get(id(value), (None, None))[1]


def _axes_around(pieces: list[Event], ndim: int) -> Labels | None:
    """The axes of an array from those of the pieces that stand along its first axis."""
    words = {piece.axes for piece in pieces}
    inside = words.pop() if len(words) == 1 else None
    return (None, *inside) if inside is not None and len(inside) == ndim - 1 else None


def frozen(value: Any) -> np.ndarray:
    """A read-only copy."""
    copy = np.array(value)
    copy.flags.writeable = False
    return copy
