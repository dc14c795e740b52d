"""Which steps and which units of a trace a page shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from numpyrnn.seeing.tracing.record import Record
from numpyrnn.validation import brief

Choice = int | Sequence[int] | None     # the first n, a list, or a tuple (first, last)


def shown_steps(trace: Record, steps: Choice) -> list[int] | None:
    """The time steps chosen, ascending, or None for all of them."""
    return _chosen("steps", steps, trace.sizes["T"], "time steps")


def shown_units(trace: Record, units: Choice) -> list[int] | None:
    """The hidden units chosen, ascending, or None for all of them."""
    if units is not None and "H" not in trace.sizes:
        raise ValueError(
            f"units: expected a trace of a layer with hidden units, got {trace.title}; "
            "leave units= out"
        )
    return _chosen("units", units, trace.sizes.get("H", 0), "hidden units")


def _chosen(what: str, choice: Any, count: int, words: str) -> list[int] | None:
    if choice is None:
        return None
    indices: list[int] = []
    if _whole(choice) and choice <= count:
        indices = list(range(choice))
    elif isinstance(choice, tuple) and len(choice) == 2 and all(map(_whole, choice)):
        indices = list(range(choice[0], choice[1] + 1))
    elif isinstance(choice, list | range | np.ndarray) and all(map(_whole, choice)):
        indices = sorted({int(i) for i in choice})
    if not indices or indices[0] < 0 or indices[-1] >= count:
        raise ValueError(
            f"{what}: expected a number of {words} up to {count}, a list of them or a tuple "
            f"(first, last), each from 0 to {count - 1}, got {brief(choice)}; "
            f"write {what}={min(count, 5)} for the first {min(count, 5)}"
        )
    return None if len(indices) == count else indices


def _whole(value: Any) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)
