"""The classic problems of long memory as one experiment, whose records are its jobs."""

from __future__ import annotations

import os
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

from numpyrnn.experiments.choices import check_some_of
from numpyrnn.experiments.classics.job import ClassicJob, job
from numpyrnn.experiments.classics.problems import FAMILIES, PROBLEMS
from numpyrnn.experiments.classics.recipes import CELLS
from numpyrnn.experiments.classics.report import ClassicsResult, estimate, outcome
from numpyrnn.experiments.classics.spread import save, saved, workers_of
from numpyrnn.experiments.files import write_results, write_whole
from numpyrnn.progress import bar
from numpyrnn.running import Record, Run
from numpyrnn.validation import check_size

SEEDS = 5
QUICK: dict[str, Any] = {
    "problems": ("reber", "order-4", "adding-100"),
    "cells": ("rnn-orthogonal", "gru", "lstm-1", "lstm-chrono"), "seeds": 1,
}  # fmt: skip


def reproduce(
    problems: str | Sequence[str] | None = None,
    cells: str | Sequence[str] | None = None,
    seeds: int | None = None,
    *,
    quick: bool = False,
    workers: int | None = None,
    scheduler: str | None = None,
    out: str | os.PathLike[str] | None = None,
    resume: bool = False,
    progress: bool = False,
) -> Run[ClassicsResult]:
    """Train cells on the classic problems until the papers' criteria are met.

        run = classics.reproduce(problems=("reber",), cells=("gru", "lstm-1"), seeds=1)
        print(run.result.table())

    problems    some of PROBLEMS, or families of them ("adding"); by default all
    cells       some of CELLS; by default all
    seeds       how often each is trained, with the seeds 0 to seeds - 1 (default: 5)
    quick       where these are not given, those of QUICK: about a minute on two cores
    workers     processes at once, of one thread each; by default one for each core. A script that
                starts them needs `if __name__ == "__main__":`
    scheduler   the address of a Dask scheduler, whose workers do the jobs instead
    out         a directory, made if need be: each job has a file in jobs/, and in the end there are
                results.json and table.txt
    resume      keeps the jobs that `out` already has, and does the others

    Records, beside "start" (see `Run`): "done" has all that `job.run` returns, and its `text` in
    one line; the jobs that `out` has already are in the result alone. Raises TypeError and
    ValueError that name the argument, at once.
    """
    if workers is not None:
        check_size("workers", workers)
        if scheduler is not None:
            raise ValueError(
                "workers: expected none with scheduler=, whose workers do the jobs; leave one of "
                "the two out"
            )
    if resume and out is None:
        raise ValueError("resume: expected the directory out= of the run to resume, got none")
    jobs, left_out = choose(problems, cells, seeds, quick)
    directory = None if out is None else Path(out)

    def records() -> Generator[Record, None, ClassicsResult]:
        finished = saved(directory, jobs) if directory is not None and resume else {}
        missing = [job for job in jobs if job not in finished]
        by_key = {(job.problem, job.cell, job.seed): job for job in missing}
        with workers_of(missing, workers, scheduler) as (count, ready):
            yield {
                "event": "start", "description": estimate(jobs, missing, count, left_out),
                "jobs": len(jobs), "saved": len(finished),
            }  # fmt: skip
            for record in bar(ready, "jobs", len(missing), unit="job", show=progress):
                finished[by_key[record["task"], record["cell"], record["seed"]]] = record
                if directory is not None:
                    save(directory, record)
                yield {"event": "done", **record, "text": outcome(record)}
        result = ClassicsResult([finished[job] for job in jobs], left_out)
        if directory is not None:
            directory.mkdir(parents=True, exist_ok=True)
            write_results(directory, result.record())
            write_whole(directory / "table.txt", f"{result.table()}\n".encode())
        return result

    return Run(records())


def choose(
    problems: str | Sequence[str] | None = None,
    cells: str | Sequence[str] | None = None,
    seeds: int | None = None,
    quick: bool = False,
) -> tuple[list[ClassicJob], str]:
    """The jobs, and a sentence about what `quick` leaves out of them."""
    default: dict[str, Any] = QUICK if quick else {"problems": None, "cells": None, "seeds": SEEDS}
    problems = default["problems"] if problems is None else problems
    cells = default["cells"] if cells is None else cells
    seeds = check_size("seeds", default["seeds"] if seeds is None else seeds)
    names = check_some_of("problems", problems, dict.fromkeys((*FAMILIES, *PROBLEMS)))
    chosen = [name for name in PROBLEMS if name in names or name.partition("-")[0] in names]
    cells = check_some_of("cells", cells, CELLS)
    jobs = [job(name, cell, seed) for name in chosen for cell in cells for seed in range(seeds)]
    if not quick:
        return jobs, ""
    missing = {
        "tasks": [name for name in PROBLEMS if name not in chosen],
        "cells": [cell for cell in CELLS if cell not in cells],
    }
    parts = [f"the {kind} {', '.join(names)}" for kind, names in missing.items() if names]
    if seeds < SEEDS:
        parts.append(f"{SEEDS - seeds} of {SEEDS} seeds")
    return jobs, f"quick leaves out {'; '.join(parts)}" if parts else ""
