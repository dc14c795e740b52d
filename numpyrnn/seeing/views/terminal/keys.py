"""Single keys from a terminal, on Unix and on Windows; the terminal is left as it was."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

ARROWS = {"A": "up", "B": "down", "C": "right", "D": "left", "H": "home", "F": "end"}
NUMBERED = {"1": "home", "4": "end", "5": "pageup", "6": "pagedown", "7": "home", "8": "end"}
WINDOWS = {"H": "up", "P": "down", "M": "right", "K": "left", "G": "home", "O": "end",
           "I": "pageup", "Q": "pagedown"}


class Keys:
    """`read()` waits for one key: a character, or a word such as "left"; "" at the end of input.

    `line(prompt)` reads a whole line as usual. Use inside `with keys():`.
    """

    def read(self) -> str:
        raise NotImplementedError

    def line(self, prompt: str) -> str | None:
        """A line that was typed; None if the input ended."""
        try:
            return input(prompt)
        except EOFError:
            return None


class _Windows(Keys):
    def __init__(self, msvcrt: Any):
        self.msvcrt = msvcrt

    def read(self) -> str:
        key = self.msvcrt.getwch()
        if key == "\x03":
            raise KeyboardInterrupt
        if key in "\x00\xe0":
            return WINDOWS.get(self.msvcrt.getwch(), "?")
        return key


class _Unix(Keys):
    def __init__(self, termios: Any, tty: Any):
        self.termios, self.tty, self.input = termios, tty, sys.stdin.fileno()
        self.before = termios.tcgetattr(self.input)

    def single(self) -> None:
        """Hand over each key as it is pressed, without showing it; Ctrl-C still interrupts."""
        self.tty.setcbreak(self.input)

    def restore(self) -> None:
        self.termios.tcsetattr(self.input, self.termios.TCSADRAIN, self.before)

    def read(self) -> str:
        key = self._byte()
        if key == b"\x1b" and self._waiting():
            return self._escape()
        for _ in range(sum(key >= limit for limit in (b"\xc0", b"\xe0", b"\xf0"))):
            key += self._byte()                                 # the rest of a UTF-8 character
        return "" if key == b"\x04" else key.decode(errors="replace")

    def line(self, prompt: str) -> str | None:
        self.restore()
        try:
            return super().line(prompt)
        finally:
            self.single()

    def _escape(self) -> str:
        """What an escape sequence stands for: ESC [ C is the right arrow."""
        first = self._byte().decode(errors="replace")
        if first not in "[O":
            return "?"
        last = self._byte().decode(errors="replace")
        if last.isdigit():
            number = last
            while self._waiting() and (last := self._byte().decode(errors="replace")).isdigit():
                number += last
            return NUMBERED.get(number, "?")
        return ARROWS.get(last, "?")

    def _byte(self) -> bytes:
        return os.read(self.input, 1)

    def _waiting(self) -> bool:
        import select

        return bool(select.select([self.input], [], [], 0.05)[0])


@contextmanager
def keys() -> Iterator[Keys]:
    """Read single keys inside; afterwards, whatever happened, the terminal is as it was."""
    try:
        import termios
        import tty
    except ImportError:
        import msvcrt

        yield _Windows(msvcrt)
        return
    reader = _Unix(termios, tty)
    try:
        reader.single()
        yield reader
    finally:
        reader.restore()
