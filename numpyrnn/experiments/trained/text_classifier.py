"""A classifier with what it needs to read a text and to name a label, saved in one checkpoint."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from numpyrnn.experiments.trained.record import Trained
from numpyrnn.losses import softmax
from numpyrnn.models import classifier
from numpyrnn.tasks.text import Vocabulary, tokenize
from numpyrnn.training import Batch, Checkpoint, batches, save_checkpoint
from numpyrnn.training.steps import forward


def words_read(words: Sequence[str], max_length: int | None) -> Sequence[str]:
    """The last max_length words, or all: the verdict of a review stands at its end."""
    return words if max_length is None else words[-max_length:]


class Prediction(NamedTuple):
    """The most probable label of a text."""

    label: str
    probability: float


@dataclass(frozen=True, kw_only=True)
class TextClassifier(Trained):
    """`options` are the arguments that `models.classifier` built the model with.

    Of a text longer than max_length words only the last ones are read; None reads all of them.
    """

    kind = "classifier"
    options: dict[str, Any]
    labels: tuple[str, ...]
    vocabulary: Vocabulary
    max_length: int | None = None

    @classmethod
    def build(
        cls,
        options: dict[str, Any],
        labels: Sequence[str],
        vocabulary: Vocabulary,
        max_length: int | None = None,
        *,
        rng: int | np.random.Generator | None = None,
        checkpoint: Checkpoint | None = None,
    ) -> TextClassifier:
        """A new, untrained one."""
        model = classifier(
            **options,
            vocabulary_size=len(vocabulary),
            classes=len(labels),
            padding_id=Vocabulary.padding_id,
            rng=rng,
        )
        return cls(
            model=model, options=options, labels=tuple(labels), vocabulary=vocabulary,
            max_length=max_length, checkpoint=checkpoint,
        )

    @classmethod
    def opened(cls, checkpoint: Checkpoint) -> TextClassifier:
        """The model that a checkpoint describes, its weights not yet restored."""
        metadata = checkpoint.metadata
        vocabulary = Vocabulary.from_list(metadata["vocabulary"])
        return cls.build(
            dict(metadata["model"]), metadata["labels"], vocabulary, metadata["max_length"],
            rng=0, checkpoint=checkpoint,
        )

    def encode(self, words: Sequence[str]) -> np.ndarray:
        """The ids (T,) of those of a text's words that are read."""
        return self.vocabulary.encode(words_read(words, self.max_length))

    def probabilities(self, sequences: Sequence[np.ndarray], batch_size: int = 64) -> np.ndarray:
        """p(label | text), (N, C) float64, for the ids of N texts."""
        if not len(sequences):
            return np.empty((0, len(self.labels)))
        parts = []
        for batch in batches(sequences, np.zeros(len(sequences), dtype=int), batch_size):
            logits = forward(self.model, Batch(*batch), training=False)
            parts.append(softmax(logits.astype(np.float64)))
        return np.concatenate(parts)

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        """The most probable label of each text, and its probability.

        Raises ValueError for a text without a word.
        """
        words = [tokenize(text) for text in texts]
        for text, of_text in zip(texts, words, strict=True):
            if not of_text:
                raise ValueError(f"texts: expected at least one word in each, got {text!r}")
        p = self.probabilities([self.encode(of_text) for of_text in words])
        return [Prediction(self.labels[row.argmax()], float(row.max())) for row in p]

    def save(self, path: str | os.PathLike[str], *, history: Any = None) -> None:
        """Write the checkpoint that `open_trained` reads; whole or not at all."""
        metadata = {
            "kind": self.kind,
            "model": self.options,
            "labels": list(self.labels),
            "vocabulary": self.vocabulary.to_list(),
            "max_length": self.max_length,
        }
        save_checkpoint(path, self.model, history=history, metadata=metadata)
