"""One label for a whole sequence of words."""

from __future__ import annotations

from typing import Any

import numpy as np

from numpyrnn.layers import (
    GRU,
    LSTM,
    RNN,
    Bidirectional,
    Dense,
    Dropout,
    Embedding,
    Layer,
    MaxOverTime,
    MeanOverTime,
    Sequential,
)
from numpyrnn.models.bag_of_words import BagOfWords
from numpyrnn.validation import RandomSource, check_choice, check_number, check_rng

CELLS: dict[str, Any] = {"rnn": RNN, "gru": GRU, "lstm": LSTM}
CLASSIFIERS = ("bow", "rnn", "gru", "lstm", "bilstm")
POOLS: dict[str, Any] = {"last": None, "mean": MeanOverTime, "max": MaxOverTime}


def classifier(
    kind: str,
    vocabulary_size: int,
    classes: int,
    *,
    embedding_size: int = 32,
    hidden_size: int = 64,
    dropout: float = 0.0,
    pool: str = "last",
    padding_id: int = 0,
    dtype: Any = np.float32,
    rng: RandomSource = None,
) -> Layer:
    """A model from word ids (B, T) and lengths to logits (B, classes).

    `kind` is "bow" (no order), "rnn", "gru", "lstm" or "bilstm". Recurrent ones read word vectors
    and hand one summary of the sequence to a dense layer: the last state (each row's own, and from
    both ends in a bilstm), or with pool="mean" or "max" that of all steps. Dropout stands before
    and after the recurrent layer.
    """
    check_choice("kind", kind, CLASSIFIERS)
    check_choice("pool", pool, POOLS)
    check_number("dropout", dropout, minimum=0, below=1)
    if kind == "bow":
        return BagOfWords(vocabulary_size, classes, dtype=dtype)
    rng = check_rng(rng)
    common: dict[str, Any] = dict(return_sequences=pool != "last", dtype=dtype, rng=rng)
    sizes = (embedding_size, hidden_size)
    if kind == "bilstm":
        rnn: Layer = Bidirectional(LSTM(*sizes, **common), LSTM(*sizes, reverse=True, **common))
    else:
        rnn = CELLS[kind](*sizes, **common)
    layers: dict[str, Layer] = {
        "embedding": Embedding(vocabulary_size, embedding_size, padding_id, dtype=dtype, rng=rng)
    }
    if dropout:
        layers["embedding_dropout"] = Dropout(dropout, dtype=dtype)
    layers["rnn"] = rnn
    if pool != "last":
        layers["pool"] = POOLS[pool](dtype=dtype)
    if dropout:
        layers["dropout"] = Dropout(dropout, dtype=dtype)
    layers["head"] = Dense(rnn.output_size or 0, classes, dtype=dtype, rng=rng)
    return Sequential(**layers)
