"""What the options of all commands share: the types of their values, the parser, its errors."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from numpyrnn.answers import nearest


class UsageError(Exception):
    """The command line itself is wrong: an unknown command or option, or a bad value for one."""


# Types of values -------------------------------------------------------------------------------


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


positive_int = whole_number(1)


def number(**bounds: float) -> Callable[[str], float]:
    """An argparse type: a finite number within `above=`, `minimum=`, `below=` and `maximum=`."""

    def parse(text: str) -> float:
        from numpyrnn.validation import check_number

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


def add_seed(parser: argparse.ArgumentParser, purpose: str) -> None:
    """The option --seed, and what it is the seed of."""
    parser.add_argument(
        "--seed", type=whole_number(0), default=0, metavar="N", help=f"{purpose} (default: 0)"
    )


# The parser ------------------------------------------------------------------------------------


class Parser(argparse.ArgumentParser):
    """argparse with one line for an error, and the nearest known option in it."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message.removeprefix('argument ')} ({self.prog} --help explains)")

    def _print_message(self, message: str, file: Any = None) -> None:
        (file or sys.stdout).write(message)     # argparse's own hides that nobody reads it

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

    def with_dashes(self, sentence: str) -> str:
        """An error of the library, its arguments written as the options of this command.

        "vary: expected a recurrent model, got bow; add it with models=bow,gru" becomes "--vary:
        expected a recurrent model, got bow; add it with --models bow,gru". Other names stay: in
        "dropout: x: expected finite numbers" the first is a layer, and the second its argument.
        """
        options = {}
        for action in self._actions:
            for option in reversed(action.option_strings):
                if option.startswith("--"):
                    options[action.dest] = options[option[2:].replace("-", "_")] = option

        def argument(match: re.Match[str]) -> str:
            name, value = match.groups()
            return f"{options[name]} {value}".rstrip() if name in options else match[0]

        head, colon, rest = sentence.partition(":")
        of_a_layer = re.match(r" [^\s:]+: ", rest)
        if colon and head in options and not of_a_layer:
            sentence = f"{options[head]}:{rest}"
        return re.sub(r"(?<![\w'\"./-])(\w+)=([\w'\"./~-]?)", argument, sentence)
