"""Keeping the padding of per-step targets out of losses, metrics and averages.

Where a batch of different lengths has one target for each step, the padded steps must not count. A
loss or metric shows by its own arguments how it leaves padding out: mask=, ignore_id= or, where the
targets have lengths of their own, input_lengths=. What it leaves out by itself (the ignore_id= or
mask= of a partial) stays left out: padding is added to it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import lru_cache
from numbers import Integral
from typing import Any

import numpy as np

from numpyrnn.counting import denominator_of

PADDED_TARGET = -1  # no class has this id

Function = Callable[..., Any]
Lengths = np.ndarray | None
Targets = Any  # an array, or for CTC a list of rows
Options = dict[str, Any]


def has_own_lengths(loss: Function) -> bool:
    """Whether the loss's targets have lengths of their own, as those of CTC."""
    return "input_lengths" in _arguments(loss)


def without_padding(
    function: Function, outputs: np.ndarray, targets: Targets, lengths: Lengths
) -> tuple[Targets, Options, float]:
    """Targets and options with which function(outputs, targets, **options) leaves padding out, and
    what its mean then divides by: 0 where nothing counts.

    A function without a `denominator` is taken for a mean over the rows, or the steps where there
    is a target for each, that are neither padding nor left out by its own ignore_id= or mask=.
    Raises TypeError where the function has no way to leave padding out and there is some.
    """
    targets, options = _marked_padding(function, outputs, targets, lengths)
    denominator = denominator_of(function)
    if denominator is not None:
        return targets, options, float(denominator(outputs, targets, **options))
    real = real_steps(outputs, targets, lengths)
    counts = np.ones(len(outputs), dtype=bool) if real is None else real
    ignored, mask = options.get("ignore_id", own_ignore_id(function)), option(function, "mask")
    if ignored is not None and getattr(targets, "shape", ()) == counts.shape:
        counts = counts & (targets != ignored)
    if mask is not None and np.shape(mask) == counts.shape:
        counts = counts & (np.asarray(mask) > 0)
    return targets, options, float(np.count_nonzero(counts))


def _marked_padding(
    function: Function, outputs: np.ndarray, targets: Targets, lengths: Lengths
) -> tuple[Targets, Options]:
    takes = _arguments(function)
    if has_own_lengths(function):
        return targets, {} if lengths is None else {"input_lengths": lengths}
    real = real_steps(outputs, targets, lengths)
    if real is None or real.all():
        return targets, {}
    own = own_ignore_id(function)
    if own is not None:
        return _marked(targets, real, own), {}
    if "mask" in takes:
        return targets, {"mask": _both(real, takes["mask"].default)}
    if "ignore_id" in takes:
        unused = _unused_id(targets)    # a target of -1 that is no padding stays an error
        return _marked(targets, real, unused), {"ignore_id": unused}
    raise TypeError(
        f"{getattr(function, '__name__', function)}: expected a function with mask= or ignore_id=, "
        "got one without, and padded steps would count; add one of them"
    )


def can_skip_padding(function: Function) -> bool:
    """Whether the function has a way to leave padding out."""
    ways = {"mask", "ignore_id", "input_lengths"}
    return own_ignore_id(function) is not None or not ways.isdisjoint(_arguments(function))


def real_steps(outputs: np.ndarray, targets: Targets, lengths: Lengths) -> np.ndarray | None:
    """True for steps, False for padding (B, T); None where targets are not one for each step."""
    if outputs.ndim < 3 or outputs.shape[:2] != getattr(targets, "shape", ())[:2]:
        return None
    if lengths is None:
        return np.ones(targets.shape[:2], dtype=bool)
    return np.arange(targets.shape[1]) < lengths[:, None]


def own_ignore_id(function: Function) -> Any:
    """What the function ignores by itself: a default, a partial's or a callable object's; or None.
    """
    own = option(function, "ignore_id")
    return getattr(function, "ignore_id", None) if own is None else own


def option(function: Function, name: str) -> Any:
    """The value that an option has unless it is given; None without such an option."""
    parameter = _arguments(function).get(name)
    return None if parameter is None or parameter.default is parameter.empty else parameter.default


def _marked(targets: np.ndarray, real: np.ndarray, ignored: Any) -> np.ndarray:
    """The targets with what is ignored in the place of padding."""
    if targets.dtype.kind in "iu" and isinstance(ignored, Integral):
        targets = targets.astype(np.int64, copy=False)      # an unsigned target is never below 0
    real = real.reshape(real.shape + (1,) * (targets.ndim - 2))
    return np.where(real, targets, ignored)


def _unused_id(targets: np.ndarray) -> int:
    lowest = targets.min() if targets.dtype.kind == "i" else 0
    return min(PADDED_TARGET, int(lowest) - 1)


def _both(real: np.ndarray, mask: Any) -> np.ndarray:
    """True where both are; a mask of another shape is left to the function, which says so."""
    if mask is None or mask is inspect.Parameter.empty:
        return real
    own = np.asarray(mask)
    if own.shape[:2] != real.shape:
        return own
    return own * real.reshape(real.shape + (1,) * (own.ndim - 2))


def _arguments(function: Function) -> Mapping[str, inspect.Parameter]:
    """What the function takes, by name: looked up once, for it is asked at every step."""
    try:
        return _looked_up(function)
    except TypeError:  # an object that cannot be hashed
        return _looked_up.__wrapped__(function)


@lru_cache(maxsize=8)
def _looked_up(function: Function) -> Mapping[str, inspect.Parameter]:
    try:
        return inspect.signature(function).parameters
    except ValueError:  # written in C, and silent about its arguments
        return {}
