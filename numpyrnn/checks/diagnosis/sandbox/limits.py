"""The time that student code may take, in the child process."""

from __future__ import annotations

import faulthandler
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO


class Clock:
    """Counts the seconds of student code. When they are used up, the process writes where it is
    to `report` and ends (faulthandler, which needs no help of the code that hangs)."""

    def __init__(self, seconds: float, report: TextIO):
        self.left, self.report, self.depth = seconds, report, 0

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Student code runs in here."""
        if self.depth:
            yield
            return
        self.depth = 1
        began = time.monotonic()
        faulthandler.dump_traceback_later(max(self.left, 0.01), file=self.report, exit=True)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()
            self.left -= time.monotonic() - began
            self.depth = 0


def limit_memory(megabytes: int) -> None:
    """No more memory than this beside what is used now, where the system can say so."""
    try:
        import resource
    except ImportError:  # Windows
        return
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            used = int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        used = 2**30
    limit = used + megabytes * 2**20
    with suppress(ValueError, OSError):  # a system that has no such limit
        resource.setrlimit(resource.RLIMIT_AS, (limit, resource.getrlimit(resource.RLIMIT_AS)[1]))
