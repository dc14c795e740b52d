"""Tasks on numbers: adding, digits, and the two series."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from numpyrnn.cli.train_task import NONE, Preset, Score, Task
from numpyrnn.losses import mean_squared_error, softmax_cross_entropy
from numpyrnn.metrics import accuracy, confusion_matrix
from numpyrnn.models.forecaster import forecaster
from numpyrnn.tasks import adding as adding_task
from numpyrnn.tasks import digits as digits_task
from numpyrnn.tasks import series as series_task
from numpyrnn.training import Batch, evaluate
from numpyrnn.training.steps import Data, forward

WATCHED, TESTED = 1000, 5000


def predicted(model: Any, x: np.ndarray, batch_size: int = 256) -> np.ndarray:
    """The outputs for all rows of x."""
    return np.concatenate([
        forward(model, Batch(x[i : i + batch_size], np.empty(0)), training=False)
        for i in range(0, len(x), batch_size)
    ])


def seen_by(cell: str, x: np.ndarray) -> np.ndarray:
    """x as the cell reads it: without recurrence all its numbers at once."""
    return x.reshape(len(x), -1) if cell == NONE else x


class Adding(Task):
    """Two marked numbers out of many steps."""

    name, shape = "adding", "many to one"
    told = "add the two marked numbers of a long sequence"
    trivial = "always the answer 1"
    score = Score("mean squared error", higher=False, digits=4)
    baseline, solved = adding_task.BASELINE, adding_task.SOLVED
    minutes = 0.5
    preset = Preset(hidden=32, epochs=10, learning_rate=1e-2, batch_size=32)
    loss = staticmethod(mean_squared_error)
    own: ClassVar[Mapping[str, Any]] = {"steps": 100}
    EPOCH = 4000    # sequences, new ones in every epoch

    def build(self, cell: str, rng: Any = None) -> Any:
        inputs = 2 * self.options["steps"] if cell == NONE else 2
        return forecaster(
            cell, inputs, 1, hidden_size=self.preset.hidden, every_step=False, rng=rng
        )

    def _made(self, cell: str, count: int, rng: np.random.Generator) -> Batch:
        made = adding_task.adding(count, self.options["steps"], rng)
        return Batch(seen_by(cell, made.x), made.targets)

    def train(self, cell: str, fold: int) -> Data:
        def epoch(rng: np.random.Generator) -> Iterator[Batch]:
            for _ in range(self.steps(0) // self.preset.epochs):
                yield self._made(cell, self.preset.batch_size, rng)

        return epoch

    def steps(self, fold: int) -> int:
        return self.preset.epochs * max(1, self.EPOCH // self.preset.batch_size)

    def watch(self, model: Any, cell: str, fold: int) -> float:
        return self._error(model, cell, WATCHED, 1)

    def test(self, model: Any, cell: str, fold: int) -> dict[str, float]:
        return {self.score.name: self._error(model, cell, TESTED, 2)}

    def _error(self, model: Any, cell: str, count: int, part: int) -> float:
        x, targets, _ = self._made(cell, count, self.part(part))
        return evaluate(model, self.loss, (x, targets), batch_size=256)["loss"]

    def describe(self) -> list[str]:
        return [
            f"{self.EPOCH:,} new sequences of {self.options['steps']} steps in every epoch; "
            f"{TESTED:,} for testing"
        ]


class Digits(Task):
    """scikit-learn's digits, read as sequences."""

    name, shape = "digits", "many to one"
    told = "recognise a handwritten digit, read a row or a pixel at a time"
    trivial = "always the same digit"
    score = Score("accuracy", higher=True)
    baseline, solved = digits_task.BASELINE, digits_task.SOLVED
    minutes = 0.2
    preset = Preset(hidden=64, epochs=20, learning_rate=1e-2, batch_size=32)
    max_norm = 5.0
    loss = staticmethod(softmax_cross_entropy)
    own: ClassVar[Mapping[str, Any]] = {"reading": "rows"}

    def prepare(self) -> None:
        self.parts  # noqa: B018

    @cached_property
    def parts(self) -> tuple[Any, Any, Any]:
        parts = digits_task.digits(self.options["reading"], self.part(0))
        frequent = np.bincount(parts[0].targets).argmax()
        self.baseline = float(np.mean(parts[2].targets == frequent))
        return parts

    def build(self, cell: str, rng: Any = None) -> Any:
        inputs = 64 if cell == NONE else {"rows": 8, "pixels": 1}[self.options["reading"]]
        return forecaster(
            cell, inputs, 10, hidden_size=self.preset.hidden, every_step=False, rng=rng
        )

    def train(self, cell: str, fold: int) -> Data:
        part = self.parts[0]
        return seen_by(cell, part.x), part.targets

    def steps(self, fold: int) -> int:
        return self.preset.epochs * -(-len(self.parts[0].x) // self.preset.batch_size)

    def watch(self, model: Any, cell: str, fold: int) -> float:
        return self._accuracy(model, cell, self.parts[1])

    def test(self, model: Any, cell: str, fold: int) -> dict[str, float]:
        return {self.score.name: self._accuracy(model, cell, self.parts[2])}

    def _accuracy(self, model: Any, cell: str, part: Any) -> float:
        return accuracy(predicted(model, seen_by(cell, part.x)), part.targets)

    def describe(self) -> list[str]:
        train, validation, test = self.parts
        return [
            f"{len(train.x):,} pictures for training, {len(validation.x)} for validation, "
            f"{len(test.x)} for testing; sequences of {train.x.shape[1]} steps",
            f"without recurrence ({NONE}) the head sees all 64 pixels at once",
        ]

    def figures(self, models: Mapping[str, Any]) -> dict[str, Any]:
        from numpyrnn import plots
        from numpyrnn.plots.tasks import cell_style

        test = self.parts[2]
        matrices = {
            cell_style(cell)[0]: confusion_matrix(
                predicted(model, seen_by(cell, test.x)), test.targets, 10
            )
            for cell, model in models.items()
        }
        return {"confusion": plots.confusion(matrices, [str(k) for k in range(10)])}


class Forecast(Task):
    """A series one step ahead, walking forward."""

    shape = "many to many, synced"
    trivial = "persistence"
    score = Score("relative error", higher=False)
    baseline = series_task.BASELINE
    minutes = 0.1
    loss = staticmethod(mean_squared_error)
    folds = 4
    patience = 10
    WINDOW, HELD_BACK = 48, 0.15    # steps that a gradient flows through; share for validation
    ORDER: int                      # of the linear autoregression
    UNIT: tuple[str, float]         # of the root mean squared error, and what one of it is

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
        return self.preset.epochs * -(-windows // self.preset.batch_size)

    def watch(self, model: Any, cell: str, fold: int) -> float:
        *_, stop = self._scaled(fold)
        block = slice(stop, self.blocks[fold].start)
        return series_task.relative_error(
            self._forecasts(model, fold)[block], self.series.changes[block]
        )

    def test(self, model: Any, cell: str, fold: int) -> np.ndarray:
        return self._forecasts(model, fold)[slice(*self.blocks[fold])]

    def _forecasts(self, model: Any, fold: int) -> np.ndarray:
        """Of all changes, each from what came before it: the model reads the series in one go."""
        x, _, scale, _ = self._scaled(fold)
        return predicted(model, x[None])[0].astype(float) * scale

    def scores(self, found: list[np.ndarray]) -> dict[str, float]:
        changes = self.series.changes[self.blocks[0].start :]
        forecasts = np.concatenate(found)
        name, one = self.UNIT
        rms = np.sqrt(np.mean((forecasts - changes) ** 2))
        return {
            self.score.name: series_task.relative_error(forecasts, changes),
            f"rms in {name}": float(rms / one),
        }

    def rivals(self) -> dict[str, dict[str, float]]:
        x, changes = self.series.x, self.series.changes
        linear = [
            series_task.autoregression(x, changes, start, self.ORDER)[start:stop]
            for start, stop in self.blocks
        ]
        still = [np.zeros_like(forecasts) for forecasts in linear]
        return {
            self.trivial: self.scores(still),
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
        shown = {
            cell: self._forecasts(model, self.folds - 1)[block, 0]
            for cell, model in models.items()
        }
        name, one = self.UNIT
        changes = self.series.changes[block, 0]
        shown = {cell: values / one for cell, values in shown.items()}
        return {"forecasts": forecasts(changes / one, shown, block.start, f"change, {name}")}


class Prices(Forecast):
    name = "prices"
    told = "forecast the next day's price of a share (Google, 2004 to 2008)"
    solved = series_task.SOLVED["prices"]
    preset = Preset(hidden=16, epochs=40, learning_rate=3e-3, batch_size=8)
    ORDER, UNIT = 2, ("%", 0.01)


class Eeg(Forecast):
    name = "eeg"
    told = "forecast the next sample of four EEG electrodes"
    solved = series_task.SOLVED["eeg"]
    preset = Preset(hidden=32, epochs=60, learning_rate=5e-3, batch_size=8)
    ORDER, UNIT = 3, ("recorded units", 1.0)
