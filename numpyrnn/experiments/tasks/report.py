"""The result of training on a task: the numbers, the table and the figures."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from numpyrnn import __version__
from numpyrnn.experiments.drawings import Drawings
from numpyrnn.experiments.tasks.task import NONE, Task
from numpyrnn.plots.tasks import cell_style, score_curves, task_scores
from numpyrnn.text import labelled, table
from numpyrnn.training import History

WIDTH = 100


def describe(task: Task) -> str:
    """The task and the options, before training; makes or reads the data."""
    task.prepare()
    preset, score = task.preset, task.score
    data = task.describe()
    rows = [
        ("task", f"{task.name}: {task.description} ({task.shape})"),
        *(("data" if k == 0 else "", line) for k, line in enumerate(data)),
        ("baseline", f"{task.baseline_name}: {score.name} {score.text(task.baseline)}"),
        ("solved", f"{score.name} {task.bound()}"),
        *([("note", task.note)] if task.note else []),
        ("training", f"{preset.hidden} hidden units; Adam, learning rate "
         f"{preset.learning_rate:g} falling, batches of {preset.batch_size}, at most "
         f"{preset.epochs} epochs; seed {task.seed}"),
    ]
    return labelled(rows, WIDTH)


class TaskResult:
    """The models trained on a task, and how good they are beside its baselines.

    models      by cell; of a series those of its last fold
    histories   by cell, one for each fold
    baselines   name -> the scores of an answer without training
    entries     cell -> what results.json says of the model: its scores, whether it has solved the
                task, parameters, seconds, epochs and the history
    """

    def __init__(self, task: Task):
        self.task, self.baselines = task, task.baselines()
        self.models: dict[str, Any] = {}
        self.entries: dict[str, dict[str, Any]] = {}
        self.histories: dict[str, Sequence[History]] = {}

    def add(
        self, cell: str, model: Any, tested: Sequence[Any], histories: Sequence[History]
    ) -> None:
        """A model with what `task.test` returned and the history of each fold."""
        scores = self.task.scores(list(tested))
        self.models[cell], self.histories[cell] = model, histories
        self.entries[cell] = {
            **scores,
            "solved": self.task.is_solved(scores[self.task.score.name]),
            "parameters": model.parameter_count,
            "seconds": sum(sum(history["seconds"]) for history in histories),
            "epochs": sum(map(len, histories)),
            "history": [
                {**record, "fold": fold}
                for fold, history in enumerate(histories) for record in history.records
            ],
        }

    def record(self) -> dict[str, Any]:
        """What results.json holds."""
        task = self.task
        return {
            "task": task.name,
            "models": self.entries,
            "baselines": self.baselines,
            "score": {
                "name": task.score.name, "higher_is_better": task.score.higher,
                "baseline": task.baseline, "baseline_name": task.baseline_name,
                "solved": task.solved,
            },
            "data": {"name": task.description, "described": task.describe()},
            "options": {**task.preset._asdict(), **task.options},
            "seed": task.seed,
            "version": __version__,
        }

    def table(self) -> str:
        """The scores of baselines and models, who is best, and some answers of the models."""
        task = self.task
        names = list(next(iter(self.baselines.values())))
        for entry in self.entries.values():
            names += [name for name in _scores(entry) if name not in names]
        heads = ["model", "parameters", *names, "epochs", "seconds", "solved"]
        rows = [
            [name, "-", *(self._text(scores.get(n)) for n in names), "-", "-",
             _yes(task.is_solved(scores[task.score.name]))]
            for name, scores in self.baselines.items()
        ]
        rows += [
            [cell_style(cell)[0], f"{entry['parameters']:,}",
             *(self._text(entry.get(n)) for n in names),
             str(entry["epochs"]), f"{entry['seconds']:.1f}", _yes(entry["solved"])]
            for cell, entry in self.entries.items()
        ]
        lines = table(heads, rows, "<" + ">" * (len(heads) - 1), WIDTH)
        lines += textwrap.wrap(
            f"solved: {task.score.name} {task.bound()}, on the test data; {self._verdict()}", WIDTH
        )
        for further in (task.tables(), task.examples(self.models)):
            if further:
                lines += ["", *(x if len(x) <= WIDTH else f"{x[: WIDTH - 2]} …" for x in further)]
        return "\n".join(lines)

    def figures(self) -> Mapping[str, Any]:
        """The scores, the learning curves and the task's own figures."""
        record = self.record()
        own = self.task.figures(self.models)
        return Drawings({
            "scores": lambda: task_scores(record), "learning_curves": lambda: score_curves(record),
            **{name: partial(own.__getitem__, name) for name in own},
        })  # fmt: skip

    def best(self) -> str:
        """The cell of the best model."""
        pick = max if self.task.score.higher else min
        return pick(self.entries, key=lambda cell: self.entries[cell][self.task.score.name])

    def _verdict(self) -> str:
        """Who is best, also where that is a baseline."""
        score = self.task.score
        pick = max if score.higher else min
        best, value = self.best(), self.entries[self.best()][score.name]
        baseline = pick(self.baselines, key=lambda name: self.baselines[name][score.name])
        bar = self.baselines[baseline][score.name]
        if pick(value, bar) == bar:
            return f"no model here is better than {baseline}, {score.text(bar)}: the baseline wins"
        if best == NONE and len(self.entries) > 1:
            return (
                f"the head without recurrence is the best, {score.text(value)}: no recurrent model "
                "gains here"
            )
        return f"the best model is {cell_style(best)[0]}, {score.text(value)}"

    def _text(self, value: float | None) -> str:
        return "-" if value is None else self.task.score.text(value)


def _scores(entry: Mapping[str, Any]) -> list[str]:
    other = ("solved", "parameters", "seconds", "epochs", "history")
    return [
        name for name, value in entry.items()
        if name not in other and isinstance(value, int | float)
    ]


def _yes(value: bool) -> str:
    return "yes" if value else "no"
