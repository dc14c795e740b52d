"""Say which BLAS multiplies NumPy's matrices here, and what would make it faster.

An LSTM spends its time in small matrix products, and how fast they are is decided before NumPy is
loaded: which kernels OpenBLAS picks for the CPU, and how many threads share a product. The command
shows the machine as a program finds it that imports numpyrnn, names what is wrong in plain words
with what to set, and measures what that gives, in processes that take turns (below 15 seconds; on
a machine that is busy with something else up to 30, and then it says so).
The exit code is 0 whatever is found.
"""

from __future__ import annotations

import argparse

from numpyrnn.benchmarks import doctor
from numpyrnn.cli.paths import output_file, path_name
from numpyrnn.experiments.files import write_json
from numpyrnn.text import visible

EXAMPLES = """
numpyrnn doctor
numpyrnn doctor --no-measure
numpyrnn doctor --json machine.json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument(
        "--no-measure", "--quick", action="store_true",
        help="only the facts and what they mean, in a second",
    )
    parser.add_argument(
        "--json", type=path_name, metavar="FILE",
        help="write the facts, findings and measurements to FILE too",
    )


def run(args: argparse.Namespace) -> None:
    """Print the facts, then the findings with what they measured."""
    file = None if args.json is None else output_file(args.json, "--json", "machine.json")
    examination = doctor(measure=not args.no_measure, progress=True)
    for record in examination:
        if record["event"] == "start":
            print("\n".join(record["machine"].lines()) + "\n")
    print(examination.result.table())
    if file:
        write_json(file, examination.result.record())
        print(f"\nwritten: {visible(file)}")
