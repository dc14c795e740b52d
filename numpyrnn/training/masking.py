"""Keeping the padding of per-step targets out of losses, metrics and averages.

Where a batch of different lengths has one target for each step, the padded steps must not count. A
loss or metric says by its own arguments how it wants to be told: mask=, ignore_id= or, where the
targets have lengths of their own, input_lengths=.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from numpyrnn.training.batches import Batch

PADDED_TARGET = -1  # no class has this id


def target_padding(loss: Callable[..., Any]) -> int:
    """What per-step targets are padded with: the loss's own ignore_id, if it was given one."""
    parameter = _arguments(loss).get("ignore_id")
    own = None if parameter is None else parameter.default
    return own if isinstance(own, int) else PADDED_TARGET


def has_own_lengths(loss: Callable[..., Any]) -> bool:
    """Whether the loss's targets have lengths of their own, as those of CTC."""
    return "input_lengths" in _arguments(loss)


def without_padding(
    function: Callable[..., Any], outputs: np.ndarray, batch: Batch, padding: int = PADDED_TARGET
) -> Any:
    """function(outputs, targets), told which targets are padding if there are any.

    `padding` is what the targets are padded with. Raises TypeError where the function has no way to
    leave padding out.
    """
    takes = _arguments(function)
    if batch.lengths is not None and "input_lengths" in takes:  # CTC: targets of their own length
        return function(outputs, batch.targets, input_lengths=batch.lengths)
    real = _real(batch)
    if real is None or not _per_step(outputs, batch):
        return function(outputs, batch.targets)
    if "mask" in takes:
        return function(outputs, batch.targets, mask=real)
    if "ignore_id" in takes:
        return function(outputs, batch.targets, ignore_id=padding)
    raise TypeError(
        f"{getattr(function, '__name__', function)}: expected a function with mask= or ignore_id=, "
        "got one without, and padded steps would count; add one of them"
    )


def count_targets(
    loss: Callable[..., Any], outputs: np.ndarray, batch: Batch, padding: int = PADDED_TARGET
) -> int:
    """How much of the batch counts, in rows, steps or numbers: the batch's weight in an average."""
    if "input_lengths" in _arguments(loss):
        return len(batch.x)
    if batch.targets.dtype.kind in "iu":
        return int(np.count_nonzero(batch.targets != padding))
    if _per_step(outputs, batch) and batch.lengths is not None:
        return int(batch.lengths.sum())
    return batch.targets.size


def _arguments(function: Callable[..., Any]) -> Mapping[str, inspect.Parameter]:
    """What the function takes, by name: looked up once, for it is asked at every step."""
    try:
        return _looked_up(function)
    except TypeError:  # an object that cannot be hashed
        return inspect.signature(function).parameters


@lru_cache(maxsize=8)
def _looked_up(function: Callable[..., Any]) -> Mapping[str, inspect.Parameter]:
    return inspect.signature(function).parameters


def _per_step(outputs: np.ndarray, batch: Batch) -> bool:
    return outputs.ndim == 3 and outputs.shape[:2] == batch.targets.shape[:2]


def _real(batch: Batch) -> np.ndarray | None:
    """True for steps, False for padding (B, T); None for a batch without padding."""
    if batch.lengths is None or (batch.lengths == batch.x.shape[1]).all():
        return None
    return np.arange(batch.x.shape[1]) < batch.lengths[:, None]
