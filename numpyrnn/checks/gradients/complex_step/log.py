"""Where tangents are lost on the way from the parameters to the loss, with the user's lines."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import numpy as np

HERE = str(Path(__file__).parents[1])  # numpyrnn/checks/gradients
NUMPY = str(Path(np.__file__).parent)


class TangentLog:
    """The places that drop a tangent, and whether a comparison met a tie."""

    def __init__(self) -> None:
        self.dropped: dict[str, str] = {}  # place -> what drops it
        self.tied = False

    def drop(self, what: str) -> None:
        """Record that the user's current line loses the tangent."""
        self.dropped.setdefault(users_line(), what)

    def tie(self, tied: Any) -> None:
        """Record whether a decision depends on two equal values with different tangents."""
        self.tied = self.tied or bool(np.any(tied))


_LOG: ContextVar[TangentLog | None] = ContextVar("tangent_log", default=None)
_UNREAD = TangentLog()


@contextmanager
def logged_tangents() -> Iterator[TangentLog]:
    """Record what the arrays inside this block drop, and whether they meet a tie."""
    log = TangentLog()
    token = _LOG.set(log)
    try:
        yield log
    finally:
        _LOG.reset(token)


def current_log() -> TangentLog:
    """The log of the innermost `logged_tangents`; outside of all of them one that nobody reads."""
    return _LOG.get() or _UNREAD


def users_line() -> str:
    """ "file.py, line 7: its text", for the innermost line that is neither ours nor NumPy's."""
    frame = sys._getframe(1)
    while frame.f_back and frame.f_code.co_filename.startswith((HERE, NUMPY, "<__array")):
        frame = frame.f_back
    return place(frame.f_code.co_filename, frame.f_lineno)


def place(filename: str, line: int) -> str:
    """A line of code as the report names it."""
    import linecache  # only when there is something to report

    text = " ".join(linecache.getline(filename, line).split())
    text = text if len(text) <= 60 else f"{text[:57]}..."
    return f"{Path(filename).name}, line {line}" + (f" (`{text}`)" if text else "")
