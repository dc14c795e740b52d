"""The text in which a function is written: of a file, a notebook's cell, lines typed at the prompt.

    text_of(code)               the text; its line code.co_firstlineno is the function's first
    with given(function, text)  the text for a function that exec has made
"""

from __future__ import annotations

import linecache
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import CodeType
from typing import Any

TYPED = "<stdin>"                       # the file of what is typed at the prompt
GOES_ON = ("else", "elif", "except", "finally")


def text_of(code: CodeType, names: dict[str, Any] | None = None) -> str:
    """The text that a function's code was made from; empty where it is not to be had."""
    lines = linecache.getlines(code.co_filename, names)
    if not lines and hasattr(linecache, "_getlines_from_code"):     # the prompt from Python 3.13 on
        lines = linecache._getlines_from_code(code)
    if not lines and code.co_filename == TYPED:
        return _typed(code)
    return "".join(lines)


@contextmanager
def given(code: CodeType, text: str | None) -> Iterator[None]:
    """While it lasts, the file of this code has this text."""
    name = code.co_filename
    if text is None:
        yield
        return
    before = linecache.cache.get(name)
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    try:
        yield
    finally:
        if before is None:
            linecache.cache.pop(name, None)
        else:
            linecache.cache[name] = before


def _typed(code: CodeType) -> str:
    """The statement that was typed at the prompt, from the lines that the prompt remembers."""
    readline = sys.modules.get("readline")
    if readline is None:
        return ""
    count = readline.get_current_history_length()
    lines = [readline.get_history_item(k + 1) or "" for k in range(count)]
    for text in _statements(lines):
        try:
            made = compile(text, code.co_filename, "exec")
        except (SyntaxError, ValueError):
            continue
        if any(part.co_code == code.co_code and part.co_firstlineno == code.co_firstlineno
               and part.co_consts == code.co_consts for part in _inside(made)):
            return text
    return ""


def _statements(lines: list[str]) -> Iterator[str]:
    """What was typed, statement by statement, the last one first."""
    end = len(lines)
    for start in reversed(range(len(lines))):
        line = lines[start]
        if not line or line[0] in " \t#" or line.startswith(GOES_ON):
            continue
        if start and lines[start - 1].startswith("@"):
            continue                    # its decorators come first
        yield "\n".join(lines[start:end]) + "\n"
        end = start


def _inside(code: CodeType) -> Iterator[CodeType]:
    yield code
    for part in code.co_consts:
        if isinstance(part, CodeType):
            yield from _inside(part)
