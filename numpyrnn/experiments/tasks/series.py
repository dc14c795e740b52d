"""The tasks of forecasting: a share's price and an EEG, walking forward through a series."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from numpyrnn.experiments.tasks.numbers import predicted
from numpyrnn.experiments.tasks.task import NONE, Hyperparameters, Score, Task
from numpyrnn.losses import mean_squared_error
from numpyrnn.models.forecaster import forecaster
from numpyrnn.protocols import Model
from numpyrnn.tasks import series as series_task
from numpyrnn.training import Batch
from numpyrnn.training.steps import Data


class ForecastTask(Task):
    """A series one step ahead, walking forward."""

    shape = "many to many, synced"
    baseline_name = "persistence"
    score = Score("relative error", higher=False)
    baseline = series_task.BASELINE
    minutes = 0.1
    loss = staticmethod(mean_squared_error)
    folds = 4
    patience = 10
    WINDOW, HELD_BACK = 48, 0.15    # steps that a gradient flows through; share for validation
    ORDER: int                      # of the linear autoregression
    UNIT: tuple[str, float]         # of the root mean squared error, and what one of it is

    def check_cells(self, cells: str | Sequence[str] | None) -> tuple[str, ...]:
        for cell in ("birnn", "bigru", "bilstm"):
            if cell in (cells or ()):
                raise ValueError(
                    f"cells: expected some of {', '.join(self.supported)} for the task "
                    f"{self.name}, got {cell!r}; it would read the future"
                )
        return super().check_cells(cells)

    def prepare(self) -> None:
        self.series  # noqa: B018

    @cached_property
    def series(self) -> Any:
        return series_task.series(self.name)

    @cached_property
    def blocks(self) -> list[Any]:
        return series_task.walk_forward(len(self.series.x), self.folds)

    def build(self, cell: str, rng: Any = None) -> Any:
        features, outputs = (array.shape[1] for array in (self.series.x, self.series.changes))
        model = forecaster(
            cell, features, outputs, hidden_size=self.preset.hidden,
            dropout=0.0 if cell == NONE else 0.2, rng=rng,
        )
        model.params["head.W"][...] *= 0.1      # begin near persistence
        return model

    def _scaled(self, fold: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
        """x and changes as the model sees them, the scale of changes, and where training ends."""
        start, _ = self.blocks[fold]
        stop = round((1 - self.HELD_BACK) * start)
        x, changes = self.series.x, self.series.changes
        mean, deviation = x[:stop].mean(axis=0), x[:stop].std(axis=0)
        scale = np.sqrt(np.mean(changes[:stop] ** 2, axis=0))
        return (
            ((x - mean) / deviation).astype(np.float32), (changes / scale).astype(np.float32),
            scale, stop,
        )

    def train(self, cell: str, fold: int) -> Data:
        x, y, _, stop = self._scaled(fold)
        W = self.WINDOW

        def epoch(rng: np.random.Generator) -> Iterator[Batch]:
            starts = np.arange(rng.integers(0, W // 2), stop - W + 1, W // 2)   # half overlapping
            rng.shuffle(starts)
            for i in range(0, len(starts), self.preset.batch_size):
                steps = starts[i : i + self.preset.batch_size, None] + np.arange(W)
                yield Batch(x[steps], y[steps])

        return epoch

    def validation(self, cell: str, fold: int) -> Data:
        x, y, _, stop = self._scaled(fold)
        steps = slice(stop - self.WINDOW, self.blocks[fold].start)
        return x[None, steps], y[None, steps]

    def steps(self, fold: int) -> int:
        windows = (self._scaled(fold)[3] - self.WINDOW) // (self.WINDOW // 2) + 1
        return self.steps_for(windows)

    def watch(self, model: Model, cell: str, fold: int) -> float:
        *_, stop = self._scaled(fold)
        block = slice(stop, self.blocks[fold].start)
        return series_task.relative_error(
            self._forecasts(model, fold)[block], self.series.changes[block]
        )

    def test(self, model: Model, cell: str, fold: int) -> np.ndarray:
        return self._forecasts(model, fold)[slice(*self.blocks[fold])]

    def _forecasts(self, model: Model, fold: int) -> np.ndarray:
        """Of all changes, each from the steps before it: the model reads the series in one go."""
        x, _, scale, _ = self._scaled(fold)
        return predicted(model, x[None])[0].astype(float) * scale

    def scores(self, tested: list[np.ndarray]) -> dict[str, float]:
        changes = self.series.changes[self.blocks[0].start :]
        forecasts = np.concatenate(tested)
        name, one = self.UNIT
        rms = np.sqrt(np.mean((forecasts - changes) ** 2))
        return {
            self.score.name: series_task.relative_error(forecasts, changes),
            f"rms in {name}": float(rms / one),
        }

    def baselines(self) -> dict[str, dict[str, float]]:
        x, changes = self.series.x, self.series.changes
        linear = [
            series_task.autoregression(x, changes, start, self.ORDER)[start:stop]
            for start, stop in self.blocks
        ]
        still = [np.zeros_like(forecasts) for forecasts in linear]
        return {
            self.baseline_name: self.scores(still),
            f"linear autoregression, order {self.ORDER}": self.scores(linear),
        }

    def describe(self) -> list[str]:
        blocks = self.blocks
        return [
            f"{len(self.series.x):,} steps; trained on what comes before steps "
            f"{', '.join(f'{block.start:,}' for block in blocks)}, tested on what comes behind "
            "each, up to the next",
            "relative error: the root mean squared error over that of persistence, so below 1 is "
            "better",
        ]

    def figures(self, models: Mapping[str, Any]) -> dict[str, Any]:
        from numpyrnn.plots.tasks import forecasts

        block = slice(*self.blocks[-1])
        name, one = self.UNIT
        predicted_changes = {
            cell: self._forecasts(model, self.folds - 1)[block, 0] / one
            for cell, model in models.items()
        }
        changes = self.series.changes[block, 0] / one
        return {"forecasts": forecasts(changes, predicted_changes, block.start, f"change, {name}")}


class PricesTask(ForecastTask):
    name = "prices"
    description = "forecast the next day's price of a share (Google, 2004 to 2008)"
    solved = series_task.SOLVED["prices"]
    note = "not solved: the changes of a price are very nearly noise, and persistence wins"
    preset = Hyperparameters(hidden=16, epochs=40, learning_rate=3e-3, batch_size=8)
    ORDER, UNIT = 2, ("%", 0.01)


class EegTask(ForecastTask):
    name = "eeg"
    description = "forecast the next sample of four EEG electrodes"
    solved = series_task.SOLVED["eeg"]
    note = "not solved: better than persistence, but linear autoregression wins"
    preset = Hyperparameters(hidden=32, epochs=60, learning_rate=5e-3, batch_size=8)
    ORDER, UNIT = 3, ("recorded units", 1.0)
