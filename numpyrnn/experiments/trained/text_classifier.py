"""A trained model with what it needs to read a text and to name a label, kept in one checkpoint."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from numpyrnn.cli.hints import hint
from numpyrnn.layers import Layer
from numpyrnn.losses import softmax
from numpyrnn.models import classifier
from numpyrnn.tasks.text import Vocabulary
from numpyrnn.training import Batch, batches, load_checkpoint, save_checkpoint
from numpyrnn.training.steps import forward

KIND = "classifier"


def words_read(words: Sequence[str], max_length: int | None) -> Sequence[str]:
    """The last max_length words, or all: the end of a review is where its verdict stands."""
    return words if max_length is None else words[-max_length:]


@dataclass(frozen=True)
class TextClassifier:
    """`options` are the arguments that `models.classifier` built the model with.

    Of a text longer than max_length words only the last ones are read; None reads all of them.
    """

    model: Layer
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
    ) -> TextClassifier:
        """A new, untrained one."""
        model = classifier(
            **options,
            vocabulary_size=len(vocabulary),
            classes=len(labels),
            padding_id=Vocabulary.padding_id,
            rng=rng,
        )
        return cls(model, options, tuple(labels), vocabulary, max_length)

    def encode(self, words: Sequence[str]) -> np.ndarray:
        """The ids (T,) of those of a text's words that are read."""
        return self.vocabulary.encode(words_read(words, self.max_length))

    def probabilities(self, sequences: Sequence[np.ndarray], batch_size: int = 64) -> np.ndarray:
        """p(label | text), (N, C) float64, for the ids of N texts."""
        found = []
        for batch in batches(sequences, np.zeros(len(sequences), dtype=int), batch_size):
            logits = forward(self.model, Batch(*batch), training=False)
            found.append(softmax(logits.astype(np.float64)))
        return np.concatenate(found)

    def save(self, path: str | os.PathLike[str], *, history: Any = None) -> None:
        """Write the checkpoint that `load` reads; whole or not at all."""
        metadata = {
            "kind": KIND,
            "model": self.options,
            "labels": list(self.labels),
            "vocabulary": self.vocabulary.to_list(),
            "max_length": self.max_length,
        }
        save_checkpoint(path, self.model, history=history, metadata=metadata)

    @classmethod
    def load(cls, path: str | os.PathLike[str], option: str = "--model") -> TextClassifier:
        """What `save` wrote.

        Raises ValueError naming `option` where there is no such file, where it is no checkpoint,
        damaged, or that of something else than a classifier.
        """
        path = Path(path)
        if path.is_dir():
            inside = sorted(file.name for file in path.glob("*.npz"))
            cure = f"name one of {', '.join(inside)} in it" if inside else "name a file"
            raise ValueError(f"{option}: expected a file, got the directory {str(path)!r}; {cure}")
        if not path.exists():
            raise ValueError(
                f"{option}: expected a file, but there is no {str(path)!r}; check the name, or "
                f"train a model with {hint('compare')} or {hint('train')}"
            )
        found = load_checkpoint(path)
        metadata = found.metadata if isinstance(found.metadata, dict) else {}
        if metadata.get("kind") == "language_model":
            raise ValueError(
                f"{option}: expected a classifier, got a language model in {str(path)!r}; "
                f"let it write with {hint('sample', '--model', path)}"
            )
        try:
            if metadata["kind"] != KIND:
                raise ValueError(metadata["kind"])
            vocabulary = Vocabulary.from_list(metadata["vocabulary"])
            options, max_length = dict(metadata["model"]), metadata["max_length"]
            loaded = cls.build(options, metadata["labels"], vocabulary, max_length, rng=0)
        except (KeyError, ValueError, TypeError) as error:
            raise ValueError(
                f"{option}: expected a checkpoint that numpyrnn compare wrote, got another in "
                f"{str(path)!r}; train a model with {hint('compare')}"
            ) from error
        found.restore(loaded.model)
        return loaded
