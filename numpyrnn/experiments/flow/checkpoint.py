"""A trained model for `numpyrnn flow`, and text for it to read."""

from __future__ import annotations

from typing import Any

import numpy as np

from numpyrnn.experiments.trained import open_trained
from numpyrnn.experiments.trained.language_model import LanguageModel
from numpyrnn.experiments.trained.text_classifier import TextClassifier
from numpyrnn.tasks.characters import read_text, reference_text, split_text, streams
from numpyrnn.tasks.padding import pad_sequences
from numpyrnn.tasks.sentiment_grammar import sentiment_grammar
from numpyrnn.tasks.text import tokenize
from numpyrnn.text import visible


def open_model(
    path: str, data: str | None, steps: int, rows: int
) -> tuple[Any, np.ndarray, np.ndarray | None, str]:
    """(model, ids (B, T), lengths, what they are): the text given, or that of the model's task."""
    trained = open_trained(path, ("classifier", "language_model"), "checkpoint")
    if trained.kind == "classifier":
        return _classifier(trained, data, steps, rows)
    return _language_model(trained, data, steps, rows)


def _language_model(trained: LanguageModel, data: str | None, steps: int, rows: int) -> Any:
    alphabet = trained.alphabet
    if data is None:
        text, name = split_text(reference_text())[1], "the validation part of Python's own manual"
    else:
        text, name = read_text(data, minimum=rows * steps + 1), f"the text {visible(data)}"
    if data is None and not set(text) <= set(alphabet.characters):
        raise ValueError(
            "data: expected a text file, since the model was trained on another text than "
            "Python's own manual, got none; name that text, or one with the same characters"
        )
    try:
        x, _ = streams(alphabet.encode(text), rows)
    except ValueError as error:
        raise ValueError(f"data: {str(error).removeprefix('text: ')}") from error
    return trained.model, x[:, :steps], None, name


def _classifier(trained: TextClassifier, data: str | None, steps: int, rows: int) -> Any:
    if not trained.model.recurrent:
        raise ValueError(
            "checkpoint: expected a recurrent model, got a bag of words, which has no steps; take "
            "rnn.npz, gru.npz, lstm.npz or bilstm.npz"
        )
    if data is None:
        name = "held-out sentences of the sentiment grammar"
        texts = [list(s.tokens) for s in sentiment_grammar(rng=0).test]
    else:
        name = f"the lines of {visible(data)}"
        texts = [tokenize(line) for line in read_text(data, minimum=1).splitlines()]
    ids = [trained.encode(words)[-steps:] for words in texts if words]
    ids = sorted(ids, key=len, reverse=True)[:rows]  # the longest: a gradient needs some way to go
    if not ids:
        raise ValueError(f"data: expected a line with a word in it, got none in {data!r}")
    x, lengths = pad_sequences(ids, value=trained.vocabulary.padding_id)
    return trained.model, x, lengths, name
