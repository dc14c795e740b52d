"""What every line of a function makes: the values of its variables, as it runs."""

from __future__ import annotations

import dis
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any

import numpy as np

MOST = 20_000
INSIDE = ("<gen", "<list", "<dict", "<set")  # comprehensions: their line is that around them


@dataclass(frozen=True, eq=False)
class Made:
    """A value that a line has made: `name` is the variable ("dWx", "grads['Wx']"), "return 2" for
    the third value of a return statement, "argument 0" for the first of a call in the file, "given
    dh" for what a function is called with.

    `first` is the first line of the function: methods of several classes have one name.
    """

    file: str
    line: int
    function: str
    name: str
    value: np.ndarray
    first: int = 0

    @property
    def returned(self) -> int | None:
        """Which value of a return statement it is."""
        return int(self.name[7:]) if self.name.startswith("return ") else None

    @property
    def variable(self) -> str:
        """The variable that was written: "grads" of "grads['Wx']"; "" where it is none."""
        return "" if " " in self.name else self.name.split("[")[0].split(".")[0]


class Tracer:
    """Records what the lines of some files make while `run` runs, and counts the `lines`."""

    def __init__(self, wanted: Callable[[str], bool]):
        self.wanted = wanted
        self.made: list[Made] = []
        self.lines = 0
        self._last: dict[int, int] = {}
        self._known: dict[int, dict[str, np.ndarray]] = {}

    def run(self, call: Callable[[], Any]) -> list[Made]:
        """The values, in the order in which they were made; what `call` raises is left out."""
        before = sys.gettrace()
        sys.settrace(self._enter)
        try:
            with np.errstate(all="ignore"):
                call()
        except Exception:
            pass
        finally:
            sys.settrace(before)
        return self.made

    def _enter(self, frame: FrameType, event: str, arg: Any) -> Any:
        if event != "call" or not self.wanted(frame.f_code.co_filename):
            return None
        caller = frame.f_back
        if caller is not None and self.wanted(caller.f_code.co_filename):
            given = frame.f_code.co_varnames[: frame.f_code.co_argcount]
            for number, name in enumerate(n for n in given if n != "self"):
                for _, value in _inside(name, frame.f_locals.get(name), 0):
                    self._add(caller, caller.f_lineno, f"argument {number}", value)
        self._last[id(frame)] = frame.f_lineno
        self._known[id(frame)] = dict(_arrays(frame.f_locals))
        for name, value in self._known[id(frame)].items():
            self._add(frame, frame.f_lineno, f"given {name}", value)
        return self._line

    def _line(self, frame: FrameType, event: str, arg: Any) -> Any:
        self.lines += 1
        if event in ("line", "return") and len(self.made) < MOST:
            self._look(frame)
            if event == "return":
                parts = arg if isinstance(arg, tuple) else (arg,)
                for number, part in enumerate(parts):
                    for _, value in _inside("", part, 2):
                        self._add(frame, frame.f_lineno, f"return {number}", value)
            self._last[id(frame)] = frame.f_lineno
        if event == "return":
            self._last.pop(id(frame), None)
            self._known.pop(id(frame), None)
        return self._line

    def _look(self, frame: FrameType) -> None:
        """What the last line has written: names that it binds, and arrays that have changed."""
        line = self._last[id(frame)]
        known = self._known.setdefault(id(frame), {})
        bound = _bound(frame.f_code).get(line, ())
        for name, value in _arrays(frame.f_locals):
            before = known.get(name)
            changed = before is None or before.shape != value.shape or not np.array_equal(
                before, value, equal_nan=True)
            if changed:
                known[name] = value.copy()
            if changed or name in bound:
                self._add(frame, line, name, value)

    def _add(self, frame: FrameType, line: int, name: str, value: np.ndarray) -> None:
        code = frame.f_code
        if code.co_name.startswith(INSIDE):
            return
        self.made.append(Made(code.co_filename, line, code.co_name, name, value.copy(),
                              code.co_firstlineno))


@lru_cache(maxsize=256)
def _bound(code: CodeType) -> dict[int, set[str]]:
    """The names that each line binds, also to the value that they had before."""
    line_at = {start: line for start, _, line in code.co_lines() if line is not None}
    bound: dict[int, set[str]] = {}
    line = code.co_firstlineno
    for instruction in dis.get_instructions(code):
        line = line_at.get(instruction.offset, line)
        if instruction.opname.startswith(("STORE_FAST", "STORE_NAME", "STORE_DEREF")):
            names = instruction.argval
            bound.setdefault(line, set()).update([names] if isinstance(names, str) else names)
    return bound


def _arrays(names: Mapping[str, Any]) -> Iterator[tuple[str, np.ndarray]]:
    for name, value in list(names.items()):
        yield from _inside(name, value, 2)


def _inside(name: str, value: Any, depth: int) -> Iterator[tuple[str, np.ndarray]]:
    """The float arrays in a value, with names for them."""
    if isinstance(value, np.ndarray | np.floating):
        array = np.asarray(value)
        if array.dtype.kind == "f":
            yield name, array
    elif depth and isinstance(value, dict) and len(value) < 40:
        for key, part in list(value.items()):
            yield from _inside(f"{name}[{key!r}]", part, depth - 1)
    elif depth and isinstance(value, list | tuple) and len(value) < 40:
        for number, part in enumerate(value):
            yield from _inside(f"{name}[{number}]", part, depth - 1)
    elif depth and hasattr(value, "__dict__") and not isinstance(
        value, type | FunctionType | ModuleType
    ):
        for key, part in list(vars(value).items()):
            yield from _inside(f"{name}.{key}", part, depth - 1)
