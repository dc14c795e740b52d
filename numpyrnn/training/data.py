"""What a user gives to `fit` and `evaluate`: a pair, a function that gives batches, or a share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from numbers import Real
from typing import Any

import numpy as np

from numpyrnn.callables import check_arguments
from numpyrnn.training.batches import Batch
from numpyrnn.training.rows import Items, as_rows
from numpyrnn.validation import as_array, brief

Data = tuple[Any, Any] | Callable[[np.random.Generator], Iterable[Batch]]


def as_pair(what: str, data: Any) -> tuple[Items, Items]:
    """Data that are no function: (sequences, targets), each as a list or an array, equally long."""
    if not isinstance(data, tuple | list) or isinstance(data, Batch) or len(data) != 2:
        many = isinstance(data, tuple | list) and not isinstance(data, Batch)
        got = type(data).__name__ + (f" of {len(data)}" if many else "")
        raise TypeError(
            f"{what}: expected (sequences, targets) or a function that gives batches, got {got}; "
            "put both into a pair, (x, targets), or pass lambda rng: [Batch(x, targets)]"
        )
    sequences, targets = data
    return as_rows(sequences, targets, f"{what} ")


def as_data(what: str, data: Any) -> Data:
    """A pair, or a function that can be called with a Generator; or TypeError."""
    if not callable(data):
        return as_pair(what, data)
    check_arguments(what, data, ["rng"])
    return data


def batches_of(
    what: str, data: Callable[[np.random.Generator], Iterable[Batch]], rng: np.random.Generator
) -> Iterator[Batch]:
    """What a user's function gives, each batch checked."""
    several = data(rng)
    if isinstance(several, Batch) or not isinstance(several, Iterable):
        got = "one Batch" if isinstance(several, Batch) else brief(several)
        raise TypeError(
            f"{what}: expected a function that gives batches, got {got}; "
            "yield them, or return a list of them"
        )
    for k, batch in enumerate(several):
        if not isinstance(batch, Batch):
            raise TypeError(
                f"{what}: expected Batch(x, targets) from the function, got "
                f"{_kind(batch)} as batch {k}; wrap each: Batch(x, targets, lengths)"
            )
        _check_array(f"{what}: targets of batch {k}", batch.targets)
        if not isinstance(batch.x, tuple):  # Pairs, which a Translator reads
            _check_array(f"{what}: x of batch {k}", batch.x)
        if batch.lengths is not None:
            _check_array(f"{what}: lengths of batch {k}", batch.lengths)
        yield batch


def divided(
    train: Any, validation: Any, rng: np.random.Generator, resumed: bool, rows: list[int] | None
) -> tuple[Data, Data | None, list[int] | None]:
    """Training and validation data, and the rows of a share: those of the run that is resumed."""
    train = as_data("train", train)
    if isinstance(validation, Real):
        if resumed and rows is None:
            raise ValueError(
                "validation: expected none or data, as in the run that is resumed, got the share "
                f"{validation}; that run has been trained on all rows, so begin without resume="
            )
        return divide(train, validation, rng, rows)
    if rows is not None:
        got = "none" if validation is None else "data"
        raise ValueError(
            f"validation: expected the share of the run that is resumed, which held {len(rows)} "
            f"sequences out, got {got}; pass the same share, or begin without resume="
        )
    if validation is not None:
        validation = as_data("validation", validation)
    if callable(validation):            # its batches are those of "validation" in an error
        validation = partial(batches_of, "validation", validation)
    return train, validation, None


def divide(
    train: Data, share: Any, rng: np.random.Generator, rows: Sequence[int] | None = None
) -> tuple[tuple[Items, Items], tuple[Items, Items], list[int]]:
    """What is trained on, what is held out, and the numbers of the rows held out, in rising order.

    `rng` draws `share` of the rows, one at least on either side; or `rows` are held out again.
    Raises ValueError for a share that is none, too few rows, or rows of other data.
    """
    if isinstance(share, bool) or not 0 < float(share) < 1:
        raise ValueError(
            "validation: expected data, or a share of the training data above 0 and below 1, got "
            f"{brief(share)}; 0.2 holds out a fifth of the sequences"
        )
    if callable(train):
        raise TypeError(
            "validation: expected data or a function beside training data that come from a "
            f"function, got the share {share:g}; hold data out yourself"
        )
    count = len(train[0])
    if count < 2:
        raise ValueError(
            f"validation: expected at least two sequences to hold one out, got {count}; "
            "leave validation= out"
        )
    size = min(max(1, round(float(share) * count)), count - 1)
    if rows is None:
        rows = np.sort(rng.permutation(count)[:size]).tolist()
    elif len(rows) != size or max(rows) >= count:
        raise ValueError(
            f"validation: expected the data and the share of the run that is resumed, which held "
            f"out {len(rows)} sequences, got {count} sequences and {share:g}; pass the same"
        )
    remaining = np.setdiff1d(np.arange(count), rows)
    inside, outside = (
        (_chosen(train[0], part), _chosen(train[1], part)) for part in (remaining, np.array(rows))
    )
    return inside, outside, list(rows)


def _chosen(items: Items, rows: np.ndarray) -> Items:
    return items[rows] if isinstance(items, np.ndarray) else [items[i] for i in rows]


def _check_array(what: str, value: Any) -> None:
    if not isinstance(value, np.ndarray):
        raise TypeError(f"{what}: expected an array, got {_kind(value)}; wrap it in np.array(...)")
    as_array(what, value)
    if value.dtype.kind not in "biufc":
        raise TypeError(
            f"{what}: expected an array of numbers, got dtype {value.dtype}; "
            "pad rows to one length, and turn text into ids"
        )


def _kind(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return brief(value)
    return "None" if value is None else f"a {type(value).__name__}"
