"""Scripts of Python 2: what is needed to run their functions, and no more."""

from __future__ import annotations

import io
import re
import tokenize
from typing import Any

NAMES: dict[str, Any] = {"xrange": range, "raw_input": input, "unicode": str, "unichr": chr}


def in_python3(text: str) -> str:
    """The text with print statements made calls, in the same lines; as it is where that fails."""
    text = text.expandtabs(8)
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError):
        return text
    lines = text.splitlines(keepends=True)
    marks: list[tuple[tuple[int, int], str]] = []
    begins, inside = True, 0
    for number, token in enumerate(tokens):
        if begins and token.string == "print" and tokens[number + 1].string not in ("(", "="):
            marks.append((token.end, "("))
            inside = len(marks)
        ends = token.type in (tokenize.NEWLINE, tokenize.COMMENT) or token.string == ";"
        if inside and ends:
            marks.append((tokens[number - 1].end, ")"))
            inside = 0
        silent = token.type in (tokenize.INDENT, tokenize.DEDENT, tokenize.NL, tokenize.COMMENT)
        begins = (silent and begins) or token.type == tokenize.NEWLINE or token.string in (";", ":")
    for (row, column), sign in reversed(marks):
        line = lines[row - 1]
        lines[row - 1] = line[:column] + sign + line[column:]
    return "".join(lines)


def names_used(text: str) -> dict[str, Any]:
    """The names of Python 2 that a script calls, and neither imports nor defines."""
    return {n: v for n, v in NAMES.items() if re.search(rf"\b{n}\(", text)
            and not re.search(rf"\bimport\b.*\b{n}\b|\b{n}\s*=[^=]", text)}
