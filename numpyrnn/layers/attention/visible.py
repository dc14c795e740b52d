"""Which source steps a query may look at."""

from __future__ import annotations

from typing import Any

import numpy as np

from numpyrnn.validation import as_array, check_finite, check_lengths


def visible_steps(batch: int, queries: int, steps: int, lengths: Any, mask: Any) -> np.ndarray:
    """Booleans (B, Tq or 1, Ts): which source steps a query may look at, at least one of them."""
    visible = np.ones((batch, 1, steps), dtype=bool)
    if lengths is not None:
        visible = (np.arange(steps) < check_lengths(lengths, batch, steps)[:, None])[:, None]
    if mask is not None:
        mask = as_array("mask", mask)
        if mask.shape not in ((batch, steps), (batch, queries, steps)):
            raise ValueError(
                f"mask: expected shape {(batch, steps)} or {(batch, queries, steps)}, got "
                f"{mask.shape}; give one entry for each source step, or for each of each query"
            )
        if not ((mask == 0) | (mask == 1)).all():
            raise ValueError("mask: expected booleans or 0s and 1s, got other values; use mask > 0")
        visible = visible & mask.astype(bool).reshape(batch, -1, steps)
    if not visible.any(axis=2).all():
        row, query = (int(i) for i in np.argwhere(~visible.any(axis=2))[0])
        what = "lengths" if mask is None else "mask"
        whose = f"query {query} of row {row}" if visible.shape[1] > 1 else f"row {row}"
        raise ValueError(
            f"{what}: expected at least one source step to look at, got none for {whose}; "
            "leave rows without a source out of the batch"
        )
    return visible


def zeros_where_hidden(what: str, array: np.ndarray, read: np.ndarray) -> np.ndarray:
    """A new array with zeros for what no query may see; the rest must be finite."""
    array = np.where(read, array, np.zeros((), array.dtype))
    check_finite(what, array, "clean the data first, or give lengths if that is padding")
    return array
