"""What the tagger and the forecaster share: a recurrent layer of some kind, or none, and a head."""

from __future__ import annotations

from typing import Any

import numpy as np

from numpyrnn.layers import Bidirectional, Dense, Dropout, Layer, Sequential
from numpyrnn.models.classifier import CELLS
from numpyrnn.validation import check_choice, check_number

# "none" is the same head without recurrence; "bi…" reads in both directions.
READERS = ("none", *CELLS, *(f"bi{cell}" for cell in CELLS))


def headed(
    below: dict[str, Layer],
    kind: str,
    inputs: int,
    outputs: int,
    *,
    hidden_size: int,
    dropout: float,
    every_step: bool,
    dtype: Any,
    rng: np.random.Generator,
) -> Sequential:
    """The layers `below`, then `kind` with dropout before and behind it, then a dense head."""
    check_choice("kind", kind, READERS)
    dropout = check_number("dropout", dropout, minimum=0, below=1)
    layers = dict(below)
    if dropout and below:
        layers["embedding_dropout"] = Dropout(dropout, dtype=dtype)
    if kind != "none":
        sizes = inputs, hidden_size
        own: dict[str, Any] = dict(return_sequences=every_step, dtype=dtype, rng=rng)
        cell = CELLS[kind.removeprefix("bi")]
        rnn: Any = cell(*sizes, **own)
        if kind.startswith("bi"):
            rnn = Bidirectional(rnn, cell(*sizes, reverse=True, **own))
        layers["rnn"] = rnn
        inputs = rnn.output_size
        if dropout:
            layers["dropout"] = Dropout(dropout, dtype=dtype)
    layers["head"] = Dense(inputs, outputs, dtype=dtype, rng=rng)
    return Sequential(**layers)
