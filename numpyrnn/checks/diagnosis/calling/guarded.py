"""Student code runs: what it raises becomes a sentence, what it prints is put aside."""

from __future__ import annotations

import contextlib
import io
import linecache
import os
import re
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from numpyrnn.checks.diagnosis.cannot import CannotRun

OURS = str(Path(__file__).resolve().parents[3])
LIBRARY = os.path.dirname(os.__file__)


class Printed(io.TextIOBase):
    """A place for prints: it counts their lines and forgets them."""

    def __init__(self) -> None:
        self.lines, self.open_line = 0, False

    def write(self, text: str) -> int:
        """Count."""
        if text:
            self.lines += text.count("\n")
            self.open_line = not text.endswith("\n")
        return len(text)

    @property
    def count(self) -> int:
        """How many lines, the last one whether or not it is ended."""
        return self.lines + self.open_line


class Guard:
    """Runs calls of one file; `printed` counts what they print, `timed` limits their time."""

    def __init__(self, timed: Callable[[], contextlib.AbstractContextManager] | None = None):
        self.printed = Printed()
        self.timed = timed or contextlib.nullcontext

    @contextlib.contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        """Their code runs as `name`; exceptions become CannotRun."""
        before = np.geterr()
        try:
            with warnings.catch_warnings(), contextlib.redirect_stdout(self.printed), \
                    contextlib.redirect_stderr(self.printed), self.timed():
                warnings.simplefilter("ignore")
                yield
        except (KeyboardInterrupt, CannotRun):
            raise
        except NotImplementedError:
            raise CannotRun("unwritten", f"{name} is not written yet: it raises "
                            "NotImplementedError.") from None
        except BaseException as error:
            shapes = operands(error)
            there = f" There {shapes}." if shapes else ""
            raise CannotRun("unjudged", f"{name} stops with {raised(error)}.{there}") from None
        finally:
            np.seterr(**before)

    @property
    def notes(self) -> list[str]:
        """What to say about the prints."""
        lines = self.printed.count
        if not lines:
            return []
        return [f"What the code prints ({lines} line{'s' * (lines != 1)} in all) is not shown."]


def raised(error: BaseException, path: Any = None) -> str:
    """An exception of theirs with its line, the innermost one in their file."""
    text = " ".join(str(error).split())
    what = f"{type(error).__name__}: {text}" if text else type(error).__name__
    if isinstance(error, SyntaxError) and error.lineno:
        other = path is None and error.filename and theirs(error.filename)
        of = f" of {Path(error.filename or '').name}" if other else ""
        return f"{type(error).__name__} in line {error.lineno}{of}: {error.msg}"
    place, trace = "", error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if path is not None and name == str(path):
            place = f" in line {trace.tb_lineno}"
        elif path is None and theirs(name):
            place = f" in line {trace.tb_lineno} of {Path(name).name}"
        trace = trace.tb_next
    if isinstance(error, EOFError):
        return f"EOFError{place}: it waits for input(), and nobody types there"
    if isinstance(error, SystemExit):
        return f"SystemExit{place}: take the exit() out"
    if type(error).__name__ == "BdbQuit":
        return f"BdbQuit{place}: take the debugger out"
    return what.replace(":", f"{place}:", 1) if ":" in what else what + place


def operands(error: BaseException) -> str:
    """The shapes of the arrays in the student's line that failed: "x is (6, 2), da is (6, 7)"."""
    if not isinstance(error, ValueError | IndexError):
        return ""
    frame, trace = None, error.__traceback__
    while trace is not None:
        if theirs(trace.tb_frame.f_code.co_filename):
            frame, line = trace.tb_frame, trace.tb_lineno
        trace = trace.tb_next
    if frame is None:
        return ""
    text = linecache.getline(frame.f_code.co_filename, line)
    names = dict.fromkeys(re.findall(r"[A-Za-z_]\w*", text))
    found = {n: frame.f_locals[n].shape for n in names
             if isinstance(frame.f_locals.get(n), np.ndarray)}
    return ", ".join(f"{n} is {shape}" for n, shape in list(found.items())[:6])


def theirs(name: str) -> bool:
    """Whether a file of that name is the student's: not ours, not a library's."""
    return not name.startswith((OURS, LIBRARY, "<frozen", "<__array")) and not any(
        folder in name for folder in ("site-packages", "dist-packages")
    )
