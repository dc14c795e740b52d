"""What `numpyrnn classics` says and writes: the estimate, a line a job, the table, the figures."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from numpyrnn import __version__, plots
from numpyrnn.checks.gradients.report import table
from numpyrnn.experiments.classics.job import Job, longest_seconds
from numpyrnn.experiments.classics.problems import TASKS, Task
from numpyrnn.experiments.classics.recipes import CELLS
from numpyrnn.experiments.files import Figures, write_results, write_whole
from numpyrnn.text import shown

WIDTH, WIDEST = 100, 116    # of text, of the table
MEASURES = {"loss": "loss", "wrong": "share of strings wrong"}
Record = dict[str, Any]


# Before and during ------------------------------------------------------------------------------


def estimate(jobs: Sequence[Job], missing: Sequence[Job], workers: int, left_out: str) -> str:
    """How many jobs there are and how long they take at most, from a few steps of each kind."""
    words = f"{len(jobs)} {'job' if len(jobs) == 1 else 'jobs'} (a task, a cell and a seed each)"
    if len(missing) < len(jobs):
        words += f", {len(jobs) - len(missing)} of them done before"
    if missing:
        words += (
            f": at most about {_time(_bound(missing, workers))} with {workers} at once and nothing "
            "else to do, less where a cell succeeds early"
        )
    lines = textwrap.wrap(words, WIDTH)
    if left_out:
        lines += textwrap.wrap(left_out, WIDTH)
    return "\n".join(lines)


def told(record: Record) -> str:
    """A job that is done, in one line."""
    task = TASKS[record["task"]]
    what = f"{task.name}, {CELLS[record['cell']].label}, seed {record['seed']}"
    if record["diverged"]:
        how = f"diverged after {record['sequences']:,} sequences: {record['diverged']}"
    elif record["success"]:
        how = f"solved after {record['success']:,} sequences"
    else:
        how = (
            f"not solved in {record['sequences']:,} sequences, error {_short(_error(record))} "
            f"(baseline {_short(task.baseline)})"
        )
    return f"{what}: {how}, {record['seconds']:.1f} s"


def _bound(missing: Sequence[Job], workers: int) -> float:
    """Seconds, if every job spends its budget: no less than the longest one."""
    kinds: dict[tuple[str, str], float] = {}
    for job in missing:
        if (job.task, job.cell) not in kinds:
            kinds[job.task, job.cell] = longest_seconds(job)
    each = [kinds[job.task, job.cell] for job in missing]
    return max(max(each), sum(each) / workers)


# After ------------------------------------------------------------------------------------------


def write(records: Sequence[Record], out: Path, left_out: str = "") -> tuple[str, Figures]:
    """Write results.json, table.txt and the figures; the table, and where everything is."""
    found = results(records, left_out)
    text = report(found)
    write_results(out, found)
    write_whole(out / "table.txt", f"{text}\n".encode())
    figures = Figures(out)
    figures.draw("sequences", plots.sequences_to_success, found)
    figures.draw("curves", plots.classic_curves, found)
    names = ", ".join(["results.json", "table.txt", *figures.written])
    return f"\n{text}\n\nwritten to {shown(out)}: {names}, and a file for each job in jobs", figures


def results(records: Sequence[Record], left_out: str = "") -> dict[str, Any]:
    """What results.json holds: each task with its criterion, baseline and paper, and its `cells`.

    A cell has its label, recipe, parameters and one entry for each seed in `seeds`, `success`
    (sequences, None for a failure), `budget`, `errors` (None after divergence), `diverged`,
    `seconds` and `curves`; `solved`, the `median_success` (None unless most seeds succeed) and the
    `median_error` (None where most diverged).
    """
    tasks: dict[str, Any] = {}
    for record in records:
        task = TASKS[record["task"]]
        row = tasks.setdefault(task.name, {
            **{name: getattr(task, name) for name in (
                "title", "criterion", "baseline", "trivial", "paper", "paper_sequences", "measure",
            )},
            "cells": {},
        })  # fmt: skip
        cell = row["cells"].setdefault(record["cell"], {
            "label": CELLS[record["cell"]].label, "recipe": record["recipe"],
            "parameters": record["parameters"], "budget": record["recipe"]["budget"],
            **{name: [] for name in (
                "seeds", "success", "errors", "diverged", "seconds", "curves",
            )},
        })  # fmt: skip
        for name, value in (
            ("seeds", record["seed"]), ("success", record["success"]), ("errors", _error(record)),
            ("diverged", record["diverged"]), ("seconds", record["seconds"]),
            ("curves", record["curve"]),
        ):  # fmt: skip
            cell[name].append(value)
    for row in tasks.values():
        for cell in row["cells"].values():
            cell["solved"] = sum(s is not None for s in cell["success"])
            cell["median_success"] = _middle(cell["success"])
            cell["median_error"] = _middle(cell["errors"])
    return {"tasks": tasks, "left_out": left_out, "version": __version__}


def report(found: dict[str, Any]) -> str:
    """The table "paper, ours, baseline", and below it what the words mean."""
    heads = ["task", "cell", "solved", "sequences", "least-most", "paper", "error", "baseline",
             "seconds"]
    rows = []
    for name, task in found["tasks"].items():
        paper = task["paper_sequences"]
        for place, cell in enumerate(task["cells"].values()):
            reached = [s for s in cell["success"] if s is not None]
            middle, error = cell["median_success"], cell["median_error"]
            rows.append([
                name if place == 0 else "",
                cell["label"],
                f"{cell['solved']}/{len(cell['success'])}",
                f"> {cell['budget']:,}" if middle is None else f"{middle:,.0f}",
                f"{min(reached):,}-{max(reached):,}" if len(set(reached)) > 1 else "",
                "" if place else "-" if paper is None else f"{paper:,}",
                "diverged" if error is None else _short(error),
                "" if place else _short(task["baseline"]),
                f"{median(cell['seconds']):.0f}",
            ])
    lines = table(heads, rows, "<<>>>>>>>", WIDEST)
    notes = [
        "sequences: read until the criterion was met, the median over the seeds (> N: not within "
        "the budget of N); paper: what the paper needed; error: on fresh sequences in the end, "
        "beside that of the trivial answer; seconds: of processor time, for one seed",
        *(
            f"{name}: {task['title']}; solved means {task['criterion']}; baseline: "
            f"{task['trivial']} ({MEASURES[task['measure']]}); paper: {task['paper']}"
            for name, task in found["tasks"].items()
        ),
        *([found["left_out"]] if found["left_out"] else []),
    ]
    wrapped = [line for note in notes for line in textwrap.wrap(note, WIDTH)]
    return "\n".join([*lines, "", *wrapped])


def _middle(values: Sequence[float | None]) -> float | None:
    """The median, where None is the largest of all."""
    middle = median(math.inf if value is None else value for value in values)
    return middle if math.isfinite(middle) else None


def _error(record: Record) -> float | None:
    """The error on fresh sequences, in the unit of the task's baseline; None after divergence."""
    task: Task = TASKS[record["task"]]
    if (test := record["test"]) is None:
        return None
    return test["wrong"] / test["of"] if task.measure == "wrong" else test["loss"]


def _short(value: float | None) -> str:
    return "-" if value is None else f"{value:.2g}" if value < 1e-3 else f"{value:.3g}"


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
