"""A character language model with its alphabet, ready to write."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from numpyrnn.experiments.trained.record import Trained
from numpyrnn.models.language_model import continuation, language_model
from numpyrnn.tasks.characters import Alphabet
from numpyrnn.training import Checkpoint


@dataclass(frozen=True, kw_only=True)
class LanguageModel(Trained):
    """A language model and the characters that it reads and writes."""

    kind = "language_model"
    alphabet: Alphabet

    @classmethod
    def opened(cls, checkpoint: Checkpoint) -> LanguageModel:
        """The model that a checkpoint describes, its weights not yet restored."""
        if not checkpoint.best:
            raise ValueError("checkpoint: expected the best weights, got none")
        model = language_model(**checkpoint.metadata["model"], rng=0)
        alphabet = Alphabet(checkpoint.metadata["alphabet"])
        return cls(model=model, alphabet=alphabet, checkpoint=checkpoint)

    def write(
        self, prompt: str = "", *, temperature: float = 0.8, rng: Any = None
    ) -> Iterator[str]:
        """Characters that go on from the prompt, one after the other, without end.

        Without a prompt they begin as a paragraph does. A temperature of 0 always takes the most
        probable character. Raises ValueError for a character that is not in the alphabet.
        """
        try:
            ids = self.alphabet.encode(prompt or opening(self.alphabet))
        except ValueError as error:
            raise ValueError(f"prompt: {str(error).removeprefix('text: ')}") from error
        characters = continuation(self.model, ids, temperature=temperature, rng=rng)
        return (self.alphabet.characters[character] for character in characters)


def opening(alphabet: Alphabet) -> str:
    """What a model reads before a text without a prompt: the end of a paragraph, if it can."""
    return "\n\n" if "\n" in alphabet else alphabet.characters[0]
