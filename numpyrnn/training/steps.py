"""One training step: forward, loss, backward, clip, step. And its counterpart without learning."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np

from numpyrnn.optim import clip_by_global_norm
from numpyrnn.training.batches import Batch, batches
from numpyrnn.training.masking import count_targets, target_padding, without_padding
from numpyrnn.validation import NotFiniteError

Loss = Callable[..., tuple[Any, np.ndarray]]
Metric = Callable[..., float]
Data = tuple[Any, Any] | Callable[[np.random.Generator], Iterable[Batch]]

UNLIMITED = sys.float_info.max  # clipping to this only measures the norm


class Step(NamedTuple):
    """What a step saw: the loss, the gradients' norm before clipping, the outputs."""

    loss: float
    norm: float
    outputs: np.ndarray


def train_step(
    model: Any,
    loss: Loss,
    optimizer: Any,
    batch: Batch,
    *,
    max_norm: float | None = None,
    rng: np.random.Generator | None = None,
) -> Step:
    """Learn from one batch.

    Raises ValueError, with the parameters unchanged, where an output, the loss or a gradient (the
    first one is named) is not finite.
    """
    limit = UNLIMITED if max_norm is None else max_norm
    with np.errstate(over="ignore", invalid="ignore"):  # what overflows does not pass the checks
        outputs = forward(model, batch, training=True, rng=rng)
        value, gradient = loss_of(loss, outputs, batch)
        model.backward(gradient)
        grads = model.grads
        norm = clip_by_global_norm(grads, limit)
        optimizer.step(model.params, grads)
    return Step(value, norm, outputs)


def forward(
    model: Any, batch: Batch, *, training: bool, rng: np.random.Generator | None = None
) -> np.ndarray:
    """The outputs of a plain or a recurrent model; a recurrent one's final state is left aside."""
    takes_lengths = model.takes_lengths and batch.lengths is not None
    lengths = {"lengths": batch.lengths} if takes_lengths else {}
    result = model.forward(batch.x, training=training, rng=rng, **lengths)
    return result[0] if model.recurrent else result


def loss_of(loss: Loss, outputs: np.ndarray, batch: Batch) -> tuple[float, np.ndarray]:
    """The loss without padding, checked to be finite, and its gradient."""
    value, gradient = without_padding(loss, outputs, batch, target_padding(loss))
    if not math.isfinite(value):
        raise NotFiniteError(
            f"loss: expected finite numbers, got {value}; look for extreme outputs or targets"
        )
    return float(value), gradient


def evaluate(
    model: Any, loss: Loss, data: Data, *, metric: Metric | None = None, batch_size: int = 32
) -> dict[str, float]:
    """{"loss": ..., "metric": ...}: means over all targets in `data`, whatever the batch size.

    `data`, `loss` and `metric` are as in `fit`. Nothing is dropped out, nothing kept for backward.
    Raises ValueError where an output or the loss is not finite.
    """
    means = Means()
    anew = np.random.default_rng(0)  # a mean has no order, and buckets save padding
    for batch in epoch_of("data", data, batch_size, anew, loss):
        with np.errstate(over="ignore", invalid="ignore"):
            outputs = forward(model, batch, training=False)
            value, _ = loss_of(loss, outputs, batch)
        means.add_batch(value, loss, metric, outputs, batch)
    return means.values()


def epoch_of(
    what: str, data: Data, batch_size: int, rng: np.random.Generator, loss: Loss
) -> Iterable[Batch]:
    """The batches of one epoch."""
    if callable(data):
        return data(rng)
    if not isinstance(data, tuple | list) or len(data) != 2:
        raise TypeError(
            f"{what}: expected (sequences, targets) or a function that gives batches, "
            f"got {type(data).__name__}"
        )
    return batches(*data, batch_size, rng=rng, target_padding=target_padding(loss))


class Means:
    """Weighted means of several numbers at once."""

    def __init__(self) -> None:
        self.sums: dict[str, float] = {}
        self.weight = 0.0

    def add(self, values: dict[str, float], weight: float = 1.0) -> None:
        for name, value in values.items():
            self.sums[name] = self.sums.get(name, 0.0) + weight * value
        self.weight += weight

    def add_batch(
        self, value: float, loss: Loss, metric: Metric | None, outputs: np.ndarray, batch: Batch
    ) -> None:
        """The loss and the metric of a batch, weighed by how many targets count in it."""
        padding, values = target_padding(loss), {"loss": value}
        if metric is not None:
            values["metric"] = float(without_padding(metric, outputs, batch, padding))
        self.add(values, count_targets(loss, outputs, batch, padding))

    def values(self) -> dict[str, float]:
        """The means; raises ValueError where nothing was added."""
        if not self.weight:
            raise ValueError("data: expected at least one batch with targets that count, got none")
        return {name: total / self.weight for name, total in self.sums.items()}
