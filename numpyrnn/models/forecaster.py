"""Numbers in, numbers out: an answer at every step, or one behind the last."""

from __future__ import annotations

from typing import Any

import numpy as np

from numpyrnn.layers import Sequential
from numpyrnn.models.reading import headed
from numpyrnn.validation import RandomSource, check_flag, check_rng, check_size


def forecaster(
    kind: str,
    features: int,
    outputs: int,
    *,
    hidden_size: int = 64,
    dropout: float = 0.0,
    every_step: bool = True,
    dtype: Any = np.float32,
    rng: RandomSource = None,
) -> Sequential:
    """A model from numbers (B, T, features) to answers (B, T, outputs), one at every step.

    `kind` is as in `tagger`. A forecast must not read the future: "rnn", "gru", "lstm", or "none",
    the same head without recurrence. With every_step=False there is one answer (B, outputs), behind
    the last step of each row; a "none" then takes rows (B, features), all their numbers at once.
    Dropout stands before the head. Raises ValueError for another kind and sizes below 1.
    """
    features = check_size("features", features)
    outputs = check_size("outputs", outputs)
    return headed(
        {}, kind, features, outputs, hidden_size=hidden_size, dropout=dropout,
        every_step=check_flag("every_step", every_step), dtype=dtype, rng=check_rng(rng),
    )
