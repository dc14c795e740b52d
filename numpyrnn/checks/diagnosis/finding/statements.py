"""The statements of a student's file, run one after the other.

What does not matter for the functions does not stop them: a statement that raises is skipped with
a note, and so are the loops and calls that train (script.py).
"""

from __future__ import annotations
import __future__

import ast
import re
import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from numpyrnn.checks.diagnosis.calling.guarded import raised, theirs
from numpyrnn.checks.diagnosis.cannot import CannotRun
from numpyrnn.checks.diagnosis.finding.script import FUNCTIONS, inside, stored, without_training
from numpyrnn.checks.diagnosis.watch import Watch

SECONDS = 2.0  # for a statement that is neither a definition nor an import
NOTES = 3  # so many skipped statements are named
LENGTH = 120  # a longer message of Python's is cut after its first sentence


class TooLongError(BaseException):
    """A statement took more than its seconds; `except Exception` in it does not hold this up."""


@dataclass
class Skipped:
    """A statement that is skipped, why, and how many others need what it would have made."""

    line: int
    why: str
    needed_by: int = 0

    def __str__(self) -> str:
        if not self.needed_by:
            return f"Line {self.line} is skipped: {self.why}."
        more = "is 1 line after it that needs it" if self.needed_by == 1 else (
            f"are {self.needed_by} lines after it that need it")
        return f"Line {self.line} is skipped: {self.why}; so {more}."


class Statements:
    """Runs the statements of `tree`, from the file of this name, in `names`.

    `without` are lines of statements that are not to be run, with the reason.
    """

    def __init__(
        self, tree: ast.Module, filename: str, names: dict[str, Any], watch: Watch,
        without: Mapping[int, str],
    ):
        self.tree, self.filename, self.names = tree, filename, names
        self.watch, self.without = watch, without
        self.skipped: list[Skipped] = []
        self.first: BaseException | None = None
        self.lost: dict[str, Skipped | None] = {}  # names, by what would have made them
        self.training: list[int] = []
        self.flags = 0

    def run(self) -> None:
        """All of it; raises CannotRun for a neighbour that does not run."""
        for node in without_training(self.tree):
            self.training.append(node.lineno)
            self.lost |= dict.fromkeys(stored(node))
        for node in self.tree.body:
            definition = isinstance(
                node, (*FUNCTIONS, ast.ClassDef, ast.Import, ast.ImportFrom))
            self.watch.line(None if definition else node.lineno)
            if node.lineno in self.without:
                self._skip(node, self.without[node.lineno])
                continue
            try:
                with limited(not definition):
                    self._execute(node)
            except KeyboardInterrupt:
                raise
            except TooLongError:
                self._skip(node, f"it did not end within {SECONDS:g} s")
            except BaseException as error:
                self._failed(node, error)
        self.watch.line(None)

    @property
    def notes(self) -> list[str]:
        """What was skipped, in sentences."""
        notes = [str(each) for each in self.skipped[:NOTES]]
        if rest := self.skipped[NOTES:]:
            lines = ", ".join(str(each.line) for each in rest)
            notes.append(f"Skipped too: line{'s' * (len(rest) > 1)} {lines}.")
        if len(self.training) == 1:
            notes.append(f"Line {self.training[0]} is skipped: a loop of the script.")
        elif self.training:
            *some, last = map(str, self.training)
            lines = f"{', '.join(some)} and {last}"
            notes.append(f"Lines {lines} are skipped: loops of the script.")
        return notes

    def _execute(self, node: ast.stmt) -> None:
        code = compile(ast.Module([node], []), self.filename, "exec", flags=self.flags,
                       dont_inherit=True)
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            for alias in node.names:
                self.flags |= getattr(__future__, alias.name).compiler_flag
        exec(code, self.names)

    def _failed(self, node: ast.stmt, error: BaseException) -> None:
        if any(isinstance(part, ast.Import | ast.ImportFrom) for part in inside(node)):
            check_neighbour(error, self.filename)
        name = error.name if isinstance(error, NameError) else None
        if name in self.lost:
            cause = self.lost[name]
            if cause is not None:
                cause.needed_by += 1
            self.lost |= dict.fromkeys(stored(node), cause)
            return
        self.first = self.first or error
        self._skip(node, reason(error, self.filename, node.lineno))

    def _skip(self, node: ast.stmt, why: str) -> None:
        if not self.skipped or self.skipped[-1].line != node.lineno:
            self.skipped.append(Skipped(node.lineno, why))
        for name in stored(node):
            if name not in self.names:
                self.lost[name] = self.skipped[-1]


def reason(error: BaseException, filename: str, line: int) -> str:
    """What a statement at this line raised; another line in which it did so is named."""
    if isinstance(error, OSError) and isinstance(error.filename, str):
        return f"{type(error).__name__}: {Path(error.filename).name}"
    what = raised(error, filename).replace(f" in line {line}", "", 1)
    what = re.sub(r" \(\S+\)$", "", what)  # the path of a neighbour that lacks a name
    if len(what) > LENGTH:
        what = re.split(r"\.\s", what)[0]
    return what.rstrip(".")


def check_neighbour(error: BaseException, filename: str) -> None:
    """Raise CannotRun if the error was raised in another file of the student's, named there."""
    files = [filename, *_files(error.__traceback__)]
    if isinstance(error, SyntaxError) and error.filename:
        files.append(error.filename)
    files = [name for n, name in enumerate(files) if theirs(name) and name not in files[:n]]
    if files[-1] != filename:
        importer, broken = (Path(name).name.strip("<>") for name in files[-2:])
        raise CannotRun(
            "unjudged",
            f"{broken}, which {importer} imports, does not run: {raised(error, files[-1])}.",
        ) from None


def _files(trace: TracebackType | None) -> Iterator[str]:
    while trace is not None:
        yield trace.tb_frame.f_code.co_filename
        trace = trace.tb_next


@contextmanager
def limited(on: bool) -> Iterator[None]:
    """A statement may take some seconds, where the system has signals."""
    if not on or not hasattr(signal, "setitimer") or (
        threading.current_thread() is not threading.main_thread()
    ):
        yield
        return

    def stop(*args: Any) -> None:
        raise TooLongError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
