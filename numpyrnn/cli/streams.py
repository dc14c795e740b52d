"""The standard streams of a command, also where they are missing, closed, full or half a stream.

`pythonw`, cron and `2>&-` leave None or a closed stream in their place, logging classes one that
has `write` and little else. `whole_streams` gives commands streams that they can print to.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

NAMES = ("stdin", "stdout", "stderr")   # the order of their descriptors: 0, 1, 2


@contextmanager
def whole_streams() -> Iterator[None]:
    """sys.stdin, stdout and stderr such that print, flush and isatty work; then as they were."""
    before = [getattr(sys, name) for name in NAMES]
    made = [_whole(stream, number) for number, stream in enumerate(before)]
    for name, stream in zip(NAMES, made, strict=True):
        setattr(sys, name, stream)
    try:
        yield
    finally:
        for name, old, new in zip(NAMES, before, made, strict=True):
            if new is not old:
                with suppress(OSError, ValueError):
                    new.close()
                setattr(sys, name, old)


def let_go() -> None:
    """Give up an output stream that no longer takes what is written.

    What is still in its buffer has no reader or no room: Python must not try again at exit.
    """
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            with suppress(OSError, ValueError, AttributeError):
                nothing = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nothing, stream.fileno())
                os.close(nothing)


class HalfStream:
    """A stream around an object that lacks `flush` or `isatty`; all else is the object's own."""

    def __init__(self, inner: Any):
        self.inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.inner)

    def flush(self) -> None:
        if hasattr(self.inner, "flush"):
            self.inner.flush()

    def isatty(self) -> bool:
        return hasattr(self.inner, "isatty") and bool(self.inner.isatty())

    def close(self) -> None:
        """Nothing: whoever made the object closes it."""


def _whole(stream: Any, number: int) -> Any:
    if stream is None or getattr(stream, "closed", False):
        return _nothing(number)
    needed = ("isatty",) if number == 0 else ("write", "flush", "isatty")
    return stream if all(hasattr(stream, name) for name in needed) else HalfStream(stream)


def _nothing(number: int) -> Any:
    """A stream that is empty, or takes anything.

    Its descriptor is opened too if it is closed: the next file to be opened would get its number,
    and whatever a library in C prints there.
    """
    try:
        os.fstat(number)
    except OSError:
        opened = os.open(os.devnull, os.O_RDWR)     # gets the lowest number that is free: this one
        os.set_inheritable(opened, True)
    return open(os.devnull, "w" if number else "r", encoding="utf-8")
