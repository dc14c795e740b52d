"""Commands that are printed to be typed: the program as it was called, every word as a shell needs.

No activation is needed to run `.venv/bin/numpyrnn`; nor is it for what it then proposes.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path, PurePath

from numpyrnn.cli.commands import COMMANDS
from numpyrnn.text import visible

NAME = "numpyrnn"


def hint(*words: str | os.PathLike[str]) -> str:
    """A command line of this program, such as hint("predict", "--model", path, "a text").

    Paths are given as Path, so that one that begins with a dash is not taken for an option.
    """
    return f"{program()} {shell_words(words)}"


def program() -> str:
    """How this program was called: `python -m numpyrnn`, `.venv/bin/numpyrnn`, or `numpyrnn`."""
    called = sys.argv[0] if sys.argv else ""
    main = getattr(sys.modules.get("__main__"), "__spec__", None)
    if main is not None and main.name == f"{NAME}.__main__":
        return shell_words(sys.orig_argv[: len(sys.orig_argv) - len(sys.argv[1:])])
    if PurePath(called).stem != NAME:   # called from Python
        return NAME
    found = shutil.which(NAME)
    if found and os.path.realpath(found) == os.path.realpath(called):
        return NAME     # the shell finds it by itself
    return shell_words([called])


def as_called(text: str) -> str:
    """A text that proposes `numpyrnn COMMAND` here and there, with the program as it was called."""
    proposed = rf"(?<![\w/]){NAME} (?=({'|'.join(COMMANDS)})\b)"
    return re.sub(proposed, lambda _: f"{program()} ", text)


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
