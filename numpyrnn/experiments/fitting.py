"""`fit` as a stream: the record of each epoch as soon as it is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from numpyrnn.protocols import Loss, Model, OptimizerLike
from numpyrnn.training import History, evaluate
from numpyrnn.training.data import Data
from numpyrnn.training.display import Display
from numpyrnn.training.epoch import Learner, epochs
from numpyrnn.training.history import Record
from numpyrnn.training.loop import warn_if_mostly_clipped
from numpyrnn.training.steps import epoch_of
from numpyrnn.training.stopping import Watch


def fitting(
    model: Model,
    loss: Loss,
    optimizer: OptimizerLike,
    train: Data,
    validation: Data | None,
    history: History,
    *,
    count: int,
    batch_size: int,
    max_norm: float,
    schedule: Callable[[int], float],
    patience: int | None,
    rng: np.random.Generator,
    progress: bool,
) -> Iterator[Record]:
    """Train as `fit` does for `count` epochs, with the same numbers; fills the history."""
    warned = False
    column = "loss" if validation is None else "validation_loss"
    watch = Watch(history, column, highest=False, patience=patience)
    records = epochs(
        Learner(model, loss, optimizer, max_norm, schedule, rng),
        lambda _: epoch_of("train", train, batch_size, rng, loss),
        history,
        count=count,
        validate=None if validation is None else partial(
            evaluate, model, loss, validation, batch_size=batch_size
        ),
        display=Display(
            count, None if callable(train) else -(-len(train[0]) // batch_size)
        ) if progress else None,
        ended=lambda: len(history) > 0 and watch.ended(),
    )
    try:
        for record in records:
            watch.look(model)
            yield record
            warned = warned or warn_if_mostly_clipped(record, max_norm)
    finally:
        watch.restore(model)
