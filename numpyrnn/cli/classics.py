"""Train RNN, GRU and LSTM on the classic tasks of long memory, and compare with the papers.

Adding, multiplication, copy memory, temporal order and the embedded Reber grammar, each until the
paper's criterion is met (half of the baseline for copy memory, which has none) or a budget is
spent: how many sequences did it take? The papers learned from one sequence at a time by plain
gradient descent, here small batches are learned with Adam: comparable is the number of sequences,
not of steps. A cell that fails is shown as such, with its error beside that of the trivial answer.

Each task, cell and seed is a job of its own, with the same result wherever it runs, given the same
BLAS kernels (others round differently, and training amplifies that): on --jobs processes of this
machine, or on the workers of a Dask cluster (--scheduler, pip install "numpyrnn[distributed]"). A
finished job is a file in OUT/jobs; --resume does only those that are missing. Writes results.json,
table.txt and figures into OUT.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from numpyrnn.cli.options import comma_list, one_of, positive_int
from numpyrnn.cli.paths import output_directory, path_name
from numpyrnn.progress import bar
from numpyrnn.text import shown

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
QUICK: dict[str, Any] = {
    "tasks": ["reber", "order-4", "adding-100"],
    "cells": ["rnn-orthogonal", "gru", "lstm-1", "lstm-chrono"], "seeds": 1,
}  # fmt: skip
QUICK_TIME = "about a minute on two cores"     # docs/classics.md says the same


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument(
        "--tasks", type=comma_list(one_of(*dict.fromkeys((*TASKS, *SIZED)))), metavar="NAMES",
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
        help=f"unless said otherwise, only {', '.join(QUICK['tasks'])} with "
        f"{', '.join(QUICK['cells'])} and one seed: {QUICK_TIME}",
    )
    parser.add_argument(
        "--jobs", type=positive_int, metavar="N",
        help="processes at once, of one thread each (default: one for each core)",
    )
    parser.add_argument(
        "--scheduler", metavar="ADDRESS",
        help="spread the jobs over the workers of this Dask scheduler instead",
    )
    parser.add_argument(
        "--resume", action="store_true", help="keep the jobs that OUT already has, do the others"
    )
    parser.add_argument(
        "--out", type=path_name, default="runs/classics", metavar="DIR",
        help="where results go; files of the same name are overwritten (default: runs/classics)",
    )


def run(args: argparse.Namespace) -> None:
    """Estimate, do the jobs, write, and say what came out."""
    from numpyrnn.experiments.classics.report import estimate, told, write
    from numpyrnn.experiments.classics.spread import save, saved
    from numpyrnn.plots.style import check_drawing

    jobs, left_out = chosen(args)
    if args.jobs is not None and args.scheduler is not None:
        raise ValueError(
            "--jobs: expected no such option with --scheduler, whose workers do the jobs; leave "
            "one of the two out"
        )
    out = output_directory(args.out)
    output_directory(out / "jobs")
    check_drawing()
    done = saved(out, jobs) if args.resume else {}
    missing = [job for job in jobs if job not in done]
    records = {job.name: record for job, record in done.items()}
    with spread(args, missing) as (workers, ready):
        print(estimate(jobs, missing, workers, left_out))
        try:
            for record in _with_bar(ready, len(missing)):
                save(out, record)
                records[f"{record['task']}_{record['cell']}_{record['seed']}"] = record
                _say(told(record))
        except KeyboardInterrupt:
            count = f"{len(records)} of {len(jobs)} jobs"
            print(f"\nkept in {shown(out)}: {count}; --resume does the others")
            raise
    told_in_the_end, figures = write([records[job.name] for job in jobs], out, left_out)
    print(told_in_the_end)
    figures.check()


def chosen(args: argparse.Namespace) -> tuple[list[Any], str]:
    """The jobs that the options ask for, and a sentence about what --quick leaves out."""
    from numpyrnn.experiments.classics.job import job

    full: dict[str, Any] = {"tasks": list(SIZED), "cells": list(CELLS), "seeds": SEEDS}
    usual = QUICK if args.quick else full
    given = {
        name: usual[name] if getattr(args, name) is None else getattr(args, name) for name in full
    }
    tasks = [t for t in SIZED if t in given["tasks"] or t.partition("-")[0] in given["tasks"]]
    jobs = [
        job(task, cell, seed)
        for task in tasks for cell in given["cells"] for seed in range(given["seeds"])
    ]  # fmt: skip
    if not args.quick:
        return jobs, ""
    gone = {
        "tasks": [t for t in SIZED if t not in tasks],
        "cells": [c for c in CELLS if c not in given["cells"]],
    }
    parts = [f"the {name} {', '.join(names)}" for name, names in gone.items() if names]
    if given["seeds"] < SEEDS:
        parts.append(f"{SEEDS - given['seeds']} of {SEEDS} seeds")
    return jobs, f"--quick leaves out {'; '.join(parts)}" if parts else ""


@contextmanager
def spread(args: argparse.Namespace, jobs: Sequence[Any]) -> Iterator[tuple[int, Iterator[Any]]]:
    """How many jobs go on at once, and the records as they come; all is cleared away at the end."""
    from numpyrnn.experiments.classics.spread import Cluster, cores, on_processes

    if args.scheduler is not None:
        with Cluster(args.scheduler) as cluster:
            yield cluster.count, cluster.records(jobs)
        return
    count = args.jobs or cores()
    ready = on_processes(jobs, count)
    try:
        yield count, ready
    finally:
        ready.close()  # type: ignore[attr-defined]  # a generator: it ends its processes


def _with_bar(ready: Iterator[Any], total: int) -> Iterator[Any]:
    yield from bar(ready, "jobs", total, unit="job")


def _say(line: str) -> None:
    """A line of the output, above the progress bar if there is one."""
    from tqdm import tqdm

    tqdm.write(line, file=sys.stdout)


