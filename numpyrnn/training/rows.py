"""Sequences and their targets: what a user may give, as lists and arrays with a row for each.

Things that only look like a list would be trained on as something else: a table and a dict give
their names, a set has no order, an iterator is empty after one epoch.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import Any

import numpy as np

from numpyrnn.shapes import cure_of_count
from numpyrnn.validation import as_array, brief

Items = Sequence[Any] | np.ndarray


def as_rows(sequences: Any, targets: Any, whose: str = "") -> tuple[Items, Items]:
    """Both as lists or arrays, equally long and not empty; or TypeError, or ValueError."""
    sequences = as_items(f"{whose}sequences", sequences)
    targets = as_items(f"{whose}targets", targets)
    if len(sequences) == 0:
        raise ValueError(f"{whose}sequences: expected at least one sequence, got none")
    if len(targets) != len(sequences):
        raise ValueError(
            f"{whose}targets: expected one for each of the {len(sequences)} sequences, "
            f"got {len(targets)}; "
            f"{cure_of_count(getattr(sequences, 'shape', ()), getattr(targets, 'shape', ()))}"
        )
    return sequences, targets


def as_items(what: str, value: Any) -> Items:
    """Sequences or targets as a list, a tuple or an array, one item for each row; or TypeError."""
    if isinstance(value, np.ndarray) and value.ndim:
        return as_array(what, value)
    if isinstance(value, list | tuple):
        return value
    if hasattr(value, "__array__") and not isinstance(value, np.ndarray | np.generic):
        return _from_array_like(what, value)
    has_rows = isinstance(value, Iterable) or hasattr(value, "__getitem__")
    if not has_rows or isinstance(value, np.ndarray):
        raise TypeError(
            f"{what}: expected a list or an array, got {brief(value)}; give an entry for each row"
        )
    if isinstance(value, str | bytes | bytearray):
        cure = "turn text into ids first"
    elif isinstance(value, Mapping) or hasattr(value, "keys"):
        cure = "its keys are no data; pass list(data.values()), or the entry that you mean"
    elif hasattr(value, "columns") or hasattr(value, "to_numpy"):
        cure = "its columns are no rows; convert it to NumPy first"
    elif isinstance(value, Set):
        cure = "a set has no order; pass a list"
    elif isinstance(value, Iterator) or not hasattr(value, "__len__"):
        cure = "it can be read only once; pass list(...)"
    else:
        return list(value)
    raise TypeError(f"{what}: expected a list or an array, got a {type(value).__name__}; {cure}")


def _from_array_like(what: str, value: Any) -> np.ndarray:
    """An array of a column, a tensor or the like; a table, which gives its names, is refused."""
    kind = type(value).__name__
    try:
        array = as_array(what, np.asarray(value))
    except Exception as error:  # each library has its own
        raise TypeError(
            f"{what}: expected a list or an array, got a {kind} that does not become one "
            f"({error}); convert it to NumPy first"
        ) from error
    if array.ndim == 0:
        raise TypeError(f"{what}: expected one entry for each row, got {brief(value)}; pass a list")
    if array.ndim > 1 and len(array):
        first = np.asarray(next(iter(value)))
        floats = array.dtype.kind == first.dtype.kind == "f"
        if not np.array_equal(first, array[0], equal_nan=floats):
            convert = ".to_numpy()" if hasattr(value, "to_numpy") else "np.asarray(...)"
            raise TypeError(
                f"{what}: expected a list or an array, got a {kind}, a table of shape "
                f"{array.shape}; pick the column that you mean, or convert it with {convert}"
            )
    return array
