"""One epoch of training: a pass over the data, one over the validation data, and its record."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from numpyrnn.callables import function_name
from numpyrnn.progress import bar, say, screen
from numpyrnn.training.batches import Batch
from numpyrnn.training.data import Data
from numpyrnn.training.history import History, Record
from numpyrnn.training.steps import Loss, epoch_of, evaluate, train_step
from numpyrnn.training.tally import Means, Metric, Tally
from numpyrnn.validation import NotFiniteError, check_finite

LONGEST = 24  # letters of a metric's name beside the bar


class Diverged(RuntimeError):
    """Training stopped because an output, the loss, a gradient or a parameter was not finite.

    `history` holds the epochs before.
    """

    history: History


@dataclass
class Epochs:
    """What the epochs of a run share; `train_one` is the next of them."""

    model: Any
    loss: Loss
    optimizer: Any
    train: Data
    validation: Data | None
    count: int
    batch_size: int
    max_norm: float | None
    metric: Metric | None
    schedule: Callable[[int], float] | None
    rng: np.random.Generator
    progress: bool

    def train_one(self, history: History) -> Record:
        """Train for one epoch more than the history has; raises Diverged."""
        epoch = len(history) + 1
        step = history["step"][-1] if len(history) else 0
        record = self._train(epoch, step)
        with _diverging(f"the end of epoch {epoch}"):
            for name, p in self.model.params.items():
                check_finite(f"parameter {name}", p)
            if self.validation is not None:
                values = evaluate(
                    self.model, self.loss, self.validation, metric=self.metric,
                    batch_size=self.batch_size,
                )
                record |= {f"validation_{name}": value for name, value in values.items()}
        return record

    def say(self, record: Record) -> None:
        """The line of an epoch, where progress is shown."""
        if not self.progress:
            return
        names = {"loss": "loss", "metric": self._metric_name()}
        seen = [f"{name} {record[key]:.3g}" for key, name in names.items() if key in record]
        parts = [f"epoch {record['epoch']}: {', '.join(seen)}"]
        watched = [f"validation_{key}" for key in names if f"validation_{key}" in record]
        if watched:
            parts.append("validation " + ", ".join(f"{record[name]:.3g}" for name in watched))
        say(*parts, f"{record['seconds']:.1f} s")

    def _train(self, epoch: int, before: int) -> Record:
        """One pass over the training data, whose first step is number `before`, from 0 on."""
        batches = epoch_of("train", self.train, self.batch_size, self.rng, self.loss)
        means = Tally(self.loss, self.metric)
        if not self.progress or screen() is None:
            return self._steps(batches, means, epoch, before)
        with closing(self._with_bar(batches, means, epoch)) as shown:    # an error clears it too
            return self._steps(shown, means, epoch, before)

    def _steps(self, batches: Iterable[Batch], means: Tally, epoch: int, before: int) -> Record:
        """Train on the batches, and add up in `means` what they gave."""
        steps, began = Means(), time.perf_counter()
        for k, batch in enumerate(batches):
            if self.schedule is not None:
                self.optimizer.learning_rate = self.schedule(before + int(steps.weight))
            with _diverging(f"epoch {epoch}, step {k + 1}"):
                seen = train_step(
                    self.model, self.loss, self.optimizer, batch, max_norm=self.max_norm,
                    rng=self.rng,
                )
            means.add(seen.loss, seen.weight, seen.outputs, batch.targets, batch.lengths)
            if not seen.weight:     # nothing counts in this batch, and no step was taken
                continue
            clipped = {}
            if self.max_norm is not None:
                clipped = {"clipped": float(seen.norm > self.max_norm)}
            steps.add({"gradient_norm": seen.norm, **clipped})
        return {
            "epoch": epoch,
            "step": before + int(steps.weight),
            **means.values(),
            **steps.values(),
            "learning_rate": float(self.optimizer.learning_rate),
            "seconds": time.perf_counter() - began,
        }

    def _with_bar(
        self, batches: Iterable[Batch], means: Tally, epoch: int
    ) -> Generator[Batch, None, None]:
        """The same batches, behind a progress bar with the running loss and metric."""
        total = None if callable(self.train) else -(-len(self.train[0]) // self.batch_size)
        with bar(batches, f"epoch {epoch}/{self.count}", total, unit="batch") as shown:
            for batch in shown:
                yield batch
                names = {"metric": self._metric_name()}
                values = means.running().items()
                shown.set_postfix({names.get(k, k): v for k, v in values}, refresh=False)

    def _metric_name(self) -> str:
        """The name of the metric's function, which must not be taken for the loss's."""
        name = function_name(self.metric)
        return "metric" if name in ("loss", "<lambda>") else name[:LONGEST]


@contextmanager
def _diverging(where: str) -> Iterator[None]:
    """What layers, losses, clipping and optimizers raise about NaN and inf becomes Diverged."""
    try:
        yield
    except NotFiniteError as error:
        raise Diverged(
            f"training stopped at {where}: {str(error).split(';')[0]}; lower the learning rate, "
            "clip with max_norm=, or look for extreme numbers in the input"
        ) from error
