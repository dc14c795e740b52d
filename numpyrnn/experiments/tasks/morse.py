"""Speech recognition in small: Morse code in noise."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from numpyrnn.experiments.tasks.task import (
    NONE,
    Hyperparameters,
    Score,
    Task,
    in_batches,
    side_by_side,
)
from numpyrnn.layers import Dense, Sequential
from numpyrnn.losses import ctc_loss
from numpyrnn.metrics import word_error_rate
from numpyrnn.models.ctc_decoding import ctc_greedy
from numpyrnn.models.ctc_model import ctc_model
from numpyrnn.plots.tasks import cell_style, noise_curves
from numpyrnn.protocols import Model
from numpyrnn.tasks import morse as task
from numpyrnn.text import table
from numpyrnn.training import Batch, batches
from numpyrnn.training.steps import Data, forward

DECIBELS = (-12, -9, -6, -3, 0, 3, 6, 9, 12)    # signal to noise, at which is tested


class MorseTask(Task):
    """Audio in, text out, without knowing when each letter is heard."""

    name, shape = "morse", "alignment-free"
    description = "hear Morse code in noise as strong as the tone (0 dB)"
    baseline_name = "saying nothing"
    score = Score("word error rate", higher=False)
    baseline, solved = task.BASELINE, task.SOLVED
    minutes = 4.0
    cells = (NONE, "gru")
    supported = (NONE, "gru", "lstm")
    preset = Hyperparameters(64, sum(epochs for epochs, _ in task.CURRICULUM), 0.01, 32)
    loss = staticmethod(ctc_loss)
    max_norm = 5.0
    WARM_UP = 20
    TESTED: ClassVar[Mapping[str, tuple[int, float]]] = {   # messages, decibels
        "validation": (50, 0), score.name: (300, 0),
        **{f"{snr} dB": (100, snr) for snr in DECIBELS if snr != 0},
    }
    BY_NOISE = "by signal to noise, dB"

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        self.by_noise: dict[str, dict[str, float]] = {}     # of the models tested, by cell

    @cached_property
    def parts(self) -> dict[str, Any]:
        return {
            name: task.morse(count, self.part(k), snr=snr)
            for k, (name, (count, snr)) in enumerate(self.TESTED.items())
        }

    @cached_property
    def lessons(self) -> list[tuple[int, dict[str, Any]]]:
        """The lesson of each epoch, by number: the curriculum, stretched to so many epochs."""
        plan = [k for k, (epochs, _) in enumerate(task.CURRICULUM) for _ in range(epochs)]
        chosen = [plan[len(plan) * e // self.preset.epochs] for e in range(self.preset.epochs)]
        return [(k, task.CURRICULUM[k][1]) for k in chosen]

    def build(self, cell: str, rng: Any = None) -> Any:
        if cell == NONE:
            return Sequential(head=Dense(task.FEATURES, task.CLASSES, rng=rng))
        return ctc_model(
            cell, task.FEATURES, task.CLASSES, hidden_size=self.preset.hidden, rng=rng
        )

    def train(self, cell: str, fold: int) -> Data:
        epochs = iter(self.lessons)
        current: dict[str, Any] = {"lesson": -1}

        def epoch(rng: np.random.Generator) -> Iterator[Batch]:
            number, lesson = next(epochs)
            if number != current["lesson"]:     # each lesson has messages of its own
                current.update(lesson=number, messages=task.morse(rng=rng, **lesson))
            x, targets, _ = current["messages"]
            yield from batches(x, targets, self.preset.batch_size, rng=rng)

        return epoch

    def steps(self, fold: int) -> int:
        size = self.preset.batch_size
        return sum(-(-lesson["count"] // size) for _, lesson in self.lessons)

    def schedule(self, fold: int, model: Model) -> Callable[[int], float]:
        rate, steps = self.preset.learning_rate, self.steps(fold)
        return lambda k: rate * max(0.0, min(1, (k + 1) / self.WARM_UP, 2 * (steps - k) / steps))

    def watch(self, model: Model, cell: str, fold: int) -> float:
        return self._error(model, "validation")

    def test(self, model: Model, cell: str, fold: int) -> dict[str, Any]:
        errors = {
            snr: self._error(model, name)
            for name, (_, snr) in self.TESTED.items() if name != "validation"
        }
        self.by_noise[cell] = {f"{snr:g}": errors[snr] for snr in sorted(errors)}
        return {self.score.name: errors[0], self.BY_NOISE: self.by_noise[cell]}

    def _error(self, model: Model, name: str) -> float:
        messages = self.parts[name]
        return word_error_rate(self._transcribed(model, messages.x), messages.texts)

    @staticmethod
    def _transcribed(model: Model, x: list[np.ndarray]) -> list[str]:
        def predict(batch: Batch) -> list[str]:
            outputs = forward(model, batch, training=False)
            return [task.decode(ids) for ids in ctc_greedy(outputs, batch.lengths)]

        return in_batches(x, predict, 50)

    def describe(self) -> list[str]:
        return [
            f"{sum(lesson['count'] for _, lesson in task.CURRICULUM):,} messages of one to three "
            "words for training, from easy to hard; "
            f"{self.TESTED[self.score.name][0]} at 0 dB for testing, fewer at {len(DECIBELS) - 1} "
            f"other levels of noise from {DECIBELS[0]} to {DECIBELS[-1]} dB",
        ]

    def tables(self) -> list[str]:
        heads = ["signal to noise, dB", *map(str, DECIBELS)]
        rows = [
            [cell_style(cell)[0], *map(self.score.text, errors.values())]
            for cell, errors in self.by_noise.items()
        ]
        return [f"{self.score.name} by noise:", *table(heads, rows, "<" + ">" * len(DECIBELS), 100)]

    def figures(self, models: Mapping[str, Any]) -> dict[str, Any]:
        return {"noise": noise_curves(self.by_noise, self.baseline_name, self.solved)}

    def examples(self, models: Mapping[str, Any]) -> list[str]:
        messages = self.parts[self.score.name]
        answers = {
            cell: [text or "(nothing)" for text in self._transcribed(model, messages.x[:3])]
            for cell, model in models.items()
        }
        return side_by_side(messages.texts[:3], answers)
