"""Commands that are printed to be typed: the program as it was called, every word as a shell needs.

No activation is needed to run `.venv/bin/numpyrnn`; nor is it for what it then proposes.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import PurePath

from numpyrnn.cli.commands import COMMANDS
from numpyrnn.experiments.commands import NAME, shell_words


def hint(*words: str | os.PathLike[str]) -> str:
    """A command line of this program, such as hint("predict", "--model", path, "a text").

    Pass a path as a Path, so that one that begins with a dash is not read as an option.
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
    on_path = shutil.which(NAME)
    if on_path and os.path.realpath(on_path) == os.path.realpath(called):
        return NAME     # the shell finds it by itself
    return shell_words([called])


def as_called(text: str) -> str:
    """A text that proposes `numpyrnn COMMAND` here and there, with the program as it was called."""
    proposed = rf"(?<![\w/\\])(?<!-m ){NAME} (?=({'|'.join(COMMANDS)})\b)"
    return re.sub(proposed, lambda _: f"{program()} ", text)


def cure_as_called(sentence: str) -> str:
    """An error's sentence, in whose cure (behind the last semicolon) commands can be typed."""
    problem, semicolon, cure = sentence.rpartition("; ")
    return problem + semicolon + as_called(cure)
