"""What student code may use in the child process: so much time, so much memory."""

from __future__ import annotations

import faulthandler
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

FILE_SIZE = 2**28  # bytes that student code may write into one file


class Clock:
    """Counts the seconds of student code. When they are used up, the process writes where it is
    to the file `report` and ends (faulthandler, which needs no help of the code that hangs).

    The first line of `report` is "CALLS SECONDS": of student code before the call that runs.
    """

    def __init__(self, seconds: float, report: Path):
        self.seconds, self.report = seconds, report.open("wb", buffering=0)
        self.begin()

    def begin(self) -> None:
        """The next function has all the time again."""
        self.used, self.calls, self.running, self.since = 0.0, 0, False, 0.0

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Student code runs in here."""
        if self.running:
            yield
            return
        self.report.seek(0)
        self.report.write(b"%8d %.3f\n" % (self.calls, self.used))
        self.calls += 1
        self._start()
        try:
            yield
        finally:
            self._stop()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Inside of `timed`: what runs in here does not count."""
        if not self.running:
            yield
            return
        self._stop()
        try:
            yield
        finally:
            self._start()

    def _start(self) -> None:
        self.running, self.since = True, time.monotonic()
        left = max(self.seconds - self.used, 0.01)
        faulthandler.dump_traceback_later(left, file=self.report, exit=True)

    def _stop(self) -> None:
        faulthandler.cancel_dump_traceback_later()
        self.running = False
        self.used += time.monotonic() - self.since


def limit_memory(megabytes: float) -> None:
    """No more memory than this beside what is used now, where the system can say so.

    Nor does a file become longer than `FILE_SIZE`: an endless loop of prints fills no disk.
    """
    try:
        import resource
    except ImportError:  # Windows
        return
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            used = int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        used = 2**30
    for limit, most in (
        (resource.RLIMIT_AS, used + int(megabytes * 2**20)), (resource.RLIMIT_FSIZE, FILE_SIZE),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):  # a system that has no such limit
            resource.setrlimit(limit, (most, resource.getrlimit(limit)[1]))
