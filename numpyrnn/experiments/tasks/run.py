"""Training and testing the models of one task, and keeping what came out."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from numpyrnn import __version__
from numpyrnn.experiments.files import naming, write_results
from numpyrnn.experiments.tasks.task import Task
from numpyrnn.optim import Adam
from numpyrnn.training import History, fit, save_checkpoint
from numpyrnn.training.history import Record

KIND = "task"       # of the checkpoints
MANY = 12           # epochs; of more only the 1st, 2nd, 4th, 8th … and the last are printed


class Run:
    """What the models share, and in `models` and `results` those that are done."""

    def __init__(self, task: Task, out: Path):
        self.task, self.out = task, out
        task.prepare()
        self.rivals = task.rivals()
        self.models: dict[str, Any] = {}            # by cell; of a series that of the last fold
        self.done: dict[str, dict[str, Any]] = {}

    def train(self, cell: str) -> None:
        """Train and test one model; afterwards its checkpoint and results.json are on the disk."""
        task, found, histories = self.task, [], []
        for fold in range(task.folds):
            model = task.build(cell, task.seed)
            if fold == 0:
                print(f"\n{cell}: {model.parameter_count:,} parameters")
            histories.append(self._fit(model, cell, fold))
            found.append(task.test(model, cell, fold))
        self.models[cell] = model
        scores = task.scores(found)
        self.done[cell] = {
            **scores,
            "solved": task.is_solved(scores[task.score.name]),
            "parameters": model.parameter_count,
            "seconds": sum(sum(history["seconds"]) for history in histories),
            "epochs": sum(map(len, histories)),
            "history": [
                {**record, "fold": fold}
                for fold, history in enumerate(histories) for record in history.records
            ],
        }
        metadata = {
            "kind": KIND, "task": task.name, "cell": cell, "seed": task.seed,
            "preset": task.preset._asdict(), "options": task.options,
        }
        checkpoint = self.out / f"{cell}.npz"
        try:
            with naming(checkpoint):
                save_checkpoint(checkpoint, model, history=histories[-1], metadata=metadata)
        finally:
            self.write()

    def results(self) -> dict[str, Any]:
        """What results.json holds."""
        task = self.task
        return {
            "task": task.name,
            "models": self.done,
            "baselines": self.rivals,
            "score": {
                "name": task.score.name, "higher_is_better": task.score.higher,
                "baseline": task.baseline, "baseline_name": task.trivial, "solved": task.solved,
            },
            "data": {"name": task.told, "described": task.describe()},
            "options": {**task.preset._asdict(), **task.options},
            "seed": task.seed,
            "version": __version__,
        }

    def write(self) -> None:
        write_results(self.out, self.results())

    def _fit(self, model: Any, cell: str, fold: int) -> History:
        task, preset = self.task, self.task.preset

        def on_epoch(record: Record) -> None:
            record["score"] = task.watch(model, cell, fold)
            if hasattr(model, "teacher_forcing"):
                record["teacher_forcing"] = model.teacher_forcing
            epoch = record["epoch"]
            if preset.epochs <= MANY or epoch & (epoch - 1) == 0 or epoch == preset.epochs:
                print(self._line(record, fold))

        with warnings.catch_warnings(record=True) as noted:
            warnings.simplefilter("always")
            history = fit(
                model, task.loss, Adam(preset.learning_rate), task.train(cell, fold),
                task.validation(cell, fold), epochs=preset.epochs, batch_size=preset.batch_size,
                max_norm=task.max_norm, schedule=task.schedule(fold, model), patience=task.patience,
                on_epoch=on_epoch, rng=np.random.default_rng([task.seed, 1]),
            )
        for note in noted:
            print(f"  note: {note.message}", file=sys.stderr)
        if task.patience is not None:
            best = history.best_epoch()
            print(f"  back to epoch {best}, the one with the lowest validation loss")
        return history

    def _line(self, record: Record, fold: int) -> str:
        task, score = self.task, self.task.score
        part = f"part {fold + 1}/{task.folds} " if task.folds > 1 else ""
        return (
            f"  {part}epoch {record['epoch']:2}/{task.preset.epochs}  "
            f"loss {record['loss']:.4f}  {score.name} {score.text(record['score'])}  "
            f"{task.verdict(record['score'])}  {record['seconds']:.1f} s"
        )
