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
        "--shape", metavar="SIZES",
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


def run(args: argparse.Namespace) -> int:
    """Check the cases, print what came out, and return 1 if a gradient is wrong, else 0."""
    if args.target is not None:
        from numpyrnn.checks.gradients.user_file import check

        report = check(args.target, args.shape, args.method, args.seed)
        print(report.to_json() if args.json else report)
        return 0 if report else 1
    if args.shape is not None or args.json:
        raise ValueError("--shape, --json: expected FILE.py::NAME with it; name what to check")

    from numpyrnn.checks import check_gradients
    from numpyrnn.checks.cases.every_case import cases
    from numpyrnn.checks.gradients.report import table

    start = time.perf_counter()
    chosen = [case for case in cases(args.seed) if case.family in args.cell]
    reports = {}
    for case in bar(chosen, "checking", unit="case", delay=2):
        # The points are random ones, so a second point would show nothing new.
        reports[case.name] = check_gradients(
            case.subject, case.x, method=args.method, second=False, rng=args.seed,
            **case.arguments,
        )
    failed = {name: report for name, report in reports.items() if not report}
    if args.verbose:
        for name, report in reports.items():
            print(f"{name}\n{report}\n")
    rows = [
        [
            name,
            str(sum(tensor.checked for tensor in report.tensors.values())),
            f"{report.worst.error:.1e}",
            report.worst.name,
            "ok" if report else "FAILED",
        ]
        for name, report in reports.items()
    ]
    heads = ["case", "elements", "error", "worst in", "verdict"]
    print("\n".join(table(heads, rows, "<>><<")))
    print()
    if not args.verbose:
        for name, report in failed.items():
            print(f"{name}\n{report}\n")
    print(
        f"{len(reports) - len(failed)} of {len(reports)} cases agree with {METHODS[args.method]} "
        f"({sum(int(row[1]) for row in rows):,} elements, {time.perf_counter() - start:.1f} s)"
    )
    return 1 if failed else 0
