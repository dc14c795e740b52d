"""Sequences of different length in one array, and back.

    x, lengths = pad_sequences([[5, 7, 2], [4]])        # [[5, 7, 2], [4, 0, 0]], [3, 1]
    h, state = lstm.forward(embedding.forward(x), lengths=lengths)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from typing import Any

import numpy as np

from numpyrnn.validation import (
    as_array,
    brief,
    check_choice,
    check_lengths,
    check_number,
    check_size,
)

SIDES = ("after", "before")


def pad_sequences(
    sequences: Iterable[Any],
    length: int | None = None,
    *,
    side: str = "after",
    value: float = 0,
    truncate: str | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """One array (N, T) or (N, T, D) with a sequence in each row, and their lengths (N,).

    sequences   N rows of numbers or ids (T_i,) or of vectors (T_i, D); a row may be empty
    length      T; None: the longest row (at least 1, since no layer reads nothing)
    side        where the padding stands: "after" a row's own steps, or "before" them
    value       what the padding is, 0 for the padding id of a `Vocabulary`
    truncate    None: a row longer than `length` is an error. "after" drops its last steps and
                "before" its first ones; the lengths are those after the cut

    Whole numbers become int64; floats keep their type, or the widest of several. The array is new.

    >>> x, lengths = pad_sequences([[5, 7, 2], [4]])
    >>> x
    array([[5, 7, 2],
           [4, 0, 0]])
    >>> lengths
    array([3, 1])
    >>> pad_sequences([[5, 7, 2], [4]], 2, side="before", truncate="before")[0]
    array([[7, 2],
           [0, 4]])

    Layers that take `lengths=` expect the padding after; with side="before" give them
    `mask=padding_mask(lengths, x.shape[1], side="before")` instead.

    Raises ValueError, naming the row, where one is too long or has another shape than the first,
    and for no sequences; TypeError for what holds no numbers, and for a value that a row of whole
    numbers cannot hold.
    """
    check_choice("side", side, SIDES)
    if truncate is not None:
        check_choice("truncate", truncate, SIDES)
    if isinstance(sequences, str | bytes | Mapping | Set) or not isinstance(sequences, Iterable):
        raise TypeError(
            f"sequences: expected a list of sequences, got {brief(sequences)}; "
            "give one list of ids or one array of vectors for each"
        )
    rows = as_numbers("sequences", sequences)
    if not rows:
        raise ValueError("sequences: expected at least one sequence, got none")
    longest = max(len(row) for row in rows)
    steps = max(1, longest) if length is None else check_size("length", length)
    if longest > steps:
        if truncate is None:
            i = next(i for i, row in enumerate(rows) if len(row) > steps)
            raise ValueError(
                f"sequences[{i}]: expected at most {steps} steps, got {len(rows[i])}; raise length "
                f'to {longest}, or cut with truncate="after" (drops the end) or "before"'
            )
        rows = [row[:steps] if truncate == "after" else row[-steps:] for row in rows]
    padded = fill(rows, steps, _fitting(value, rows[0].dtype), side)
    return padded, np.array([len(row) for row in rows])


def unpad_sequences(array: Any, lengths: Any, *, side: str = "after") -> list[np.ndarray]:
    """The N sequences (T_i,) or (T_i, D) of a padded array (N, T) or (N, T, D), as new arrays.

    What `pad_sequences` did, undone; or what a layer gave for each sequence's own steps.

    >>> unpad_sequences([[5, 7, 2], [4, 0, 0]], [3, 1])
    [array([5, 7, 2]), array([4])]

    Raises ValueError for lengths that do not fit the array.
    """
    check_choice("side", side, SIDES)
    array = as_array("array", array)
    if array.ndim < 2:
        raise ValueError(f"array: expected shape (N, T) or (N, T, D), got {array.shape}")
    steps = array.shape[1]
    lengths = _lengths(lengths, len(array), steps)
    return [row[_own(n, steps, side)].copy() for row, n in zip(array, lengths, strict=True)]


def padding_mask(lengths: Any, steps: int, *, side: str = "after") -> np.ndarray:
    """(N, T) bool: True where a row has a step of its own, False where it is padded.

    >>> padding_mask([3, 1], 3, side="before")
    array([[ True,  True,  True],
           [False, False,  True]])

    Raises ValueError for a length above `steps`.
    """
    check_choice("side", side, SIDES)
    steps = check_size("steps", steps)
    lengths = _lengths(lengths, None, steps)[:, None]
    places = np.arange(steps)
    return places < lengths if side == "after" else places >= steps - lengths


def _own(length: int, steps: int, side: str) -> slice:
    """The places of a row's own steps."""
    return slice(0, length) if side == "after" else slice(steps - length, steps)


def _lengths(lengths: Any, count: int | None, steps: int) -> np.ndarray:
    array = as_array("lengths", lengths)
    if not array.size and not count:
        return np.zeros(0, dtype=np.int64)
    return check_lengths(array, array.size if count is None else count, steps)


def fill(rows: list[np.ndarray], steps: int, value: Any, side: str = "after") -> np.ndarray:
    """A new array (N, steps, ...) of rows that `as_numbers` made, with padding beside them."""
    filled = np.full((len(rows), steps, *rows[0].shape[1:]), value, rows[0].dtype)
    for row, place in zip(rows, filled, strict=True):
        place[_own(len(row), steps, side)] = row
    return filled


def as_numbers(what: str, items: Iterable[Any], *, scalars: bool = False) -> list[np.ndarray]:
    """Each item as an array, all int64 or all of one float type, alike but for their steps.

    With `scalars` an item may be a single number. The error of an item names it: what[i].
    """
    rows = [as_array(f"{what}[{i}]", item) for i, item in enumerate(items)]
    if not rows:
        return []
    full = [row for row in rows if row.size] or rows    # NumPy takes [] for floats, whatever it is
    for i, row in enumerate(rows):
        first, name = full[0], f"{what}[{i}]"
        if row.dtype.kind not in "biuf":
            got = brief(row[()]) if row.dtype.kind == "O" else f"dtype {row.dtype}"
            raise TypeError(
                f"{name}: expected an array of numbers, got {got}; turn text into ids first, and "
                "all else into numbers"
            )
        if row.ndim == 0 and not scalars:
            raise ValueError(
                f"{name}: expected a sequence (T,) or (T, D), got {brief(row[()])}; "
                "give a list of sequences"
            )
        there = row.ndim == 0 or len(row) > 0
        alike = (row.ndim, row.shape[1:]) == (first.ndim, first.shape[1:])
        if there and not (alike and row.size):
            raise ValueError(
                f"{name}: expected a shape like the others', {first.shape} but for the number of "
                f"steps, got {row.shape}"
            )
        if row.dtype.kind == "u" and row.size and row.max() > np.iinfo(np.int64).max:
            raise ValueError(f"{name}: expected whole numbers below 2**63, got {row.max()}")
    floats = any(row.dtype.kind == "f" for row in full)
    # Only among floats: NumPy's common type of uint64 and int64 is a float.
    dtype = np.result_type(*{row.dtype for row in full}) if floats else np.dtype(np.int64)
    empty = np.empty((0, *full[0].shape[1:]), dtype)
    return [row.astype(dtype, copy=False) if row.size else empty for row in rows]


def _fitting(value: Any, dtype: np.dtype) -> Any:
    """The padding, if the type of the rows can hold it."""
    number = check_number("value", value)
    if dtype.kind == "i":
        if number != int(number) or abs(number) >= 2**63:
            raise TypeError(
                f"value: expected a whole number, as the rows have them, got {value}; give the "
                "rows as floats"
            )
        return int(value)
    with np.errstate(over="ignore"):
        check_number(f"value as {dtype}", float(dtype.type(number)))
    return number
