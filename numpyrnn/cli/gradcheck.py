"""Check every gradient of every layer and loss against a numeric one.

Each layer runs with each of its options (padding, reversal, no bias, both engines ...), and each
element of its parameters, input and initial state is compared with the complex step, exact to
rounding, or with central differences. One line a case; the full table of any case that fails.
Exit code 1 if one does.

With FILE.py::NAME, your own gradients: NAME is a layer, a function that returns (loss, gradients),
at FILE.py::NAME::POINT or a random point of --shape, or a function that returns such a pair.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

from numpyrnn.cli.options import comma_list, one_of, whole_number
from numpyrnn.progress import bar

EXAMPLES = """
numpyrnn gradcheck
numpyrnn gradcheck --cell lstm,gru --method central
numpyrnn gradcheck --cell loss --verbose --seed 7
numpyrnn gradcheck homework.py::svm_loss --shape 10,3
numpyrnn gradcheck homework.py::network_loss::params --json
"""
FAMILIES = ("rnn", "lstm", "gru", "composite", "plain", "loss")
METHODS = {"complex": "the complex step", "central": "central differences"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument(
        "target", nargs="?", metavar="FILE.py::NAME", help="a layer or function of your own",
    )
    parser.add_argument(
        "--shape", type=sizes, metavar="SIZES",
        help="with FILE.py::NAME: check it at a random array of this shape, such as 3,4",
    )
    parser.add_argument(
        "--json", action="store_true",
        help="with FILE.py::NAME: print the report as JSON, with points for each right tensor",
    )
    parser.add_argument(
        "--cell", type=comma_list(one_of(*FAMILIES)), default=list(FAMILIES), metavar="NAMES",
        help=f"some of {', '.join(FAMILIES)}, with commas between (default: all)",
    )
    parser.add_argument(
        "--method", type=one_of(*METHODS), default="complex", metavar="NAME",
        help="complex (tolerance 1e-12) or central (1e-6); default: complex",
    )
    parser.add_argument(
        "--seed", type=whole_number(0), default=0, metavar="N",
        help="seed of the weights and inputs (default: 0)",
    )
    parser.add_argument(
        "--verbose", action="store_true", help="a table for each case, one line a tensor"
    )


def sizes(text: str) -> tuple[int, ...]:
    """An argparse type: the sizes of an array, such as 3,4."""
    try:
        return tuple(int(word) for word in text.split(",") if word.strip())
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected sizes such as 3,4, got {text!r}") from None


def run(args: argparse.Namespace) -> int:
    """Check the cases, print the table, and return 1 if a gradient is wrong, else 0."""
    if args.target is not None:
        return run_file(args)
    if args.shape is not None or args.json:
        raise ValueError("--shape, --json: expected FILE.py::NAME with it; name what to check")

    from numpyrnn.checks import check_cases

    start = time.perf_counter()
    cases = check_cases(args.cell, method=args.method, seed=args.seed)
    records = list(bar(cases, "checking", unit="case", delay=2))
    if args.verbose:
        print_reports(records)
    print(f"{cases.table()}\n")
    if not args.verbose:
        print_reports(cases.wrong)
    print(
        f"{len(cases) - len(cases.wrong)} of {len(cases)} cases agree with {METHODS[args.method]} "
        f"({cases.elements:,} elements, {time.perf_counter() - start:.1f} s)"
    )
    return 1 if cases.wrong else 0


def print_reports(records: list[Any]) -> None:
    """The name of each case and its whole table."""
    for case, report in records:
        print(f"{case.name}\n{report}\n")


def run_file(args: argparse.Namespace) -> int:
    """Check what FILE.py::NAME names, and print the report."""
    from numpyrnn.checks import check_file

    report = check_file(args.target, shape=args.shape, method=args.method, rng=args.seed)
    print(report.to_json() if args.json else report)
    return 0 if report else 1
