"""The multiplication problem: as the adding problem, but the answer is a product.

A memory that only sums its input cannot solve it: the first marked number has to be kept apart
until the second one comes. Each step shows a random number and a marker, which is 1 at one step in
each half of the sequence and 0 elsewhere.

Baseline: always answering 1/4, with a mean squared error of 7/144 = 0.0486, the variance of
the product of two uniform numbers. Solved: of the last 2,000 training sequences fewer than 140 were
off by more than 0.04 (the paper's first criterion; its second one asks for fewer than 13).
Source: Hochreiter & Schmidhuber 1997, experiment 5, where the lengths vary by a tenth and the first
marker is among the first ten steps; here the length is fixed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from numpyrnn.tasks.adding import adding
from numpyrnn.validation import RandomSource

BASELINE = 7 / 144      # mean squared error of the best constant answer
TOLERANCE = 0.04        # an answer that is off by more is wrong
ALLOWED = 139           # wrong answers among the last 2000 that still count as solved


class Products(NamedTuple):
    """x (N, T, 2), a number and a marker at each step, and targets (N, 1), the products; float32.
    """

    x: np.ndarray
    targets: np.ndarray


def multiplication(count: int, steps: int, rng: RandomSource = None) -> Products:
    """`count` sequences of `steps` steps: `Products(x (N, T, 2), targets (N, 1))`.

    Raises ValueError for fewer than one sequence or two steps.
    """
    x = adding(count, steps, rng).x
    numbers, markers = x[..., 0], x[..., 1]
    product = np.where(markers == 1, numbers, 1).prod(axis=1, keepdims=True)
    return Products(x, product)
