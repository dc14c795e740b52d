"""Training as a stream: a step for each batch, and a record for each epoch.

`Learner.steps` sets the learning rate, takes a step, and turns what is not finite into Diverged;
`epochs` makes epochs of these steps. `fit` and the experiments run on them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import numpy as np

from numpyrnn.progress import screen
from numpyrnn.protocols import Loss, Metric, Model, OptimizerLike
from numpyrnn.training.display import Display
from numpyrnn.training.history import History, Record
from numpyrnn.training.steps import Step, train_step
from numpyrnn.training.tally import Tally
from numpyrnn.validation import NotFiniteError, check_finite


class Diverged(RuntimeError):
    """Training stopped because an output, the loss, a gradient or a parameter was not finite.

    `reason` says which of them; `history` holds the epochs before.
    """

    history: History

    def __init__(self, message: str, reason: str = ""):
        super().__init__(message)
        self.reason = reason


@dataclass
class Learner:
    """A model and how it learns from one batch: loss, optimizer, clipping and learning rate.

    `schedule` is the learning rate as a function of the number of steps taken before.
    """

    model: Model
    loss: Loss
    optimizer: OptimizerLike
    max_norm: float | None = None
    schedule: Callable[[int], float] | None = None
    rng: np.random.Generator | None = None

    def learn(self, batch: Any) -> Step:
        """Take one step."""
        return train_step(
            self.model, self.loss, self.optimizer, batch, max_norm=self.max_norm, rng=self.rng
        )

    def steps(
        self, batches: Iterable[Any], before: int = 0, where: str = ""
    ) -> Iterator[tuple[Any, Step]]:
        """Take a step on each batch, and yield both; `before` steps were taken earlier.

        A batch of weight 0 counts as no step. Raises Diverged, with the number of the batch.
        """
        number, taken = 1, before
        try:
            for batch in batches:
                if self.schedule is not None:
                    self.optimizer.learning_rate = self.schedule(taken)
                step = self.learn(batch)
                yield batch, step
                number, taken = number + 1, taken + bool(step.weight)
        except NotFiniteError as error:
            raise _diverged(f"{where}step {number}", error) from error


def epochs(
    learner: Learner,
    batches: Callable[[int], Iterable[Any]],
    history: History,
    *,
    count: int,
    metric: Metric | None = None,
    validate: Callable[[], Mapping[str, float]] | None = None,
    display: Display | None = None,
    ended: Callable[[], bool] = lambda: False,
) -> Iterator[Record]:
    """Train until the history has `count` epochs or `ended()`; yield the record of each new epoch.

    batches     the batches of an epoch, by its number, from 1 on
    history     of the epochs before, if any; each record is in it when it is yielded
    metric      of all batches of an epoch, as `fit` has it
    validate    loss and metric after an epoch; the record has them as validation_loss, ...
    display     shows a progress bar

    Records are those of `History`. Raises Diverged where a number is not finite in a step, in a
    parameter at the end of an epoch, or in validation.
    """
    while len(history) < count and not ended():
        epoch = len(history) + 1
        record = _train(learner, batches(epoch), history, metric, display)
        try:
            for name, p in learner.model.params.items():
                check_finite(f"parameter {name}", p)
            if validate is not None:
                record |= {f"validation_{name}": value for name, value in validate().items()}
        except NotFiniteError as error:
            raise _diverged(f"the end of epoch {epoch}", error) from error
        history.records.append(record)
        yield record


def _train(
    learner: Learner, batches: Iterable[Any], history: History, metric: Metric | None,
    display: Display | None,
) -> Record:
    """The record of one pass over the batches."""
    epoch, before = len(history) + 1, history["step"][-1] if len(history) else 0
    tally, began = Tally(learner.loss, metric), time.perf_counter()
    taken, clipped, norms = 0, 0, 0.0
    with closing(_displayed(batches, epoch, tally, display)) as items:  # an error clears the bar
        for batch, step in learner.steps(items, before, f"epoch {epoch}, "):
            tally.add(step.loss, step.weight, step.outputs, batch)
            if step.weight:         # else nothing counts in this batch, and no step was taken
                taken, norms = taken + 1, norms + step.norm
                clipped += learner.max_norm is not None and step.norm > learner.max_norm
    return {
        "epoch": epoch,
        "step": before + taken,
        **tally.values(),           # raises NothingCountsError where no step was taken
        "gradient_norm": norms / taken,
        **({} if learner.max_norm is None else {"clipped": clipped / taken}),
        "learning_rate": float(learner.optimizer.learning_rate),
        "seconds": time.perf_counter() - began,
    }


def _displayed(
    batches: Iterable[Any], epoch: int, tally: Tally, display: Display | None
) -> Generator[Any, None, None]:
    """The batches, behind a progress bar where somebody watches."""
    if display is None or screen() is None:
        yield from batches
    else:
        yield from display.bar(batches, epoch, tally.running)


def _diverged(where: str, error: NotFiniteError) -> Diverged:
    """What layers, losses, clipping and optimizers raise about NaN and inf, with its place."""
    reason = str(error).split(";")[0]
    return Diverged(
        f"training stopped at {where}: {reason}; lower the learning rate, clip with max_norm=, or "
        "look for extreme numbers in the input",
        reason,
    )
