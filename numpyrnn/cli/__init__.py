"""The command line: `numpyrnn COMMAND [options]`.

Each command is a module of this package. Its docstring is the description that --help shows,
`EXAMPLES` the lines below it, `add_arguments(parser)` its options and `run(args)` the work;
`run` returns an exit code, or None for 0. Only the chosen command is imported.

An error of the library names an argument ("learning_rate: expected ..."); where the command has an
option of that name, it is written as one ("--learning-rate: expected ...").

Exit codes: 0 done, 2 a mistake that the user can put right (one line on stderr, no traceback
unless --debug), 130 interrupted, 141 the reader of the output has closed it. The standard streams
may be missing or closed (streams.py), every path option takes ~ and is looked at before the work
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
from collections.abc import Sequence
from contextlib import suppress
from types import ModuleType

from numpyrnn import __version__
from numpyrnn.answers import nearest
from numpyrnn.cli.commands import COMMANDS
from numpyrnn.cli.hints import as_called, cure_as_called, program
from numpyrnn.cli.options import Parser, UsageError
from numpyrnn.cli.streams import let_go, whole_streams
from numpyrnn.machine import choose_blas

USER_ERRORS = (ValueError, TypeError, RuntimeError, OSError, ImportError, MemoryError)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    choose_blas(words[0] if words else None)    # before a command loads NumPy, and OpenBLAS
    with whole_streams():
        return _answered(words)


def command_parser(name: str) -> tuple[ModuleType, Parser]:
    """The module of a command and the parser of its options."""
    module = importlib.import_module(COMMANDS[name][0])
    parser = Parser(
        prog=f"{program()} {name}",
        description=inspect.cleandoc(module.__doc__ or ""),
        epilog=f"examples:\n{textwrap.indent(as_called(inspect.cleandoc(module.EXAMPLES)), '  ')}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    module.add_arguments(parser)
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    return module, parser


def _answered(words: list[str]) -> int:
    """Run the command and put what goes wrong into one line."""
    name, parser = "numpyrnn", None
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Progress shows line by line in a pipe; a terminal without Greek letters shows ? instead.
        sys.stdout.reconfigure(line_buffering=True, errors="replace")
    try:
        if words and words[0] in COMMANDS:
            name = f"numpyrnn {words[0]}"
            module, parser = command_parser(words[0])
            code = _run(module, parser, words[1:])
        else:
            code = _without_command(words)
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
        return _complain(name, f"error: {_sentence(error, parser)}", 2)


def _run(module: ModuleType, parser: Parser, words: list[str]) -> int:
    parser.check_options(words)
    try:
        args = parser.parse_args(words)
    except SystemExit as done:  # --help has been printed
        return int(done.code or 0)
    return module.run(args) or 0


def _without_command(words: list[str]) -> int:
    if not words or words[0] in ("-h", "--help"):
        print(_overview())
    elif words[0] == "--version":
        print(f"numpyrnn {__version__}")
    else:
        kind = "option" if words[0].startswith("-") else "command"
        hint = nearest(words[0], [*COMMANDS, "--help", "--version"])
        raise UsageError(
            f"unknown {kind} {words[0]!r}{hint} ({program()} --help lists the commands)"
        )
    return 0


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


def _sentence(error: BaseException, parser: Parser | None) -> str:
    if isinstance(error, OSError) and error.strerror:
        # Every file is named where it is written, so what has no name is what was printed.
        lost = "the output" if error.errno in (errno.ENOSPC, errno.EFBIG, errno.EIO) else ""
        return ": ".join(filter(None, (str(error.filename or lost), error.strerror)))
    sentence = cure_as_called(str(error)) or type(error).__name__
    return parser.with_dashes(sentence) if parser else sentence
