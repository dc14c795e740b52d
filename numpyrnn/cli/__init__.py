"""The command line: `numpyrnn COMMAND [options]`.

Each command is a module of this package. Its docstring is the description that --help shows,
`EXAMPLES` the lines below it, `add_arguments(parser)` its options and `run(args)` the work;
`run` returns an exit code, or None for 0. Only the chosen command is imported.

Exit codes: 0 done, 2 a mistake that the user can put right (one line on stderr, no traceback
unless --debug), 130 interrupted, 141 the reader of the output went away. The standard streams may
be missing or closed (streams.py), every path option takes ~ and is looked at before the work
(paths.py), and every command that is proposed can be pasted into a shell (hints.py).
"""

from __future__ import annotations

import argparse
import errno
import importlib
import inspect
import io
import sys
import textwrap
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from types import ModuleType
from typing import Any, NoReturn

from numpyrnn import __version__
from numpyrnn.machine import choose_blas

choose_blas(next(iter(sys.argv[1:]), None))  # before the next line loads NumPy, and OpenBLAS
from numpyrnn.cli.hints import as_called, cure_as_called, program  # noqa: E402
from numpyrnn.cli.paths import (  # noqa: E402, F401
    check_output_directory,
    output_directory,
    output_file,
    path_name,
)
from numpyrnn.cli.streams import let_go, whole_streams  # noqa: E402
from numpyrnn.validation import check_number, nearest  # noqa: E402

# Command -> (module, what it does in one line).
COMMANDS: Mapping[str, tuple[str, str]] = {
    "compare": ("numpyrnn.cli.compare", "train RNN, LSTM and GRU on one task, side by side"),
    "train": ("numpyrnn.cli.train", "train models on one of the tasks, beside their baselines"),
    "tasks": ("numpyrnn.cli.tasks", "list these tasks, and what counts as solved"),
    "predict": ("numpyrnn.cli.predict", "ask a trained model for its predictions"),
    "lm": ("numpyrnn.cli.lm", "train a language model on a text"),
    "sample": ("numpyrnn.cli.sample", "let a trained language model write"),
    "gradcheck": ("numpyrnn.cli.gradcheck", "check every gradient against a numerical one"),
    "flow": ("numpyrnn.cli.flow", "measure how far back the gradient reaches"),
    "step": ("numpyrnn.cli.step", "step through a cell, forward and back, line by line"),
    "diagnose": ("numpyrnn.cli.diagnose", "say what is wrong with a backward pass, and why"),
    "classics": ("numpyrnn.cli.classics", "reproduce the classic tasks of long memory"),
    "bench": ("numpyrnn.cli.bench", "time a layer's step beside PyTorch, JAX and Keras"),
    "doctor": ("numpyrnn.cli.doctor", "say which BLAS runs here, and what would be faster"),
}

USER_ERRORS = (ValueError, TypeError, RuntimeError, OSError, ImportError, MemoryError)


class UsageError(Exception):
    """The command line itself is wrong: an unknown command or option, or a bad value for one."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    with whole_streams():
        return _answered(words)


def command_parser(name: str) -> tuple[ModuleType, _Parser]:
    """The module of a command and the parser of its options."""
    module = importlib.import_module(COMMANDS[name][0])
    parser = _Parser(
        prog=f"{program()} {name}",
        description=inspect.cleandoc(module.__doc__ or ""),
        epilog=f"examples:\n{textwrap.indent(as_called(inspect.cleandoc(module.EXAMPLES)), '  ')}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    module.add_arguments(parser)
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    return module, parser


# What commands share ---------------------------------------------------------------------------


def whole_number(minimum: int) -> Callable[[str], int]:
    """An argparse type: a whole number of at least `minimum`."""

    def parse(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = minimum - 1
        if value < minimum:
            raise argparse.ArgumentTypeError(
                f"expected a whole number of at least {minimum}, got {text!r}"
            )
        return value

    return parse


def positive_int(text: str) -> int:
    """An argparse type: a whole number of at least 1."""
    return whole_number(1)(text)


def number(**bounds: float) -> Callable[[str], float]:
    """An argparse type: a finite number within `above=`, `minimum=`, `below=` and `maximum=`."""

    def parse(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"expected a number, got {text!r}") from None
        try:
            return check_number("number", value, **bounds)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error).removeprefix("number: ")) from None

    return parse


def one_of(*known: str) -> Callable[[str], str]:
    """An argparse type: one of the known words; the nearest one is suggested for any other."""

    def parse(text: str) -> str:
        if text not in known:
            raise argparse.ArgumentTypeError(
                f"expected one of {', '.join(known)}, got {text!r}{nearest(text, known)}"
            )
        return text

    return parse


def comma_list(item: Callable[[str], Any]) -> Callable[[str], list[Any]]:
    """An argparse type: different items with commas between them, each read by the type `item`."""

    def parse(text: str) -> list[Any]:
        values = [item(part.strip()) for part in text.split(",")]
        if len(set(values)) < len(values):
            raise argparse.ArgumentTypeError(f"expected each item once, got {text!r}")
        return values

    return parse


# How the shell itself works --------------------------------------------------------------------


class _Parser(argparse.ArgumentParser):
    """argparse with one line for an error, and the nearest known option in it."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message.removeprefix('argument ')} ({self.prog} --help explains)")

    def _print_message(self, message: str, file: Any = None) -> None:
        (file or sys.stdout).write(message)     # argparse would not say that nobody reads it

    def check_options(self, words: Sequence[str]) -> None:
        """Raise for an unknown long option before argparse asks for a missing one instead."""
        known = self._option_string_actions
        for word in words:
            option = word.partition("=")[0]
            if option == "--":
                return
            # argparse takes a word with a space in it for a value, dashes or no dashes.
            if option.startswith("--") and " " not in option and option not in known:
                self.error(f"unknown option {option}{nearest(option, known)}")


def _answered(words: list[str]) -> int:
    """Run the command and put what goes wrong into one line."""
    name = f"numpyrnn {words[0]}" if words and words[0] in COMMANDS else "numpyrnn"
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Progress shows line by line in a pipe; a terminal without Greek letters shows ? instead.
        sys.stdout.reconfigure(line_buffering=True, errors="replace")
    try:
        code = _dispatch(words)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        return _complain(name, "interrupted", 130)
    except BrokenPipeError:
        let_go()
        return 141
    except UsageError as error:
        return _complain(name, f"error: {error}", 2)
    except USER_ERRORS as error:
        if "--debug" in words:
            raise
        let_go()
        return _complain(name, f"error: {_sentence(error)}", 2)


def _dispatch(words: list[str]) -> int:
    if not words or words[0] in ("-h", "--help"):
        print(_overview())
        return 0
    name = words[0]
    if name == "--version":
        print(f"numpyrnn {__version__}")
        return 0
    if name not in COMMANDS:
        kind = "option" if name.startswith("-") else "command"
        known = [*COMMANDS, "--help", "--version"]
        raise UsageError(
            f"unknown {kind} {name!r}{nearest(name, known)} ({program()} --help lists the commands)"
        )
    module, parser = command_parser(name)
    parser.check_options(words[1:])
    try:
        args = parser.parse_args(words[1:])
    except SystemExit as done:  # --help has been printed
        return int(done.code or 0)
    return module.run(args) or 0


def _overview() -> str:
    width = max(map(len, COMMANDS))
    commands = "\n".join(f"  {name:{width}}  {line}" for name, (_, line) in COMMANDS.items())
    return (
        f"usage: {program()} COMMAND [options]\n\n"
        "Recurrent neural networks in NumPy, with every gradient written out.\n\n"
        f"commands:\n{commands}\n\n"
        "options:\n"
        "  -h, --help  this page; after a command, its options and examples\n"
        "  --version   the version of numpyrnn"
    )


def _complain(name: str, line: str, code: int) -> int:
    with suppress(OSError):
        print(f"{name}:", *line.split(), file=sys.stderr)  # on one line, whatever it was
    return code


def _sentence(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        # Every file is named where it is written, so what has no name is what was printed.
        lost = "the output" if error.errno in (errno.ENOSPC, errno.EFBIG, errno.EIO) else ""
        return ": ".join(filter(None, (str(error.filename or lost), error.strerror)))
    return cure_as_called(str(error)) or type(error).__name__
