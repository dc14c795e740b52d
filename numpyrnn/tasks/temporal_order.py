"""Temporal order: which of two symbols came first, long ago, among many that do not matter.

A sequence is E, then random letters a, b, c, d, then B. At two places (three for eight classes)
there is an X or a Y instead, and the class, asked for at the end, is which came in which order:
XX, XY, YX, YY (or XXX … YYY). With T = 100 a sequence has 100 to 110 steps, and the places are
drawn from 10 to 20 and 50 to 60 (10 to 20, 33 to 43 and 66 to 76), counted from 0.

Baseline: guessing, right in 1/4 (1/8), with a cross-entropy of ln 4 (ln 8). Solved: the
last 2,000 training sequences were all classified correctly, which means that every class had a
probability within 0.3 of what it should have, and the mean loss over them was below 0.1.
Source: Hochreiter & Schmidhuber 1997, experiments 6a and 6b (squared error and logistic outputs
there, softmax and cross-entropy here).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from numpyrnn.validation import RandomSource, check_rng, check_size

SYMBOLS = "abcdEBXY"            # in the order of the one-hot input
TOLERANCE = 0.3                 # a class whose probability is off by more is wrong
ERROR = 0.1                     # a solved task has a mean loss below this
# Where the X and Y are, as shares of the sequence: the first place of each range.
PLACES = {4: (0.10, 0.50), 8: (0.10, 0.33, 0.66)}
SPREAD = 0.10                   # how far a range goes, and by how much lengths vary


class Orders(NamedTuple):
    """x (N, T + T/10, 8), one-hot float32, targets (N,), classes, and lengths (N,); int64."""

    x: np.ndarray
    targets: np.ndarray
    lengths: np.ndarray


def baseline(classes: int) -> float:
    """The cross-entropy of guessing, in nats."""
    return math.log(classes)


def temporal_order(
    count: int, classes: int = 4, rng: RandomSource = None, *, steps: int = 100
) -> Orders:
    """`count` sequences of `steps` to 1.1 `steps` steps, of 4 or 8 classes.

    The class reads X as 0 and Y as 1, the first of them counting most: XY is 1, YX is 2. Raises
    ValueError for a count below 1, another number of classes, and fewer than 20 steps.
    """
    count = check_size("count", count)
    steps = check_size("steps", steps, minimum=20)
    if check_size("classes", classes) not in PLACES:
        raise ValueError(
            f"classes: expected 4 (two places) or 8 (three places), got {classes}; choose one"
        )
    rng = check_rng(rng)
    spread, longest = int(SPREAD * steps), steps + int(SPREAD * steps)
    lengths = rng.integers(steps, longest + 1, count)
    ids = rng.integers(0, 4, (count, longest))                      # a b c d
    first = [int(share * steps) for share in PLACES[classes]]
    places = np.array(first) + rng.integers(0, spread + 1, (count, len(first)))
    letters = rng.integers(0, 2, places.shape)                      # X or Y
    np.put_along_axis(ids, places, SYMBOLS.index("X") + letters, axis=1)
    ids[:, 0] = SYMBOLS.index("E")
    ids[np.arange(count), lengths - 1] = SYMBOLS.index("B")
    x = np.eye(len(SYMBOLS), dtype=np.float32)[ids]
    x[np.arange(longest) >= lengths[:, None]] = 0
    weights = 2 ** np.arange(len(first))[::-1]
    return Orders(x, letters @ weights, lengths)
