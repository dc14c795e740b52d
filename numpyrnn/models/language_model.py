"""The character language model: p(next character | all before it)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, pairwise
from typing import Any

import numpy as np

from numpyrnn.layers import Embedding, Layer, Sequential, Stacked
from numpyrnn.losses import log_softmax, softmax
from numpyrnn.models.reading import CELLS, with_head
from numpyrnn.validation import (
    RandomSource,
    check_choice,
    check_finite,
    check_ids,
    check_number,
    check_rng,
    check_shape,
    check_size,
)

# How cross_entropy_per_character reads: steps before, rows side by side, steps at once.
WARM_UP, ROWS, PIECE = 256, 32, 64


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
    Raises ValueError for another cell and sizes below 1.
    """
    check_choice("cell", cell, CELLS)
    vocabulary_size = check_size("vocabulary_size", vocabulary_size)
    embedding_size = check_size("embedding_size", embedding_size)
    hidden_size, layers = check_size("hidden_size", hidden_size), check_size("layers", layers)
    dropout = check_number("dropout", dropout, minimum=0, below=1)
    rng = check_rng(rng)
    sizes = [embedding_size, *[hidden_size] * layers]
    stack = [CELLS[cell](a, b, dtype=dtype, rng=rng) for a, b in pairwise(sizes)]
    parts: dict[str, Layer] = {
        "embedding": Embedding(vocabulary_size, embedding_size, dtype=dtype, rng=rng),
        "rnn": Stacked(stack, dropout=dropout),
    }
    return with_head(parts, hidden_size, vocabulary_size, dropout, dtype=dtype, rng=rng)


def cross_entropy_per_character(model: Sequential, ids: Any, context: Any) -> float:
    """The mean of -log p over ids (N,), in nats, each predicted from the ids before it.

    `context` (M,), at least one id, is what stands before the first: the training text, for a
    validation text. The ids are read as up to 32 stretches side by side, each with a state that
    began at zero and has read at least the 256 ids before the stretch (or all that there are).
    So what reaches back further may be forgotten, and no id is read that comes later.

    Raises ValueError for ids out of range, an empty `ids` or `context`, and logits that are not
    finite.
    """
    ids, context = _row("ids", ids, model), _row("context", context, model)
    before = min(len(context), WARM_UP)
    whole = np.concatenate([context[-before:], ids])
    length = -(-len(ids) // max(1, min(ROWS, len(ids) // before)))
    begins = np.arange(0, len(ids), length)         # of the stretches; the last one is read from
    starts = np.minimum(begins, len(ids) - length)  # further back, to be as long as the others
    steps = before + length - 1
    x, targets = (whole[starts[:, None] + np.arange(first, first + steps)] for first in (0, 1))
    counts = np.arange(steps) >= (before - 1 + begins - starts)[:, None]

    total, state = 0.0, None
    for start in range(0, steps, PIECE):
        piece = np.s_[:, start : start + PIECE]
        logits, state = model.forward(x[piece], state, training=False)
        check_finite("logits", logits, "take an earlier checkpoint")
        log_p = np.take_along_axis(log_softmax(logits), targets[piece][..., None], -1)[..., 0]
        total -= float(log_p.sum(where=counts[piece], dtype=np.float64))
    return total / len(ids)


def sample(
    model: Sequential,
    prompt: Any,
    count: int,
    *,
    temperature: float = 1.0,
    rng: RandomSource = None,
) -> np.ndarray:
    """The first `count` ids of `continuation`, as an array."""
    drawn = continuation(model, prompt, temperature=temperature, rng=rng)
    return np.fromiter(islice(drawn, check_size("count", count, 0)), np.int64)


def continuation(
    model: Sequential, prompt: Any, *, temperature: float = 1.0, rng: RandomSource = None
) -> Iterator[int]:
    """Ids drawn one after the other behind the ids of `prompt` (T,), each fed back in; no end.

    Probabilities are softmax(logits / temperature): below 1 bolder, above 1 more varied, at 0 the
    limit, which always takes the most probable id. The state is carried, so that a step costs the
    same however long the text is. Raises ValueError and TypeError at the call.
    """
    temperature = check_number("temperature", temperature, minimum=0)
    prompt = _row("prompt", prompt, model)
    return _drawn(model, prompt, temperature, check_rng(rng))


def _drawn(
    model: Sequential, prompt: np.ndarray, temperature: float, rng: np.random.Generator
) -> Iterator[int]:
    ids, state = prompt[None], None
    while True:
        logits, state = model.forward(ids, state, training=False)
        z = logits[0, -1].astype(np.float64)
        z -= z.max()
        if temperature:
            with np.errstate(over="ignore"):  # -inf is right: the probability is 0
                p = softmax(z / temperature)
            drawn = int(rng.choice(len(p), p=p))
        else:
            drawn = int(z.argmax())
        yield drawn
        ids = np.array([[drawn]])


def _row(what: str, ids: Any, model: Sequential) -> np.ndarray:
    """`ids` as one row of at least one id that the model knows."""
    array = np.asarray(ids)
    if not array.size:
        raise ValueError(f"{what}: expected at least one id, got none; begin with a newline")
    array = check_ids(what, array, model["embedding"].params["W"].shape[0])
    check_shape(what, array, ("N",), "give one row of ids")
    return array
