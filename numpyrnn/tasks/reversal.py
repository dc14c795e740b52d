"""Digits to be written backwards, or in order: the quick task of an encoder–decoder.

To reverse a sequence, each step has to find one place in the source, the last first: what
attention does, and what a state of fixed size must learn by heart. Sorting has to count.

Baseline: always the same digits, right in next to none. Solved: 99 % of the sequences
right in every digit.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from numpyrnn.validation import RandomSource, brief, check_choice, check_rng, check_size

SOLVED = 0.99       # share of sequences with every symbol right

ORDERS = ("reversed", "sorted")


class Rewritten(NamedTuple):
    """sources and targets: N id arrays (L,) each, int64; a target is as long as its source."""

    sources: list[np.ndarray]
    targets: list[np.ndarray]


def reversal(
    count: int,
    rng: RandomSource = None,
    *,
    order: str = "reversed",
    lengths: tuple[int, int] = (3, 10),
    symbols: int = 10,
) -> Rewritten:
    """`count` sequences of random digits, and the same "reversed" or "sorted".

    `lengths` are the shortest and the longest, each length in between being equally frequent;
    ids go from 0 to symbols - 1. Raises ValueError for a count below 1, fewer than two symbols, and
    lengths below 1 or from high to low.

    >>> task = reversal(1, rng=0, lengths=(4, 4))
    >>> task.sources[0].tolist(), task.targets[0].tolist()
    ([8, 6, 5, 2], [2, 5, 6, 8])
    """
    count = check_size("count", count)
    symbols = check_size("symbols", symbols, 2)
    check_choice("order", order, ORDERS)
    if not isinstance(lengths, tuple | list) or len(lengths) != 2:
        raise ValueError(
            f"lengths: expected the shortest and the longest, got {brief(lengths)}; "
            "write lengths=(3, 10)"
        )
    low, high = (check_size("lengths", length) for length in lengths)
    if low > high:
        raise ValueError(f"lengths: expected the shortest first, got ({low}, {high}); swap them")
    rng = check_rng(rng)
    sources = [rng.integers(0, symbols, n) for n in rng.integers(low, high + 1, count)]
    if order == "sorted":
        return Rewritten(sources, [np.sort(row) for row in sources])
    return Rewritten(sources, [row[::-1].copy() for row in sources])
