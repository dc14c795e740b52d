"""Train RNN, GRU and LSTM on the classic tasks of long memory, and compare with the papers.

Adding, multiplication, copy memory, temporal order and the embedded Reber grammar, each until the
paper's criterion is met (half of the baseline for copy memory, which has none) or a budget is
spent: how many sequences did it take? The papers learned from one sequence at a time by plain
gradient descent, here small batches are learned with Adam: comparable is the number of sequences,
not of steps. A cell that fails is shown as such, with its error beside that of the baseline.

Each task, cell and seed is a job of its own, with the same result wherever it runs, given the same
BLAS kernels (others round differently, and training amplifies that): on --jobs processes of this
machine, or on the workers of a Dask cluster (--scheduler, pip install "numpyrnn[distributed]"). A
finished job is a file in OUT/jobs; --resume does only those that are missing. Writes results.json,
table.txt and figures into OUT.
"""

from __future__ import annotations

import argparse
import sys

from numpyrnn.cli.options import comma_list, one_of, positive_int
from numpyrnn.cli.paths import add_out, output_directory
from numpyrnn.cli.saving import drawn, saying_what_is_saved
from numpyrnn.text import visible

EXAMPLES = """
numpyrnn classics --quick
numpyrnn classics
numpyrnn classics --resume
numpyrnn classics --tasks reber,adding-100 --cells irnn,lstm-1 --seeds 2 --jobs 2
numpyrnn classics --scheduler tcp://127.0.0.1:8786
"""
TASKS = ("adding", "multiplication", "copy", "order", "reber")
SIZED = (
    "adding-100", "adding-200", "adding-400", "multiplication-100", "copy-50", "copy-100",
    "order-4", "order-8", "reber",
)  # fmt: skip
CELLS = (
    "rnn-random", "rnn-orthogonal", "irnn", "gru", "gru-chrono", "lstm-0", "lstm-1", "lstm-chrono",
)  # fmt: skip
SEEDS = 5
QUICK = ("reber", "order-4", "adding-100"), ("rnn-orthogonal", "gru", "lstm-1", "lstm-chrono")
QUICK_TIME = "about a minute on two cores"     # docs/classics.md says the same


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument(
        "--tasks", dest="problems", type=comma_list(one_of(*dict.fromkeys((*TASKS, *SIZED)))),
        metavar="NAMES",
        help=f"some of {', '.join(TASKS)}, or of their sizes: "
        f"{', '.join(name for name in SIZED if name not in TASKS)}; default: all",
    )
    parser.add_argument(
        "--cells", type=comma_list(one_of(*CELLS)), metavar="NAMES",
        help=f"some of {', '.join(CELLS)} (irnn: identity and ReLU; lstm-0 and -1: the forget "
        "bias; chrono: biases for memories of 1 step to a sequence); default: all",
    )
    parser.add_argument(
        "--seeds", type=positive_int, metavar="N",
        help=f"how often each is trained, with the seeds 0 to N-1 (default: {SEEDS})",
    )
    parser.add_argument(
        "--quick", action="store_true",
        help=f"unless said otherwise, only {', '.join(QUICK[0])} with "
        f"{', '.join(QUICK[1])} and one seed: {QUICK_TIME}",
    )
    parser.add_argument(
        "--jobs", dest="workers", type=positive_int, metavar="N",
        help="processes at once, of one thread each (default: one for each core)",
    )
    parser.add_argument(
        "--scheduler", metavar="ADDRESS",
        help="spread the jobs over the workers of this Dask scheduler instead",
    )
    parser.add_argument(
        "--resume", action="store_true", help="keep the jobs that OUT already has, do the others"
    )
    add_out(parser, "runs/classics")


def run(args: argparse.Namespace) -> None:
    """Estimate, do the jobs, write, and print the results."""
    from tqdm import tqdm

    from numpyrnn.experiments import classics
    from numpyrnn.plots.style import check_drawing

    experiment = classics.reproduce(
        args.problems, args.cells, args.seeds, quick=args.quick, workers=args.workers,
        scheduler=args.scheduler, out=args.out, resume=args.resume, progress=True,
    )
    out = output_directory(args.out)
    output_directory(out / "jobs")
    check_drawing()
    done, count = 0, 0

    def saved() -> str:
        return f"{done} of {count} jobs; --resume does the others" if count else ""

    with saying_what_is_saved(out, saved):
        for record in experiment:
            if record["event"] == "start":
                done, count = record["saved"], record["jobs"]
                print(record["description"])
            else:
                done += 1
                tqdm.write(record["text"], file=sys.stdout)     # above the progress bar
    result = experiment.result
    with drawn(result, out) as figures:
        names = ", ".join(["results.json", "table.txt", *figures.written])
        print(f"\n{result.table()}\n")
        print(f"written to {visible(out)}: {names}, and a file for each job in jobs")
