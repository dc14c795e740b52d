"""One training step: forward, loss, backward, clip, step. And its counterpart without learning."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from numpyrnn.optim import clip_by_global_norm
from numpyrnn.protocols import Arrays, Loss, Metric, Model, OptimizerLike
from numpyrnn.training.answers import check_loss
from numpyrnn.training.batches import Batch, batches
from numpyrnn.training.data import Data, as_data, batches_of
from numpyrnn.training.masking import has_own_lengths, without_padding
from numpyrnn.training.tally import Tally
from numpyrnn.validation import NotFiniteError, NothingCountsError

UNLIMITED = sys.float_info.max  # clipping to this only measures the norm


class Step(NamedTuple):
    """A training step: its loss, the gradients' norm before clipping, the outputs and the weight.

    The weight is what the loss divided by; it weighs this loss in a mean over many steps. It is 0
    where nothing in the batch counts: nothing was learned then, and loss and norm are 0.
    """

    loss: float
    norm: float
    outputs: np.ndarray
    weight: float = 1.0


class LossValue(NamedTuple):
    """A loss, its gradient by the outputs, and its weight; all 0 where nothing counts."""

    loss: float
    gradient: np.ndarray
    weight: float


def train_step(
    model: Model,
    loss: Loss,
    optimizer: OptimizerLike,
    batch: Batch,
    *,
    max_norm: float | None = None,
    rng: np.random.Generator | None = None,
) -> Step:
    """Learn from one batch; one in which nothing counts leaves model and optimizer as they are.

    Raises ValueError, with the parameters unchanged, where an output, the loss or a gradient (the
    first one is named) is not finite.
    """
    if not isinstance(batch, Batch):
        raise TypeError(
            f"batch: expected Batch(x, targets), got a {type(batch).__name__}; wrap it: "
            "Batch(x, targets, lengths)"
        )
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):  # checks find what matters
        outputs = forward(model, batch, training=True, rng=rng)
        value, gradient, weight = loss_of(loss, outputs, batch)
        if not weight:
            return Step(0.0, 0.0, outputs, 0.0)
        model.backward(gradient)
        norm = clip_and_step(model, optimizer, model.grads, max_norm)
    return Step(value, norm, outputs, weight)


def clip_and_step(
    model: Model, optimizer: OptimizerLike, grads: Arrays, max_norm: float | None
) -> float:
    """Change the parameters against their gradients; the gradients' norm before clipping."""
    norm = clip_by_global_norm(grads, UNLIMITED if max_norm is None else max_norm)
    optimizer.step(model.params, grads)
    return norm


def forward(
    model: Model, batch: Batch, *, training: bool, rng: np.random.Generator | None = None
) -> np.ndarray:
    """The outputs of a plain or a recurrent model; a recurrent one's final state is left aside."""
    takes_lengths = model.takes_lengths and batch.lengths is not None
    lengths = {"lengths": batch.lengths} if takes_lengths else {}
    result = model.forward(batch.x, training=training, rng=rng, **lengths)
    return result[0] if model.recurrent else result


def loss_of(loss: Loss, outputs: np.ndarray, batch: Batch) -> LossValue:
    """The loss without padding, checked to be finite."""
    targets, options, weight = without_padding(loss, outputs, batch.targets, batch.lengths)
    try:
        if not weight:
            raise NothingCountsError
        value, gradient = check_loss(loss(outputs, targets, **options), outputs)
    except NothingCountsError:  # raised by a loss of one's own, too, that calls one of ours
        return LossValue(0.0, np.zeros_like(outputs), 0.0)
    if not math.isfinite(value):
        raise NotFiniteError(
            f"loss: expected finite numbers, got {value}; look for extreme outputs or targets"
        )
    return LossValue(float(value), gradient, weight)


def evaluate(
    model: Model, loss: Loss, data: Data, *, metric: Metric | None = None, batch_size: int = 32
) -> dict[str, float]:
    """{"loss": ..., "metric": ...}: of all of `data`, as if it were one batch, whatever batch_size.

    Losses, accuracy, mean_squared_error and mean_absolute_error are averaged batch by batch, each
    batch weighed by its denominator, and nothing is stored. Any other metric is computed once,
    over all outputs and targets, which are stored until then: N T V numbers for N sequences of T
    steps and V outputs. With reduction="sum" the loss is the sum over all of `data`.

    `data`, `loss` and `metric` are as in `fit`. There is no dropout, and no backward pass.
    Raises ValueError where an output or the loss is not finite, or nothing counts in all of `data`,
    and TypeError for data that have no rows in order, and for what a loss or metric must not
    return.
    """
    tally = Tally(loss, metric)
    anew = np.random.default_rng(0)  # a mean has no order, and buckets save padding
    for batch in epoch_of("data", data, batch_size, anew, loss):
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            outputs = forward(model, batch, training=False)
            value, _, weight = loss_of(loss, outputs, batch)
        tally.add(value, weight, outputs, batch)
    return tally.values()


def epoch_of(
    what: str, data: Data, batch_size: int, rng: np.random.Generator, loss: Loss
) -> Iterable[Batch]:
    """The batches of one epoch."""
    data = as_data(what, data)
    if callable(data):
        return batches_of(what, data, rng)
    return batches(*data, batch_size, rng=rng, aligned=not has_own_lengths(loss))
