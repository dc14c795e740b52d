"""Watching a function run: each line of it, with the names before and after. Nothing is changed.

The function runs as Python runs it, under `sys.settrace`: decorators, closures, generators,
exceptions and `super()` do what they do without a watcher.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from types import CodeType, FrameType
from typing import Any, Protocol

from numpyrnn.seeing.tracing.lines import Source, Statement

Names = dict[str, Any]
LOOPS = ("For", "AsyncFor", "While")


class Listener(Protocol):
    """What is told of a watched run."""

    def source_of(self, code: CodeType, caller: Visit | None) -> Source | None:
        """The source of a function that is called; None if its lines are not to be watched."""

    def entered(self, visit: Visit) -> None: ...

    def ran(self, visit: Visit, statements: list[Statement], to_line: int) -> None:
        """A line has run, and line `to_line` is next; 0 at the end of the function."""

    def left(self, visit: Visit, value: Any) -> None: ...


class Visit:
    """One call of a watched function.

    before, after   the names that its lines see, before and after the line that has just run
    statements      what stands on the line that runs now
    returned        the `return` that ran last, with the names before it
    """

    def __init__(self, frame: FrameType, source: Source, caller: Visit | None):
        self.frame, self.source, self.caller = frame, source, caller
        self.statements: list[Statement] = []
        self.before: Names = {}
        self.after: Names = _names(frame)
        self.returned: tuple[Statement, Names] | None = None
        self.unwinding = False
        self._start = -1

    @property
    def globals(self) -> Names:
        return self.frame.f_globals

    def again(self, statements: list[Statement]) -> bool:
        """Whether a line event goes on with the statement that runs: its next row of several."""
        if not self.statements or not statements or statements[-1].node is not self.statements[-1].node:
            return False
        one_line_loop = len(statements) > 1 and any(
            type(s.node).__name__ in LOOPS for s in statements[:-1])
        return self.frame.f_lasti != self._start and not one_line_loop

    def begin(self, statements: list[Statement]) -> None:
        self.statements, self._start = statements, self.frame.f_lasti
        self.before = _names(self.frame)

    def end(self) -> list[Statement]:
        statements, self.statements = self.statements, []
        self.after = _names(self.frame)
        return statements


class Watch:
    """Calls functions, and tells the listener each line of those that it wants to see."""

    def __init__(self, listener: Listener):
        self.listener = listener
        self.visits: dict[FrameType, Visit] = {}
        self.stack: list[Visit] = []

    def __call__(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """What the function returns; a generator is run to its end: the list of what it yields."""
        before = sys.gettrace()
        sys.settrace(self._called)
        try:
            result = function(*args, **kwargs)
            return list(result) if isinstance(result, Iterator) and _is_generator(result) else result
        finally:
            sys.settrace(before)
            self.visits.clear()
            self.stack.clear()

    def _called(self, frame: FrameType, event: str, arg: Any) -> Any:
        visit = self.visits.get(frame)
        if visit is None:
            caller = self.stack[-1] if self.stack else None
            source = self.listener.source_of(frame.f_code, caller)
            if source is None:
                return None
            visit = self.visits[frame] = Visit(frame, source, caller)
            self.stack.append(visit)
            self.listener.entered(visit)
        else:                                   # a generator goes on
            self.stack.append(visit)
        return self._line

    def _line(self, frame: FrameType, event: str, arg: Any) -> Any:
        visit = self.visits[frame]
        if event == "line":
            visit.unwinding = False
            statements = visit.source.at(frame.f_lineno)
            if not visit.again(statements):
                self._close(visit, frame.f_lineno)
                visit.begin(statements)
        elif event == "exception":
            visit.unwinding = True
        elif event == "return":
            self._left(visit, arg)
        return self._line

    def _close(self, visit: Visit, to_line: int) -> None:
        if not visit.statements:
            return
        statements = visit.end()
        if type(statements[-1].node).__name__ == "Return":
            visit.returned = statements[-1], visit.before
        self.listener.ran(visit, statements, to_line)

    def _left(self, visit: Visit, value: Any) -> None:
        self.stack.remove(visit)
        yields = visit.frame.f_code.co_flags & 0x20 and visit.statements and (
            type(visit.statements[-1].node).__name__ != "Return")
        if yields and not visit.unwinding:      # it may go on
            return
        self._close(visit, 0)
        if not visit.unwinding:
            self.listener.left(visit, value)
        del self.visits[visit.frame]


def _is_generator(value: Any) -> bool:
    return type(value).__name__ == "generator"


def _names(frame: FrameType) -> Names:
    """The names of a call, and those of its globals that it assigns or may read."""
    names = dict(frame.f_locals)
    if frame.f_locals is frame.f_globals:
        return names
    for name in frame.f_code.co_names:
        if name not in names and name in frame.f_globals:
            names[name] = frame.f_globals[name]
    return names
