"""Runs functions under a watch, and has the events of each of their lines recorded."""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType
from typing import Any

from numpyrnn.seeing.tracing.call import Call
from numpyrnn.seeing.tracing.functions import is_stepped_into
from numpyrnn.seeing.tracing.lines import Place, Source, Statement
from numpyrnn.seeing.tracing.loops import Loops
from numpyrnn.seeing.tracing.memory import is_known_kind
from numpyrnn.seeing.tracing.recorder import Recorder
from numpyrnn.seeing.tracing.targets import inside
from numpyrnn.seeing.tracing.watch import Visit, Watch


class Observer:
    """The listener of a watch. `outermost` is the call of the function that `run` was given.

    With `follows_loops` the loop over time of a function says which step its events belong to.
    """

    def __init__(self, recorder: Recorder, *, follows_loops: bool = False):
        self.recorder = recorder
        self.loops = Loops(recorder, follows_loops)
        self.tag_follows = True
        self.outermost: Call | None = None
        self.on_enter: Callable[[Call], None] = lambda call: None
        self._main: set[CodeType] = set()
        self._names: set[str] = set()
        self._calls: dict[int, Call] = {}
        self._sources: dict[tuple[CodeType, bool], Source] = {}
        self._begun = False

    def run(self, function: Any, codes: set[CodeType], *args: Any, **kwargs: Any) -> Any:
        """Call a function as it is; its events are recorded."""
        self._main, self._names = codes, {code.co_name for code in codes}
        self.outermost = None
        self._calls.clear()
        try:
            return Watch(self)(function, *args, **kwargs)
        finally:
            self._begun = True
            for region in self.recorder.memory.waiting():
                self.recorder.whole(region)

    # What the watch tells -------------------------------------------------------------------------

    def source_of(self, code: CodeType, caller: Visit | None) -> Source | None:
        if code in self._main:
            return self._source(code)
        if caller is None or code.co_name.startswith("<"):
            return None
        if code.co_name in self._names and "numpyrnn/validation" not in code.co_filename:
            return self._source(code)           # super().step, another cell's step
        if code.co_filename != caller.source.code.co_filename:
            return None
        source = self._source(code)
        return source if is_stepped_into(source, caller.source.code) else None

    def _source(self, code: CodeType) -> Source:
        key = code, self.tag_follows
        if key not in self._sources:
            self._sources[key] = Source(code, tag_follows=self.tag_follows)
        return self._sources[key]

    def entered(self, visit: Visit) -> None:
        if visit.caller is None:                # changes between two calls are nobody's line
            self.recorder.memory.sync()
            self.recorder.memory.accept()
        call = self._calls[id(visit)] = Call(visit, self.recorder, self.loops)
        self._hand_on(visit)
        self._know(visit)
        if self.outermost is None:
            self.outermost = call
            self.on_enter(call)
        arguments = visit.source.code.co_varnames[:visit.source.code.co_argcount
                                                  + visit.source.code.co_kwonlyargcount]
        for name in arguments:
            value = visit.after.get(name)
            origin = self.recorder.number(value)
            if origin is not None:
                call.reading.bind(name, value, origin)

    def begins(self, visit: Visit) -> None:
        self._calls[id(visit)].begins()

    def ran(self, visit: Visit, statements: list[Statement], to: Place) -> None:
        self.loops.line(visit, statements, to)
        self._calls[id(visit)].ran(statements, to)

    def left(self, visit: Visit, value: Any) -> None:
        self._calls[id(visit)].close()

    def _hand_on(self, visit: Visit) -> None:
        """Arrays that the calling line has just made for a function."""
        caller = self._calls.get(id(visit.caller))
        if caller is None:
            return
        for name in visit.source.code.co_varnames[:visit.source.code.co_argcount]:
            value = visit.after.get(name)
            if is_known_kind(value) and self.recorder.memory.get(value) is None:
                caller.handed_on(name, value)

    def _know(self, visit: Visit) -> None:
        """What a call can see is known before its first line, so that a change is noticed."""
        for name, value in visit.after.items():
            self._know_one(name, value)
        if not self._begun and self.outermost is None:
            for name, value in visit.globals.items():
                if is_known_kind(value):
                    self._know_one(name, value)

    def _know_one(self, name: str, value: Any) -> None:
        parts = [(name, value, None)] if is_known_kind(value) else inside(name, value)
        for word, part, _ in parts:
            if is_known_kind(part) and self.recorder.memory.get(part) is None:
                region = self.recorder.memory.put(part, word, None)
                if region is not None:
                    region.constant = not self._begun and len(self._calls) == 1
