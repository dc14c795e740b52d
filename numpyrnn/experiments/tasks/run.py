"""Training and testing the models of one task: an experiment whose records are its epochs."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from numpyrnn.experiments.files import naming, write_results
from numpyrnn.experiments.tasks.registry import make
from numpyrnn.experiments.tasks.report import TaskResult, describe
from numpyrnn.experiments.tasks.task import Task
from numpyrnn.optim import Adam
from numpyrnn.protocols import Model
from numpyrnn.running import Record, Run
from numpyrnn.training import History, save_checkpoint
from numpyrnn.training.loop import fit_records


def train(
    task: str | Task,
    cells: str | Sequence[str] | None = None,
    *,
    out: str | os.PathLike[str] | None = None,
    progress: bool = False,
    **options: Any,
) -> Run[TaskResult]:
    """Train models on a task and test them, beside its baselines.

        run = tasks.train("adding", ("none", "gru"), seed=0, steps=50, epochs=3)
        for record in run:
            ...
        print(run.result.table())

    task        one of `tasks.TASKS` by its name, with the `options` of `tasks.make`; or a Task
    cells       some of the task's `supported` ones ("none" is the head without recurrence); by
                default those of the task
    out         a directory, made if need be: results.json is complete after each model, and each
                has a checkpoint there, CELL.npz

    Records, beside "start" (see `Run`): an "epoch" is what `fit` records, with `score`, that on the
    validation data, the `fold` (a series is trained on several times) and the model's `parameters`;
    "restored" says to which `epoch` a model went back after early stopping; "done" has what
    results.json says of a model. Raises TypeError and ValueError that name the argument, at once.
    """
    if isinstance(task, str):
        task = make(task, **options)
    elif options:
        raise TypeError(f"{next(iter(options))}: expected with the name of a task, got it with one")
    cells = task.check_cells(cells)
    directory = None if out is None else Path(out)

    def records() -> Generator[Record, None, TaskResult]:
        yield {"event": "start", "description": describe(task)}
        result = TaskResult(task)
        if directory is not None:
            directory.mkdir(parents=True, exist_ok=True)
        for cell in cells:
            yield from _train_one(result, cell, progress)
            if directory is not None:
                try:
                    _save(result, cell, directory)
                finally:
                    write_results(directory, result.record())
            yield {"event": "done", "model": cell, **result.entries[cell]}
        return result

    return Run(records())


def _train_one(result: TaskResult, cell: str, progress: bool) -> Iterator[Record]:
    """Train and test one model, on each fold anew, and put it into the result."""
    task, tested, histories = result.task, [], []
    for fold in range(task.folds):
        model = task.build(cell, task.seed)
        history = History()
        for record in fit_records(
            model, task.loss, Adam(task.preset.learning_rate), task.train(cell, fold),
            task.validation(cell, fold), epochs=task.preset.epochs,
            batch_size=task.preset.batch_size, max_norm=task.max_norm,
            schedule=task.schedule(fold, model), patience=task.patience, progress=progress,
            on_epoch=partial(_add_score, task, model, cell, fold),
            rng=np.random.default_rng([task.seed, 1]),
        ):
            history.records.append(record)
            yield {
                "event": "epoch", "model": cell, "fold": fold, **record,
                "parameters": model.parameter_count,
            }
        if task.patience is not None:
            best = history.best_epoch()
            yield {"event": "restored", "model": cell, "fold": fold, "epoch": best}
        histories.append(history)
        tested.append(task.test(model, cell, fold))
    result.add(cell, model, tested, histories)


def _add_score(task: Task, model: Model, cell: str, fold: int, record: dict[str, Any]) -> None:
    """The score on the validation data, as a part of the epoch's record."""
    record["score"] = task.watch(model, cell, fold)
    if hasattr(model, "teacher_forcing"):
        record["teacher_forcing"] = model.teacher_forcing


def _save(result: TaskResult, cell: str, out: Path) -> None:
    task, checkpoint = result.task, out / f"{cell}.npz"
    with naming(checkpoint):
        save_checkpoint(
            checkpoint, result.models[cell], history=result.histories[cell][-1],
            metadata={
                "kind": "task", "task": task.name, "cell": cell, "seed": task.seed,
                "preset": task.preset._asdict(), "options": task.options,
            },
        )
