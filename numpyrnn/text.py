"""Text from outside (a label, a file name, a word) in one form, and as a terminal may show it."""

from __future__ import annotations

import os
import textwrap
import unicodedata
from collections.abc import Iterable

OBEYED = {"Cc", "Cs", "Zl", "Zp"}   # categories: control characters, surrogates, line separators
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")   # the direction


def composed(text: str) -> str:
    """The text with each letter and its marks as one character where Unicode has one (NFC).

    "é" is one character, or "e" and a mark: they look the same, and here become the same. Call it
    first on every text that is read.
    """
    return unicodedata.normalize("NFC", text)


def visible(text: str | os.PathLike[str]) -> str:
    r"""The text or path on one line: what a terminal obeys or cannot show becomes an escape.

    A new line is shown as \n, ESC as \x1b, a byte of a file name that is not UTF-8 as \xe9.
    """
    return "".join(_escaped(c) if _obeyed(c) else c for c in os.fspath(text))


def columns(text: str) -> int:
    """How many columns of a terminal the text takes: East Asian characters take two."""
    return sum(map(_columns, text))


def elided(text: str, width: int) -> str:
    """The text, its middle left out if it takes more columns than `width`."""
    if columns(text) <= width:
        return text
    tail = (width - 1) * 2 // 3
    return _start(text, width - 1 - tail) + "…" + _start(text[::-1], tail)[::-1]


def aligned(text: str, width: int, side: str = "<") -> str:
    """The text with blanks behind it ("<") or before it (">") up to so many columns."""
    blanks = " " * (width - columns(text))
    return blanks + text if side == ">" else text + blanks


def table(heads: list[str], rows: list[list[str]], sides: str, width: int = 100) -> list[str]:
    """Aligned lines; the first column gives way where a line would not fit the width."""
    cells = [[visible(cell) for cell in line] for line in (heads, *rows)]
    widths = [max(columns(line[i]) for line in cells) for i in range(len(heads))]
    room = width - sum(widths[1:]) - 2 * (len(heads) - 1)
    widths[0] = min(widths[0], max(room, 8))
    lines = []
    for line in cells:
        padded = [
            aligned(elided(cell, size), size, side)
            for cell, size, side in zip(line, widths, sides, strict=True)
        ]
        lines.append("  ".join(padded).rstrip())
    return lines


def labelled(rows: Iterable[tuple[str, str]], width: int = 100, indent: int = 10) -> str:
    """Texts wrapped at `width` behind their labels; "" for one that goes on from the row above."""
    return "\n".join(
        line
        for label, text in rows
        for line in textwrap.wrap(f"{label:{indent}}{text}", width, subsequent_indent=" " * indent)
    )


def _start(text: str, width: int) -> str:
    """As many characters as the columns have room for."""
    count = 0
    for place, character in enumerate(text):
        count += _columns(character)
        if count > width:
            return text[:place]
    return text


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):   # marks, joiners
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _obeyed(character: str) -> bool:
    return unicodedata.category(character) in OBEYED or character in TURNING


def _escaped(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:    # how Python keeps a byte of a name that is not UTF-8
        return f"\\x{code - 0xDC00:02x}"
    return character.encode("unicode_escape").decode("ascii")
