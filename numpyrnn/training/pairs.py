"""Batches for models that turn one sequence into another: sources, and targets of other lengths."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from numpyrnn.models.encoder_decoder import Pairs
from numpyrnn.tasks.padding import fill
from numpyrnn.training.batches import Batch, batches
from numpyrnn.training.masking import PADDED_TARGET
from numpyrnn.training.rows import as_items
from numpyrnn.validation import as_array, check_ids, check_shape, check_size


def pair_batches(
    sources: Sequence[Any] | np.ndarray,
    targets: Sequence[Any] | np.ndarray,
    batch_size: int,
    *,
    boundary: int,
) -> Callable[[np.random.Generator], Iterator[Batch]]:
    """Training data for `fit`: a function from a Generator to the batches of an epoch.

    `sources` and `targets` are lists of id arrays (T_i,), or arrays (N, T). A batch has
    x = Pairs(source, lengths, previous), whose `previous` begins with the model's `boundary` as
    BOS, and targets (B, Tt) that end with it as EOS; behind that they are -1, padding, which loss
    and metric leave out by ignore_id: `partial(softmax_cross_entropy, ignore_id=-1)`. Sources of
    similar length stand together.

    Raises ValueError and TypeError, at the call, for empty sources, for targets with ids of the
    boundary or above it, for lists of different length, and for what has no rows in order: tables,
    dicts, sets, iterators.
    """
    boundary = check_size("boundary", boundary)
    batch_size = check_size("batch_size", batch_size)
    sources, targets = as_items("sources", sources), as_items("targets", targets)
    answers = [_target(i, row, boundary) for i, row in enumerate(targets)]
    if len(answers) != len(sources):
        raise ValueError(
            f"targets: expected one for each of the {len(sources)} sources, got {len(answers)}"
        )
    for i, row in enumerate(sources):
        check_shape(f"sources[{i}]", as_array(f"sources[{i}]", row), ("ids",), "one row of ids")
        if len(row) == 0:
            raise ValueError(
                f"sources[{i}]: expected at least one id, got an empty source; leave the pair out"
            )
    places = np.arange(len(answers))
    batches(sources, places, batch_size)        # raises now what is wrong with the sources

    def epoch(rng: np.random.Generator) -> Iterator[Batch]:
        for source, chosen, lengths in batches(sources, places, batch_size, rng=rng):
            rows = [answers[i] for i in chosen]
            steps = 1 + max(map(len, rows))
            previous = fill([np.append(boundary, row) for row in rows], steps, boundary)
            following = fill([np.append(row, boundary) for row in rows], steps, PADDED_TARGET)
            x: Any = Pairs(source, lengths, previous)
            yield Batch(x, following)

    return epoch


def _target(i: int, row: Any, boundary: int) -> np.ndarray:
    cure = f"{boundary} is the boundary, which pair_batches puts in itself"
    ids = check_ids(f"targets[{i}]", row, boundary, cure)
    check_shape(f"targets[{i}]", ids, ("ids",), "give one row of ids for each source")
    return ids.copy()
