"""Sequences of different length, cut into padded batches.

A batch is as long as its longest sequence, so short sequences beside long ones waste work.
Bucketing cuts the shuffled data into large pools, sorts each pool by length, cuts it into batches
and shuffles the batches' order: little padding, and still a new random order in every epoch.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from numpyrnn.tasks.padding import as_numbers, fill
from numpyrnn.training.rows import as_rows
from numpyrnn.validation import RandomSource, check_flag, check_rng, check_size

Rows = list[np.ndarray] | np.ndarray

POOL = 50  # batches in a pool: large enough that a batch's lengths nearly agree


class Batch(NamedTuple):
    """Rows that are trained together: x (B, T) or (B, T, D), targets (B, ...), lengths (B,).

    `lengths` is None where no row is padded because the data came as one array.
    """

    x: np.ndarray
    targets: np.ndarray
    lengths: np.ndarray | None = None


def batches(
    sequences: Sequence[Any] | np.ndarray,
    targets: Sequence[Any] | np.ndarray,
    batch_size: int,
    *,
    rng: RandomSource = None,
    bucket: bool = True,
    padding_id: int = 0,
    target_padding: int = -1,
    aligned: bool = True,
) -> Iterator[Batch]:
    """One epoch: every sequence exactly once, in padded batches (one of them may be smaller).

    `sequences` is a list of id arrays (T_i,) or float arrays (T_i, D), padded at their ends with
    `padding_id` or 0; or one array (N, T, ...), whose rows need no padding. `targets` holds one
    entry for each sequence: a label, a vector, or a value for each step (T_i, ...), whole numbers
    padded with `target_padding` and floats with 0. aligned=False allows targets of a length of
    their own, as `ctc_loss` has them: rows of labels, some of them empty. `rng` shuffles (the same
    seed, the same order) and `bucket` then puts sequences of similar length together; rng=None
    leaves the order as it is.

    Columns of a table and tensors are converted. Raises ValueError and TypeError, at the call, for
    data that do not fit together, and for tables, dicts, sets and iterators.
    """
    batch_size = check_size("batch_size", batch_size)
    padding_id = check_size("padding_id", padding_id, minimum=0)
    rng = None if rng is None else check_rng(rng)
    sequences, targets = as_rows(sequences, targets)
    rows, answers = _rows("sequences", sequences), _rows("targets", targets)
    lengths = np.array([len(row) for row in rows]) if isinstance(rows, list) else None
    ragged = isinstance(answers, list) and len({answer.shape for answer in answers}) > 1
    if check_flag("aligned", aligned) and ragged:
        _check_one_per_step(rows, answers)

    def epoch() -> Iterator[Batch]:
        for chosen in _order(len(rows), lengths, batch_size, rng, bucket):
            yield Batch(
                _stack(rows, chosen, padding_id),
                _stack(answers, chosen, target_padding),
                None if lengths is None else lengths[chosen],
            )

    return epoch()


def _order(
    count: int,
    lengths: np.ndarray | None,
    batch_size: int,
    rng: np.random.Generator | None,
    bucket: bool,
) -> list[np.ndarray]:
    """The row numbers of each batch."""
    order = np.arange(count)
    if rng is None:
        return _cut(order, batch_size)
    rng.shuffle(order)
    if not bucket or lengths is None:
        return _cut(order, batch_size)
    pools = _cut(order, POOL * batch_size)
    pools = [pool[np.argsort(lengths[pool], kind="stable")] for pool in pools]
    chosen = [rows for pool in pools for rows in _cut(pool, batch_size)]
    return [chosen[i] for i in rng.permutation(len(chosen))]


def _cut(order: np.ndarray, size: int) -> list[np.ndarray]:
    return [order[start : start + size] for start in range(0, len(order), size)]


def _stack(rows: Rows, chosen: np.ndarray, padding: float) -> np.ndarray:
    """The chosen rows as one new array, padded on their time axis where they differ in length."""
    if isinstance(rows, np.ndarray):
        return rows[chosen]
    picked = [rows[i] for i in chosen]
    if picked[0].ndim == 0:
        return np.stack(picked)
    steps = max(1, *(len(row) for row in picked))  # a batch of empty sequences still has one step
    return fill(picked, steps, padding if picked[0].dtype.kind == "i" else 0)


def _rows(what: str, items: Sequence[Any] | np.ndarray) -> Rows:
    """One array as it is; of a list, each item as an array: all int64 or all of one float type."""
    if isinstance(items, np.ndarray) and items.dtype.kind != "O":
        if items.dtype.kind not in "biufc":
            raise TypeError(
                f"{what}: expected an array of numbers, got dtype {items.dtype}; turn text into "
                "ids first, and all else into numbers"
            )
        return items
    rows = as_numbers(what, items, scalars=what == "targets")
    if what == "targets" and not any(row.size for row in rows):     # labels, and none of them
        rows = [row.astype(np.int64) for row in rows]
    return rows


def _check_one_per_step(rows: Rows, answers: Rows) -> None:
    """Targets of different length must have one entry for each step of their sequence."""
    for i, (row, answer) in enumerate(zip(rows, answers, strict=True)):
        if len(answer) != len(row):
            raise ValueError(
                f"targets[{i}]: expected one target for each of the {len(row)} steps of "
                f"sequences[{i}], got {len(answer)}"
            )
