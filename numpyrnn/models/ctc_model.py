"""The CTC model: labels for a sequence without their times, trained with `ctc_loss`."""

from __future__ import annotations

from typing import Any

import numpy as np

from numpyrnn.layers import GRU, LSTM, Layer, Sequential, Stacked
from numpyrnn.models.reading import reader, with_head
from numpyrnn.validation import RandomSource, check_choice, check_number, check_rng, check_size

CTC_CELLS: dict[str, Any] = {"gru": GRU, "lstm": LSTM}


def ctc_model(
    cell: str,
    features: int,
    classes: int,
    *,
    hidden_size: int = 64,
    layers: int = 1,
    dropout: float = 0.0,
    dtype: Any = np.float32,
    rng: RandomSource = None,
) -> Sequential:
    """A model from features (B, T, F) and lengths to logits (B, T, classes) of every step.

    `cell` is "gru" or "lstm", `classes` counts the blank. Each layer reads in both directions, with
    `hidden_size` units in each: a letter is over only when what follows says so. Dropout stands
    between layers and before the head. Raises ValueError for another cell and sizes below 1.
    Source: Graves et al. 2006.
    """
    check_choice("cell", cell, CTC_CELLS)
    features, classes = check_size("features", features), check_size("classes", classes)
    hidden_size, layers = check_size("hidden_size", hidden_size), check_size("layers", layers)
    dropout = check_number("dropout", dropout, minimum=0, below=1)
    rng = check_rng(rng)
    stack = [
        reader(f"bi{cell}", 2 * hidden_size if k else features, hidden_size, dtype=dtype, rng=rng)
        for k in range(layers)
    ]
    parts: dict[str, Layer] = {"rnn": stack[0] if layers == 1 else Stacked(stack, dropout)}
    return with_head(parts, 2 * hidden_size, classes, dropout, dtype=dtype, rng=rng)
