"""Who watches student code: nobody here, the limits of sandbox/ in a process of its own."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from types import ModuleType


class Watch:
    """What is told to the watcher; this one watches nothing."""

    def timed(self) -> AbstractContextManager:
        """Student code runs in here, and its time counts."""
        return nullcontext()

    def paused(self) -> AbstractContextManager:
        """What runs in here inside of `timed` does not count: an installed library is loaded."""
        return nullcontext()

    def loaded(self, module: ModuleType) -> None:
        """Student code has loaded this module of an installed library."""

    def begin(self, function: str) -> None:
        """From now on it is this function that is judged."""

    def line(self, number: int | None) -> None:
        """The statement at this line of the file runs now; None: one that cannot be skipped."""
