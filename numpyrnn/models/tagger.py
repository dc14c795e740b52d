"""A label for every word of a sequence."""

from __future__ import annotations

from typing import Any

import numpy as np

from numpyrnn.layers import Embedding, Sequential
from numpyrnn.models.reading import headed
from numpyrnn.validation import RandomSource, check_rng, check_size


def tagger(
    kind: str,
    vocabulary_size: int,
    tags: int,
    *,
    embedding_size: int = 32,
    hidden_size: int = 64,
    dropout: float = 0.0,
    dtype: Any = np.float32,
    rng: RandomSource = None,
) -> Sequential:
    """A model from word ids (B, T) and lengths to the logits (B, T, tags) of each word's tag.

    `kind` is "rnn", "gru" or "lstm", which know the words up to this one; "birnn", "bigru" or
    "bilstm", which know the whole sentence, with hidden_size units in each direction; or "none",
    the same head without recurrence, which knows the word alone. Dropout stands before and behind
    the recurrent layer. Raises ValueError for another kind and sizes below 1.
    """
    tags = check_size("tags", tags)
    embedding_size = check_size("embedding_size", embedding_size)
    rng = check_rng(rng)
    embedding = Embedding(vocabulary_size, embedding_size, dtype=dtype, rng=rng)
    return headed(
        {"embedding": embedding}, kind, embedding_size, tags, hidden_size=hidden_size,
        dropout=dropout, every_step=True, dtype=dtype, rng=rng,
    )
