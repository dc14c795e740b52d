"""The classic problems: the estimate, a line for a job, and the result of all jobs."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from numpyrnn import __version__, plots
from numpyrnn.experiments.classics.job import ClassicJob, longest_seconds
from numpyrnn.experiments.classics.problems import PROBLEMS
from numpyrnn.experiments.classics.recipes import CELLS
from numpyrnn.text import table

WIDTH, WIDEST = 100, 116    # of text, of the table
MEASURES = {"loss": "loss", "wrong": "share of strings wrong"}
Record = dict[str, Any]


# Before and during ------------------------------------------------------------------------------


def estimate(
    jobs: Sequence[ClassicJob], missing: Sequence[ClassicJob], workers: int, left_out: str
) -> str:
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


def outcome(record: Record) -> str:
    """A job that is done, in one line."""
    problem = PROBLEMS[record["task"]]
    what = f"{problem.name}, {CELLS[record['cell']].label}, seed {record['seed']}"
    if record["diverged"]:
        how = f"diverged after {record['sequences']:,} sequences: {record['diverged']}"
    elif record["success"]:
        how = f"solved after {record['success']:,} sequences"
    else:
        how = (
            f"not solved in {record['sequences']:,} sequences, error {_short(_error(record))} "
            f"(baseline {_short(problem.baseline)})"
        )
    return f"{what}: {how}, {record['seconds']:.1f} s"


def _bound(missing: Sequence[ClassicJob], workers: int) -> float:
    """Seconds, if every job spends its budget: no less than the longest one."""
    kinds: dict[tuple[str, str], float] = {}
    for job in missing:
        if job[:2] not in kinds:
            kinds[job[:2]] = longest_seconds(job)
    each = [kinds[job[:2]] for job in missing]
    return max(max(each), sum(each) / workers)


# After ------------------------------------------------------------------------------------------


class ClassicsResult:
    """The records of all jobs, and what they say together."""

    def __init__(self, records: Sequence[Record], left_out: str = ""):
        self.records, self.left_out = records, left_out

    def record(self) -> dict[str, Any]:
        """What results.json holds; see `results`."""
        return results(self.records, self.left_out)

    def table(self) -> str:
        """The table "paper, ours, baseline", and below it what the words mean."""
        return report(self.record())

    def figures(self) -> Mapping[str, Any]:
        record = self.record()
        return {
            "sequences": plots.sequences_to_success(record), "curves": plots.classic_curves(record),
        }


def results(records: Sequence[Record], left_out: str = "") -> dict[str, Any]:
    """What results.json holds: each task with its criterion, baseline and paper, and its `cells`.

    A cell has its label, recipe, parameters and one entry for each seed in `seeds`, `success`
    (sequences, None for a failure), `budget`, `errors` (None after divergence), `diverged`,
    `seconds` and `curves`; `solved`, the `median_success` (None unless most seeds succeed) and the
    `median_error` (None where most diverged).
    """
    groups: dict[str, dict[str, list[Record]]] = {}
    for record in records:
        groups.setdefault(record["task"], {}).setdefault(record["cell"], []).append(record)
    tasks = {
        name: {
            **{key: getattr(PROBLEMS[name], key) for key in (
                "title", "criterion", "baseline", "paper", "paper_sequences", "measure",
            )},
            "trivial": PROBLEMS[name].baseline_name,
            "cells": {cell: _of_seeds(cell, seeds) for cell, seeds in cells.items()},
        }
        for name, cells in groups.items()
    }
    return {"tasks": tasks, "left_out": left_out, "version": __version__}


def _of_seeds(cell: str, records: Sequence[Record]) -> dict[str, Any]:
    """What `results` says of a cell on one task, from the record of each seed."""
    success, errors = [record["success"] for record in records], [*map(_error, records)]
    recipe = records[0]["recipe"]
    return {
        "label": CELLS[cell].label, "recipe": recipe, "parameters": records[0]["parameters"],
        "budget": recipe["budget"], "seeds": [record["seed"] for record in records],
        "success": success, "errors": errors,
        **{name: [record[name] for record in records] for name in ("diverged", "seconds")},
        "curves": [record["curve"] for record in records],
        "solved": sum(count is not None for count in success),
        "median_success": _middle(success), "median_error": _middle(errors),
    }


def report(results: Mapping[str, Any]) -> str:
    """The table of `results`, and below it what the words mean."""
    heads = ["task", "cell", "solved", "sequences", "least-most", "paper", "error", "baseline",
             "seconds"]
    rows = []
    for name, task in results["tasks"].items():
        paper = task["paper_sequences"]
        for place, cell in enumerate(task["cells"].values()):
            reached = [count for count in cell["success"] if count is not None]
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
        "beside that of the baseline; seconds: of processor time, for one seed",
        *(
            f"{name}: {task['title']}; solved means {task['criterion']}; baseline: "
            f"{task['trivial']} ({MEASURES[task['measure']]}); paper: {task['paper']}"
            for name, task in results["tasks"].items()
        ),
        *([results["left_out"]] if results["left_out"] else []),
    ]
    wrapped = [line for note in notes for line in textwrap.wrap(note, WIDTH)]
    return "\n".join([*lines, "", *wrapped])


def _middle(values: Sequence[float | None]) -> float | None:
    """The median, where None is the largest of all."""
    middle = median(math.inf if value is None else value for value in values)
    return middle if math.isfinite(middle) else None


def _error(record: Record) -> float | None:
    """The error on fresh sequences, in the unit of the task's baseline; None after divergence."""
    if (test := record["test"]) is None:
        return None
    share = PROBLEMS[record["task"]].measure == "wrong"
    return test["wrong"] / test["of"] if share else test["loss"]


def _short(value: float | None) -> str:
    return "-" if value is None else f"{value:.2g}" if value < 1e-3 else f"{value:.3g}"


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
