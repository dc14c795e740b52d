"""One label for a whole sequence of words."""

from __future__ import annotations

from typing import Any

import numpy as np

from numpyrnn.layers import (
    AttentionOverTime,
    Dropout,
    Embedding,
    Layer,
    MaxOverTime,
    MeanOverTime,
    Stacked,
)
from numpyrnn.models.bag_of_words import BagOfWords
from numpyrnn.models.reading import reader, with_head
from numpyrnn.validation import (
    RandomSource,
    check_choice,
    check_flag,
    check_number,
    check_rng,
    check_size,
)

CLASSIFIERS = ("bow", "rnn", "gru", "lstm", "bilstm")
POOLS = ("last", "mean", "max", "attention")


def classifier(
    kind: str,
    vocabulary_size: int,
    classes: int,
    *,
    embedding_size: int = 32,
    hidden_size: int = 64,
    dropout: float = 0.0,
    pool: str = "last",
    layers: int = 1,
    residual: bool = False,
    padding_id: int = 0,
    dtype: Any = np.float32,
    rng: RandomSource = None,
) -> Layer:
    """A model from word ids (B, T) and lengths to logits (B, classes).

    `kind` is "bow" (no order), "rnn", "gru", "lstm" or "bilstm". Recurrent ones read word vectors
    and hand one summary of the sequence to a dense layer: the last state (each row's own, and from
    both ends in a bilstm), or with pool="mean", "max" or "attention" that of all steps (weighed by
    `AttentionOverTime`). `layers` recurrent layers stand on each other, with residual=True each
    but the lowest adds to what it reads. Dropout stands before, between and after them.
    """
    check_choice("kind", kind, CLASSIFIERS)
    check_choice("pool", pool, POOLS)
    dropout = check_number("dropout", dropout, minimum=0, below=1)
    layers = check_size("layers", layers)
    if check_flag("residual", residual) and (layers < 2 or pool == "last"):
        got = f"layers={layers}" if layers < 2 else "pool='last'"
        raise ValueError(
            "residual: expected two layers or more and the pool mean, max or attention with "
            f"residual=True, got {got}; a sum of layers has no single last state"
        )
    if kind == "bow":
        return BagOfWords(vocabulary_size, classes, dtype=dtype)
    rng = check_rng(rng)

    def rnn(inputs: int, return_sequences: bool) -> Any:
        return reader(
            kind, inputs, hidden_size, return_sequences=return_sequences, dtype=dtype, rng=rng
        )

    stack = [rnn(embedding_size, layers > 1 or pool != "last")]
    for k in range(1, layers):
        stack.append(rnn(stack[-1].output_size, k < layers - 1 or pool != "last"))
    width = stack[-1].output_size
    parts: dict[str, Layer] = {
        "embedding": Embedding(vocabulary_size, embedding_size, padding_id, dtype=dtype, rng=rng)
    }
    if dropout:
        parts["embedding_dropout"] = Dropout(dropout, dtype=dtype)
    parts["rnn"] = stack[0] if layers == 1 else Stacked(stack, dropout, residual=residual)
    if pool != "last":
        parts["pool"] = _pool(pool, width, dtype, rng)
    return with_head(parts, width, classes, dropout, dtype=dtype, rng=rng)


def _pool(name: str, width: int, dtype: Any, rng: Any) -> Layer:
    if name == "attention":
        return AttentionOverTime(width, width, dtype=dtype, rng=rng)
    return {"mean": MeanOverTime, "max": MaxOverTime}[name](dtype=dtype)
