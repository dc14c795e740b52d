"""A trained model for `numpyrnn flow`, and text for it to read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from numpyrnn.cli.hints import hint
from numpyrnn.cli.sample import open_language_model
from numpyrnn.experiments.trained.text_classifier import KIND, TextClassifier
from numpyrnn.models.language_model import language_model
from numpyrnn.tasks.characters import Alphabet, read_text, reference_text, split_text, streams
from numpyrnn.tasks.sentiment_grammar import sentiment_grammar
from numpyrnn.tasks.text import tokenize
from numpyrnn.text import shown
from numpyrnn.training import load_checkpoint


def open_model(
    path: str, data: str | None, steps: int, rows: int
) -> tuple[Any, np.ndarray, np.ndarray | None, str]:
    """(model, ids (B, T), lengths, what they are): the text given, or that of the model's task."""
    if not Path(path).exists():
        raise FileNotFoundError(
            f"--checkpoint: expected a checkpoint, but there is no {path!r}; check the name, or "
            f"train a model with {hint('compare')} or {hint('lm')}"
        )
    if _kind(path) == KIND:
        return _classifier(path, data, steps, rows)
    return _language_model(path, data, steps, rows)


def _kind(path: str) -> Any:
    """What the checkpoint says that it holds; None where there is no file to ask."""
    if not Path(path).is_file():
        return None
    metadata = load_checkpoint(path).metadata
    return metadata.get("kind") if isinstance(metadata, dict) else None


def _language_model(path: str, data: str | None, steps: int, rows: int) -> Any:
    found = open_language_model(path, "--checkpoint")
    alphabet = Alphabet(found.metadata["alphabet"])
    model = language_model(**found.metadata["model"])
    found.restore(model, best=True)
    if data is None:
        text, name = split_text(reference_text())[1], "the validation part of Python's own manual"
    else:
        text, name = read_text(data, minimum=rows * steps + 1), f"the text {shown(data)}"
    if data is None and not set(text) <= set(alphabet.characters):
        raise ValueError(
            "--data: expected a text file, since the model was trained on another text than "
            "Python's own manual, got none; name that text, or one with the same characters"
        )
    try:
        x, _ = streams(alphabet.encode(text), rows)
    except ValueError as error:
        raise ValueError(f"--data: {str(error).removeprefix('text: ')}") from error
    return model, x[:, :steps], None, name


def _classifier(path: str, data: str | None, steps: int, rows: int) -> Any:
    loaded = TextClassifier.load(path, "--checkpoint")
    if not loaded.model.recurrent:
        raise ValueError(
            "--checkpoint: expected a recurrent model, got a bag of words, which has no steps, in "
            f"{path!r}; take rnn.npz, gru.npz, lstm.npz or bilstm.npz"
        )
    if data is None:
        name = "held-out sentences of the sentiment grammar"
        texts = [list(s.tokens) for s in sentiment_grammar(rng=0).test]
    else:
        name = f"the lines of {shown(data)}"
        texts = [tokenize(line) for line in read_text(data, minimum=1).splitlines()]
    ids = [loaded.encode(words)[-steps:] for words in texts if words]
    ids = sorted(ids, key=len, reverse=True)[:rows]  # the longest: a gradient needs some way to go
    if not ids:
        raise ValueError(f"--data: expected a line with a word in it, got none in {data!r}")
    lengths = np.array([len(row) for row in ids])
    x = np.full((len(ids), int(lengths.max())), loaded.vocabulary.padding_id)
    for row, own in zip(x, ids, strict=True):
        row[: len(own)] = own
    return loaded.model, x, lengths, name
