"""Tasks on numbers with one answer: adding, and digits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from numpyrnn.experiments.tasks.task import NONE, TEST, Hyperparameters, Option, Score, Task
from numpyrnn.losses import mean_squared_error, softmax_cross_entropy
from numpyrnn.metrics import accuracy, confusion_matrix
from numpyrnn.models.forecaster import forecaster
from numpyrnn.protocols import Model
from numpyrnn.tasks import adding as adding_task
from numpyrnn.tasks import digits as digits_task
from numpyrnn.training import Batch, evaluate
from numpyrnn.training.steps import Data, forward

WATCHED, TESTED = 1000, 5000


def predicted(model: Model, x: np.ndarray, batch_size: int = 256) -> np.ndarray:
    """The outputs for all rows of x."""
    return np.concatenate([
        forward(model, Batch(x[i : i + batch_size], np.empty(0)), training=False)
        for i in range(0, len(x), batch_size)
    ])


def input_of(cell: str, x: np.ndarray) -> np.ndarray:
    """x as the cell reads it: without recurrence all its numbers at once."""
    return x.reshape(len(x), -1) if cell == NONE else x


class AddingTask(Task):
    """Two marked numbers out of many steps."""

    name, shape = "adding", "many to one"
    description = "add the two marked numbers of a long sequence"
    baseline_name = "always the answer 1"
    score = Score("mean squared error", higher=False, digits=4)
    baseline, solved = adding_task.BASELINE, adding_task.SOLVED
    minutes = 0.5
    preset = Hyperparameters(hidden=32, epochs=10, learning_rate=1e-2, batch_size=32)
    loss = staticmethod(mean_squared_error)
    own_options: ClassVar[Mapping[str, Option]] = {"steps": Option(100, minimum=2)}
    EPOCH = 4000    # sequences, new ones in every epoch

    def build(self, cell: str, rng: Any = None) -> Any:
        inputs = 2 * self.options["steps"] if cell == NONE else 2
        return forecaster(
            cell, inputs, 1, hidden_size=self.preset.hidden, every_step=False, rng=rng
        )

    def _batch(self, cell: str, count: int, rng: np.random.Generator) -> Batch:
        x, targets = adding_task.adding(count, self.options["steps"], rng)
        return Batch(input_of(cell, x), targets)

    def train(self, cell: str, fold: int) -> Data:
        def epoch(rng: np.random.Generator) -> Iterator[Batch]:
            for _ in range(self.steps(0) // self.preset.epochs):
                yield self._batch(cell, self.preset.batch_size, rng)

        return epoch

    def steps(self, fold: int) -> int:
        return self.preset.epochs * max(1, self.EPOCH // self.preset.batch_size)

    def measured(self, model: Model, cell: str, part: int) -> dict[str, float]:
        count = TESTED if part == TEST else WATCHED
        x, targets, _ = self._batch(cell, count, self.part(part))
        return {self.score.name: evaluate(model, self.loss, (x, targets), batch_size=256)["loss"]}

    def describe(self) -> list[str]:
        return [
            f"{self.EPOCH:,} new sequences of {self.options['steps']} steps in every epoch; "
            f"{TESTED:,} for testing"
        ]


class DigitsTask(Task):
    """scikit-learn's digits, read as sequences."""

    name, shape = "digits", "many to one"
    description = "recognise a handwritten digit, read a row or a pixel at a time"
    baseline_name = "always the same digit"
    score = Score("accuracy", higher=True)
    baseline, solved = 0.078, digits_task.SOLVED    # with seed 0
    minutes = 0.2
    note = "read in pixels (--reading pixels) not solved: GRU and LSTM come to about 0.93"
    preset = Hyperparameters(hidden=64, epochs=20, learning_rate=1e-2, batch_size=32)
    max_norm = 5.0
    loss = staticmethod(softmax_cross_entropy)
    own_options: ClassVar[Mapping[str, Option]] = {"reading": Option("rows", ("rows", "pixels"))}

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
        return input_of(cell, part.x), part.targets

    def steps(self, fold: int) -> int:
        return self.steps_for(len(self.parts[0].x))

    def measured(self, model: Model, cell: str, part: int) -> dict[str, float]:
        x, targets = self.parts[part].x, self.parts[part].targets
        return {self.score.name: accuracy(predicted(model, input_of(cell, x)), targets)}

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
                predicted(model, input_of(cell, test.x)), test.targets, 10
            )
            for cell, model in models.items()
        }
        return {"confusion": plots.confusion(matrices, [str(k) for k in range(10)])}
