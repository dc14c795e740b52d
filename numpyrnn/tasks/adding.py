"""The adding problem: remember two numbers for as long as the sequence lasts.

Each step shows a random number and a marker, which is 1 at two steps, one in each half of the
sequence, and 0 elsewhere. The answer, asked for at the end, is the sum of the two marked numbers.

Baseline: always answering 1, with a mean squared error of 1/6, the variance of the sum of
two uniform numbers. Solved: an error below 0.01. The paper asks for more: the last 2,000 training
sequences all within `TOLERANCE`, which is its 0.04 on targets 0.5 + (X1 + X2)/4, as numbers from
[-1, 1] give; here sums, from 0 to 2, have twice that range. Source: Hochreiter & Schmidhuber 1997,
with numbers in [0, 1) as in Le et al. 2015.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from numpyrnn.validation import RandomSource, check_rng, check_size

BASELINE = 1 / 6    # mean squared error of the best constant answer
SOLVED = 0.01       # mean squared error
TOLERANCE = 0.08    # an answer that is off by more is wrong


class Sums(NamedTuple):
    """x (N, T, 2), a number and a marker at each step, and targets (N, 1), the sums; float32."""

    x: np.ndarray
    targets: np.ndarray


def adding(count: int, steps: int, rng: RandomSource = None) -> Sums:
    """`count` sequences of `steps` steps: `Sums(x (N, T, 2), targets (N, 1))`.

    Raises ValueError for fewer than one sequence or two steps.
    """
    count = check_size("count", count)
    steps = check_size("steps", steps, minimum=2)
    rng = check_rng(rng)
    numbers = rng.random((count, steps), dtype=np.float32)
    half = steps // 2
    marked = np.stack(
        [rng.integers(0, half, count), rng.integers(half, steps, count)], axis=1
    )
    markers = np.zeros_like(numbers)
    np.put_along_axis(markers, marked, 1, axis=1)
    sums = np.take_along_axis(numbers, marked, axis=1).sum(axis=1, keepdims=True)
    return Sums(np.stack([numbers, markers], axis=2), sums)
