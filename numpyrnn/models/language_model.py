"""The next character, given all before it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from numpyrnn.layers import Dense, Dropout, Embedding, Layer, Sequential, Stacked
from numpyrnn.losses import softmax
from numpyrnn.models.classifier import CELLS
from numpyrnn.validation import (
    RandomSource,
    check_choice,
    check_ids,
    check_number,
    check_shape,
    check_size,
)


def language_model(
    cell: str,
    vocabulary_size: int,
    *,
    embedding_size: int = 64,
    hidden_size: int = 256,
    layers: int = 1,
    dropout: float = 0.0,
    dtype: Any = np.float32,
    rng: RandomSource = None,
) -> Sequential:
    """A model from ids (B, T) and a carried state to the logits (B, T, V) of each next id.

    `cell` is "rnn", "gru" or "lstm"; dropout stands between layers and before the head.
    """
    check_choice("cell", cell, CELLS)
    check_size("layers", layers)
    rng = np.random.default_rng(rng)
    sizes = [embedding_size, *[hidden_size] * layers]
    stack = [CELLS[cell](a, b, dtype=dtype, rng=rng) for a, b in pairwise(sizes)]
    parts: dict[str, Layer] = {
        "embedding": Embedding(vocabulary_size, embedding_size, dtype=dtype, rng=rng),
        "rnn": Stacked(stack, dropout=dropout),
    }
    if dropout:
        parts["dropout"] = Dropout(dropout, dtype=dtype)
    parts["head"] = Dense(hidden_size, vocabulary_size, dtype=dtype, rng=rng)
    return Sequential(**parts)


def sample(
    model: Sequential,
    prompt: np.ndarray,
    count: int,
    *,
    temperature: float = 1.0,
    rng: RandomSource = None,
) -> np.ndarray:
    """`count` ids drawn one after the other behind the ids of `prompt` (T,), each fed back in.

    Probabilities are softmax(logits / temperature): below 1 bolder, above 1 more varied.
    """
    check_number("temperature", temperature, above=0)
    prompt = check_ids("prompt", prompt, model["embedding"].params["W"].shape[0])
    check_shape("prompt", prompt, ("characters",), "a prompt is one sequence of ids")
    if not len(prompt):
        raise ValueError("prompt: expected at least one id, got none; begin with a newline")
    rng = np.random.default_rng(rng)
    ids, state, drawn = prompt[None], None, []
    for _ in range(check_size("count", count, 0)):
        logits, state = model.forward(ids, state, training=False)
        p = softmax(logits[0, -1].astype(np.float64) / temperature)
        drawn.append(int(rng.choice(len(p), p=p)))
        ids = np.array([[drawn[-1]]])
    return np.array(drawn, dtype=np.int64)
