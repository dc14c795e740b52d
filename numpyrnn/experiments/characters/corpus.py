"""A text in two parts, and how well an n-gram predicts the second one."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from numpyrnn.tasks.characters import Alphabet, read_text, reference_text, split_text
from numpyrnn.tasks.ngram import InterpolatedNgram
from numpyrnn.text import visible

ORDER = 5  # of the baseline


class Corpus(NamedTuple):
    """A text as ids, divided, and the score of the baseline."""

    name: str
    sha256: str
    size: int  # characters
    alphabet: Alphabet
    train: np.ndarray  # ids
    validation: np.ndarray
    order: int  # of the baseline
    baseline: float  # its bits per character on the validation text


def read_corpus(path: str | os.PathLike[str] | None, checkpoint: Any = None) -> Corpus:
    """The text of a file, or Python's own reference manual for None.

    Raises ValueError where it is not the text that a checkpoint was trained on.
    """
    name = "Python's reference manual" if path is None else visible(Path(path).name)
    text = reference_text() if path is None else read_text(path)
    digest = hashlib.sha256(text.encode()).hexdigest()
    if checkpoint is not None and checkpoint.metadata["text"]["sha256"] != digest:
        raise ValueError(
            f"resume: expected the text that {checkpoint.path} was trained on "
            f"({checkpoint.metadata['text']['name']}), got another ({name}); "
            "name the same text=, or begin anew without resume="
        )
    alphabet = Alphabet(text)
    train, validation = map(alphabet.encode, split_text(text))
    order = ORDER
    while len(alphabet) ** order >= 2**63:  # thousands of characters: an n-gram is one int64
        order -= 1
    ngram = InterpolatedNgram(order).fit(train, len(alphabet))
    baseline = ngram.bits_per_character(validation, context=train)
    return Corpus(name, digest, len(text), alphabet, train, validation, order, baseline)
