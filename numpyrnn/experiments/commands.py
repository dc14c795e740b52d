"""Commands of numpyrnn that a sentence proposes to type, with every word as a shell needs it.

The command line replaces `numpyrnn` by the way it was called itself (cli/hints.py).
"""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Sequence
from pathlib import Path

from numpyrnn.text import visible

NAME = "numpyrnn"


def command(*words: str | os.PathLike[str]) -> str:
    """A command line, such as command("predict", "--model", path, "a text").

    Pass a path as a Path, so that one that begins with a dash is not read as an option.
    """
    return f"{NAME} {shell_words(words)}"


def shell_words(words: Sequence[str | os.PathLike[str]]) -> str:
    """The words with quotation marks where the shell of this system needs them."""
    plain = [_plain(word) for word in words]
    if os.name == "nt":
        return subprocess.list2cmdline(plain)
    return " ".join(map(_quoted, plain))


def _plain(word: str | os.PathLike[str]) -> str:
    text = os.fspath(word)
    return os.path.join(os.curdir, text) if isinstance(word, Path) and text[:1] == "-" else text


def _quoted(word: str) -> str:
    """For a POSIX shell; what cannot be printed comes from printf, byte by byte."""
    if visible(word) == word:
        return shlex.quote(word)
    encoded = "".join(
        c if c.isascii() and (c.isalnum() or c in "/._-") else
        "".join(f"\\{byte:03o}" for byte in os.fsencode(c))
        for c in word
    )
    return f"\"$(printf '{encoded}')\""
