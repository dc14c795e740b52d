"""What every line of a function makes: the values of its variables, as it runs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import FrameType
from typing import Any

import numpy as np

MOST = 20_000


@dataclass(frozen=True, eq=False)
class Made:
    """A value that a line has made: `name` is the variable ("dWx", "grads['Wx']"), or "return 2"
    for the third value that a return statement hands out."""

    file: str
    line: int
    function: str
    name: str
    value: np.ndarray

    @property
    def returned(self) -> int | None:
        """Which value of a return statement it is."""
        return int(self.name[7:]) if self.name.startswith("return ") else None


class Tracer:
    """Records what the lines of some files make while `run` runs."""

    def __init__(self, wanted: Callable[[str], bool]):
        self.wanted = wanted
        self.made: list[Made] = []
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
        self._last[id(frame)] = frame.f_lineno
        self._known[id(frame)] = dict(_arrays(frame.f_locals))
        return self._line

    def _line(self, frame: FrameType, event: str, arg: Any) -> Any:
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
        known = self._known.setdefault(id(frame), {})
        for name, value in _arrays(frame.f_locals):
            before = known.get(name)
            if before is None or before.shape != value.shape or not np.array_equal(
                before, value, equal_nan=True
            ):
                known[name] = value.copy()
                self._add(frame, self._last[id(frame)], name, value)

    def _add(self, frame: FrameType, line: int, name: str, value: np.ndarray) -> None:
        code = frame.f_code
        self.made.append(Made(code.co_filename, line, code.co_name, name, value.copy()))


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
    elif depth and hasattr(value, "__dict__") and not callable(value):
        for key, part in list(vars(value).items()):
            yield from _inside(f"{name}.{key}", part, depth - 1)
