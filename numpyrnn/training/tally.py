"""The loss and the metric of many batches, as if they had been one.

A loss is a mean, and so are some metrics: each batch is weighed by what it divided by (its
`denominator`), and nothing else is stored. Any other metric is computed once, over everything,
since a mean of F1s is no F1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from numpyrnn.callables import function_name
from numpyrnn.counting import denominator_of
from numpyrnn.protocols import Loss, Metric
from numpyrnn.training.answers import check_metric
from numpyrnn.training.masking import (
    PADDED_TARGET,
    Lengths,
    Targets,
    can_skip_padding,
    option,
    real_steps,
    without_padding,
)
from numpyrnn.validation import NothingCountsError

Outputs = tuple[np.ndarray, Targets, Lengths]


class Tally:
    """The loss, and the metric if there is one, of all batches that were added."""

    def __init__(self, loss: Loss, metric: Metric | None = None) -> None:
        self.loss = _Averaged(loss)
        self.metric: _Averaged | _Collected | None = None
        if metric is not None:
            averaged = denominator_of(metric) is not None
            self.metric = _Averaged(metric) if averaged else _Collected(metric)

    def add(
        self, loss: float, weight: float, outputs: np.ndarray, batch: Any
    ) -> None:
        """A batch: its loss, and what the loss divided by; outputs and batch are for the metric."""
        self.loss.add(loss, weight)
        if self.metric is not None:
            self.metric.add_batch(outputs, batch.targets, batch.lengths)

    def running(self) -> dict[str, float]:
        """The means so far, without a metric that needs all batches; empty before the first."""
        parts = {"loss": self.loss, "metric": self.metric}
        return {
            name: part.value() for name, part in parts.items()
            if isinstance(part, _Averaged) and part.weight
        }

    def values(self) -> dict[str, float]:
        """Loss and metric; raises NothingCountsError where nothing counts for one of them."""
        values = {"loss": self.loss.value()}
        return values if self.metric is None else {**values, "metric": self.metric.value()}


class _Averaged:
    """A mean of means, weighed by their denominators; or with reduction="sum" the sum of sums."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function, self.is_sum = function, option(function, "reduction") == "sum"
        self.total = self.weight = 0.0

    def add(self, value: float, weight: float) -> None:
        self.total += value * (bool(weight) if self.is_sum else weight)
        self.weight += weight

    def add_batch(self, outputs: np.ndarray, targets: Targets, lengths: Lengths) -> None:
        targets, options, weight = without_padding(self.function, outputs, targets, lengths)
        if weight:
            value = check_metric(self.function, self.function(outputs, targets, **options))
            self.add(value, weight)

    def value(self) -> float:
        if not self.weight:
            raise _nothing_counts(self.function)
        return self.total if self.is_sum else self.total / self.weight


class _Collected:
    """A metric of everything at once; until then all outputs and targets are stored."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.batches: list[Outputs] = []

    def add_batch(self, outputs: np.ndarray, targets: Targets, lengths: Lengths) -> None:
        self.batches.append((outputs, targets, lengths))

    def value(self) -> float:
        if not self.batches:
            raise _nothing_counts(self.function)
        outputs, targets, lengths = _as_one_batch(self.batches)
        real = real_steps(outputs, targets, lengths)
        if real is not None and not real.all() and not can_skip_padding(self.function):
            outputs, targets, lengths = outputs[real], targets[real], None
        targets, options, weight = without_padding(self.function, outputs, targets, lengths)
        try:
            if not weight:
                raise NothingCountsError
            return check_metric(self.function, self.function(outputs, targets, **options))
        except NothingCountsError:
            raise _nothing_counts(self.function) from None


def _as_one_batch(batches: list[Outputs]) -> Outputs:
    """All rows together, padded to the longest; lengths are None where no row is padded."""
    all_outputs, all_targets, all_lengths = zip(*batches, strict=True)
    outputs, targets = _together(all_outputs, 0), _together(all_targets, PADDED_TARGET)
    steps = {o.shape[1] for o in all_outputs if o.ndim > 2}
    if all(lengths is None for lengths in all_lengths) and len(steps) < 2:
        return outputs, targets, None
    lengths = [
        np.full(len(o), o.shape[1]) if n is None else n
        for o, n in zip(all_outputs, all_lengths, strict=True)
    ]
    return outputs, targets, np.concatenate(lengths)


def _together(arrays: tuple[np.ndarray, ...], padding: int) -> np.ndarray:
    """The rows of all arrays, filled up behind their second axis where that differs."""
    longest = max(array.shape[1] if array.ndim > 1 else 0 for array in arrays)
    if all(array.ndim == 1 or array.shape[1] == longest for array in arrays):
        return np.concatenate(arrays)
    dtype = np.result_type(*arrays)
    if dtype.kind in "iu":
        dtype = np.dtype(np.int64)
    shape = (sum(map(len, arrays)), longest, *arrays[0].shape[2:])
    filled = np.full(shape, padding if dtype.kind == "i" else 0, dtype)
    start = 0
    for array in arrays:
        filled[start : start + len(array), : array.shape[1]] = array
        start += len(array)
    return filled


def _nothing_counts(function: Callable[..., Any]) -> NothingCountsError:
    name = function_name(function)
    return NothingCountsError(
        f"data: expected at least one batch with targets that count for {name}, got none; "
        "check lengths, masks and ignore_id"
    )
