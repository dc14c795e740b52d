"""The copy problem: ten symbols, a long silence, and then the ten symbols again, in order.

    step        0 … 9     10 … T+8   T+9          T+10 … T+19
    input       symbols   blank      now!         blank
    target      blank     blank      blank        the same symbols

There are eight symbols (ids 0 to 7); the blank is 8, and the signal to begin is 9. What must be
remembered is 30 bits, for about T steps.

Baseline: blanks, and then each symbol with probability 1/8: a cross-entropy of
10 ln 8/(T + 20), averaged over all steps (`baseline`). The paper draws it as a line that LSTM and
RNN stay at; it has no criterion. Solved here: half of it, averaged over the last 2,000 training
sequences. Source: Arjovsky, Shah & Bengio 2016, after Hochreiter & Schmidhuber 1997.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from numpyrnn.validation import RandomSource, check_rng, check_size

SYMBOLS, COPIED = 8, 10         # kinds, and how many of them a sequence holds
BLANK, SIGNAL = 8, 9            # ids beside 0 … 7
IDS, CLASSES = 10, 9            # of the input and of the target, which never is the signal
SOLVED = 0.5                    # share of the baseline's cross-entropy


class Copies(NamedTuple):
    """x (N, T+20, 10), one-hot float32, and targets (N, T+20), ids 0 to 8, int64."""

    x: np.ndarray
    targets: np.ndarray


def baseline(steps: int) -> float:
    """The cross-entropy, in nats and averaged over all steps, of knowing all but the symbols."""
    return COPIED * math.log(SYMBOLS) / (check_size("steps", steps) + 2 * COPIED)


def copy_memory(count: int, steps: int, rng: RandomSource = None) -> Copies:
    """`count` sequences with T = `steps`: `Copies(x (N, T+20, 10), targets (N, T+20))`.

    Raises ValueError for fewer than one sequence or one step.
    """
    count = check_size("count", count)
    steps = check_size("steps", steps)
    symbols = check_rng(rng).integers(0, SYMBOLS, (count, COPIED))
    ids = np.full((count, steps + 2 * COPIED), BLANK)
    targets = ids.copy()
    ids[:, :COPIED] = targets[:, -COPIED:] = symbols
    ids[:, steps + COPIED - 1] = SIGNAL
    return Copies(np.eye(IDS, dtype=np.float32)[ids], targets)
