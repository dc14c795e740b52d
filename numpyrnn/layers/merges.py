"""What a bidirectional layer makes of its two outputs, and the gradient of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np


class Merge(NamedTuple):
    """What becomes of the outputs f and b, and their gradients (df, db) from d, that of the result.

    H is f's size; only the product needs f and b themselves.
    """

    forward: Callable[..., Any]
    backward: Callable[..., Any]


MERGES = {
    # name              of f and b                               (df, db)
    "concat": Merge(    lambda f, b: np.concatenate([f, b], -1), lambda d, H: np.split(d, [H], -1)),
    "sum": Merge(       lambda f, b: f + b,                      lambda d, H: (d, d)),
    "mean": Merge(      lambda f, b: (f + b) / 2,                lambda d, H: (d / 2, d / 2)),
    "product": Merge(   lambda f, b: f * b,                      lambda d, H, f, b: (d * b, d * f)),
}
PAIR = Merge(           lambda f, b: (f, b),                     lambda d, H: d)
