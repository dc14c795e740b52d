"""What `numpyrnn train` says about a task and its models, and draws."""

from __future__ import annotations

import textwrap
from typing import Any

from numpyrnn.checks.gradients.report import table
from numpyrnn.cli.hints import hint
from numpyrnn.experiments.files import Figures
from numpyrnn.experiments.tasks.run import Run
from numpyrnn.experiments.tasks.task import NONE, Task
from numpyrnn.plots.tasks import cell_style, score_curves, task_scores
from numpyrnn.text import shown

WIDTH = 100


def describe(task: Task) -> str:
    """The task and the options, before training."""
    task.prepare()
    preset, described = task.preset, task.describe()
    base = task.score.text(task.baseline)
    rows = [
        ("task", f"{task.name}: {task.told} ({task.shape})"),
        *(("data" if k == 0 else "", line) for k, line in enumerate(described)),
        ("baseline", f"{task.trivial}: {task.score.name} {base}"),
        ("solved", f"{task.score.name} {task.bound()}"),
        *([("note", task.note)] if task.note else []),
        ("training", f"{preset.hidden} hidden units; Adam, learning rate "
         f"{preset.learning_rate:g} falling, batches of {preset.batch_size}, at most "
         f"{preset.epochs} epochs; seed {task.seed}"),
    ]
    return "\n".join(
        line
        for head, text in rows
        for line in textwrap.wrap(f"{head:10}{text}", WIDTH, subsequent_indent=" " * 10)
    )


def report(run: Run) -> str:
    """The table of results and what the models answer."""
    task = run.task
    names = list(next(iter(run.rivals.values()))) if run.rivals else []
    for done in run.done.values():
        names += [name for name in _scores(run, done) if name not in names]
    heads = ["model", "parameters", *names, "epochs", "seconds", "solved"]
    rows = [
        [name, "-", *(_text(run, scores.get(n)) for n in names), "-", "-",
         _solved(task.is_solved(scores[task.score.name]))]
        for name, scores in run.rivals.items()
    ]
    rows += [
        [label(cell), f"{done['parameters']:,}", *(_text(run, done.get(n)) for n in names),
         str(done["epochs"]), f"{done['seconds']:.1f}", _solved(done["solved"])]
        for cell, done in run.done.items()
    ]
    lines = ["", *table(heads, rows, "<" + ">" * (len(heads) - 1), WIDTH)]
    lines += textwrap.wrap(
        f"solved: {task.score.name} {task.bound()}, on the test data; {verdict(run)}", WIDTH
    )
    if further := task.tables():
        lines += ["", *further]
    if shown := task.examples(run.models):
        lines += ["", *(line if len(line) <= WIDTH else f"{line[: WIDTH - 2]} …" for line in shown)]
    return "\n".join(lines)


def verdict(run: Run) -> str:
    """Who won, also where it is a baseline."""
    score = run.task.score
    pick = max if score.higher else min
    found = {label(cell): done[score.name] for cell, done in run.done.items()}
    known = {name: scores[score.name] for name, scores in run.rivals.items()}
    best, rival = pick(found, key=found.__getitem__), pick(known, key=known.__getitem__)
    if pick(found[best], known[rival]) == known[rival]:
        value = score.text(known[rival])
        return f"no model here is better than {rival}, {value}: the baseline wins"
    value = score.text(found[best])
    if best == label(NONE) and len(found) > 1:
        return f"the head without recurrence is the best, {value}: no recurrent model gains here"
    return f"the best model is {best}, {value}"


def draw(run: Run) -> Figures:
    """Write the figures."""
    results, figures = run.results(), Figures(run.out)
    figures.draw("scores", task_scores, results)
    figures.draw("learning_curves", score_curves, results)
    figures.draw_several(run.task.figures, run.models)
    return figures


def finish(run: Run, figures: list[str]) -> str:
    """Where everything is, and what to do with it."""
    files = ", ".join(["results.json", *figures, *(f"{cell}.npz" for cell in run.done)])
    return f"\nwritten to {shown(run.out)}:\n" + textwrap.fill(
        files, WIDTH, initial_indent="  ", subsequent_indent="  "
    ) + _try(run)


def _try(run: Run) -> str:
    if run.task.reads is None:
        return ""
    best = _best(run)
    example = run.task.reads.partition("'")[2].rstrip("'")
    asked = hint("train", run.task.name, "--out", run.out, "--cell", best, "--ask", example)
    return f"\ntry: {asked}"


def _best(run: Run) -> str:
    pick = max if run.task.score.higher else min
    return pick(run.done, key=lambda cell: run.done[cell][run.task.score.name])


def label(cell: str) -> str:
    """What a cell is called in a table."""
    return cell_style(cell)[0]


def _scores(run: Run, done: dict[str, Any]) -> list[str]:
    ours = ("solved", "parameters", "seconds", "epochs", "history")
    return [
        name for name, value in done.items()
        if name not in ours and isinstance(value, int | float)
    ]


def _text(run: Run, value: float | None) -> str:
    return "-" if value is None else run.task.score.text(value)


def _solved(value: bool) -> str:
    return "yes" if value else "no"
