"""What models share: recurrent layers by name, in one direction or both, and a head on them."""

from __future__ import annotations

from typing import Any

import numpy as np

from numpyrnn.layers import GRU, LSTM, RNN, Bidirectional, Dense, Dropout, Layer, Sequential
from numpyrnn.validation import check_choice, check_number

CELLS: dict[str, Any] = {"rnn": RNN, "gru": GRU, "lstm": LSTM}
# "none" is the same head without recurrence; "bi…" reads in both directions.
READERS = ("none", *CELLS, *(f"bi{cell}" for cell in CELLS))


def reader(kind: str, inputs: int, hidden_size: int, **options: Any) -> Any:
    """A recurrent layer: "gru", or "bigru" for one that reads in both directions."""
    cell = CELLS[kind.removeprefix("bi")]
    layer = cell(inputs, hidden_size, **options)
    if not kind.startswith("bi"):
        return layer
    return Bidirectional(layer, cell(inputs, hidden_size, reverse=True, **options))


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
    if kind == "none":
        layers["head"] = Dense(inputs, outputs, dtype=dtype, rng=rng)
        return Sequential(**layers)
    rnn = layers["rnn"] = reader(
        kind, inputs, hidden_size, return_sequences=every_step, dtype=dtype, rng=rng
    )
    return with_head(layers, rnn.output_size, outputs, dropout, dtype=dtype, rng=rng)


def with_head(
    layers: dict[str, Layer], inputs: int, outputs: int, dropout: float, **options: Any
) -> Sequential:
    """The layers with dropout (if it is not 0) and a dense head on top of them."""
    if dropout:
        layers["dropout"] = Dropout(dropout, dtype=options["dtype"])
    layers["head"] = Dense(inputs, outputs, **options)
    return Sequential(**layers)
