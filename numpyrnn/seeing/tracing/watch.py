"""Watching a function run: each statement, with the names before and after. Nothing is changed.

The function runs as Python runs it, under `sys.settrace`: decorators, closures, generators,
exceptions and `super()` do what they do without a watcher.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from types import CodeType, FrameType
from typing import Any, Protocol

from numpyrnn.seeing.tracing.lines import Place, Source, Statement, place_of

Names = dict[str, Any]
LOOPS = ("For", "AsyncFor", "While")
END: Place = (0, 0)
OF_A_GENERATOR = 0x20                       # a flag of its code


class Listener(Protocol):
    """What is told of a watched run."""

    def source_of(self, code: CodeType, caller: Visit | None) -> Source | None:
        """The source of a function that is called; None if its lines are not to be watched."""

    def entered(self, visit: Visit) -> None: ...

    def begins(self, visit: Visit) -> None:
        """visit.statements are about to run."""

    def ran(self, visit: Visit, statements: list[Statement], to: Place) -> None:
        """They have run, and what stands at the place `to` is next; END at the function's end."""

    def left(self, visit: Visit, value: Any) -> None: ...


class Visit:
    """One call of a watched function.

    before, after   the names that its lines see, before and after the statements that ran last
    statements      those that run now: more than one only where they share a line
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

    def goes_on(self, statements: list[Statement]) -> bool:
        """Whether these are the ones that run already: another row of several, or of one loop."""
        if not self.statements or not statements or statements[-1] is not self.statements[-1]:
            return False
        one_line_loop = any(type(s.node).__name__ in LOOPS for s in self.statements[:-1])
        return self.frame.f_lasti != self._start and not one_line_loop

    def begin(self, statements: list[Statement]) -> None:
        self.statements, self._start = statements, self.frame.f_lasti
        self.before = _names(self.frame)

    def end(self) -> list[Statement]:
        statements, self.statements = self.statements, []
        self.after = _names(self.frame)
        return statements


class Watch:
    """Calls functions, and tells the listener each statement of those that it wants to see.

    An error of the listener's own never reaches the function that is watched: the watch ends, and
    the error is raised when the function is through.
    """

    def __init__(self, listener: Listener):
        self.listener = listener
        self.visits: dict[FrameType, Visit] = {}
        self.stack: list[Visit] = []
        self.error: Exception | None = None

    def __call__(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """What the function returns; a generator is run to its end: the list of what it yields."""
        before = sys.gettrace()
        sys.settrace(self._called)
        try:
            result = function(*args, **kwargs)
            if isinstance(result, Iterator) and type(result).__name__ == "generator":
                result = list(result)
        finally:
            sys.settrace(before)
            self.visits.clear()
            self.stack.clear()
        if self.error is not None:
            raise self.error
        return result

    def _called(self, frame: FrameType, event: str, arg: Any) -> Any:
        try:
            return self._line if self.error is None and self._entered(frame) else None
        except Exception as error:
            self.error = error
            return None

    def _entered(self, frame: FrameType) -> bool:
        visit = self.visits.get(frame)
        if visit is not None:                   # a generator goes on
            self.stack.append(visit)
            return True
        caller = self.stack[-1] if self.stack else None
        source = self.listener.source_of(frame.f_code, caller)
        if source is None:
            return False
        visit = self.visits[frame] = Visit(frame, source, caller)
        self.stack.append(visit)
        if source.shares_lines:                 # each version of Python needs another of these
            frame.f_trace = self._line
            frame.f_trace_opcodes = True
            sys.settrace(self._called)
        self.listener.entered(visit)
        return True

    def _line(self, frame: FrameType, event: str, arg: Any) -> Any:
        if self.error is not None:
            return None
        try:
            self._happened(self.visits[frame], event, arg)
        except Exception as error:
            self.error = error
            return None
        return self._line

    def _happened(self, visit: Visit, event: str, arg: Any) -> None:
        frame = visit.frame
        if event == "line":
            visit.unwinding = False
            self._next(visit, visit.source.at(frame.f_lineno), frame.f_lineno)
        elif event == "opcode":
            statements = visit.source.within(frame.f_lineno, frame.f_lasti)
            if statements and len(visit.statements) > 1:        # this one of them comes first
                visit.statements = statements
            elif statements:
                self._next(visit, statements, frame.f_lineno)
        elif event == "exception":
            visit.unwinding = True
        elif event == "return":
            self._left(visit, arg)

    def _next(self, visit: Visit, statements: list[Statement], line: int) -> None:
        if visit.goes_on(statements):
            return
        self._close(visit, place_of(statements[-1].node) if statements else (line, 0))
        visit.begin(statements)
        if statements:
            self.listener.begins(visit)

    def _close(self, visit: Visit, to: Place) -> None:
        if not visit.statements:
            return
        statements = visit.end()
        if type(statements[-1].node).__name__ == "Return":
            visit.returned = statements[-1], visit.before
        self.listener.ran(visit, statements, to)

    def _left(self, visit: Visit, value: Any) -> None:
        self.stack.remove(visit)
        yields = visit.frame.f_code.co_flags & OF_A_GENERATOR and visit.statements and (
            type(visit.statements[-1].node).__name__ != "Return")
        if yields and not visit.unwinding:      # it may go on
            return
        self._close(visit, END)
        if not visit.unwinding:
            self.listener.left(visit, value)
        del self.visits[visit.frame]


def _names(frame: FrameType) -> Names:
    """The names of a call, and those of its globals that it assigns or may read."""
    names = dict(frame.f_locals)
    if frame.f_locals is frame.f_globals:
        return names
    for name in frame.f_code.co_names:
        if name not in names and name in frame.f_globals:
            names[name] = frame.f_globals[name]
    return names
