"""Two records of a subject: arrays to nudge with their loss, and one forward and backward."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np


class Live(NamedTuple):
    """Arrays that may be nudged in place, and the loss as they stand."""

    arrays: dict[str, np.ndarray]
    loss: Callable[[], Any]


class Point(NamedTuple):
    """One evaluation: the outputs (for a function only the loss) and the hand-written gradients."""

    outputs: dict[str, np.ndarray]
    gradients: dict[str, Any]
    watched: dict[str, np.ndarray]
