"""Text as a stream of character ids, for a language model that predicts the next character.

    text = reference_text()                        # or read_text("book.txt")
    alphabet = Alphabet(text)
    train, validation = split_text(text)
    x, targets = streams(alphabet.encode(train), batch=32)      # (B, T) each

The model's score is bits per character, -mean log2 p(character | all characters before it); the
baseline to beat is `numpyrnn.tasks.ngram.InterpolatedNgram` on the same split.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from numpyrnn.tasks.decoding import decode
from numpyrnn.text import composed
from numpyrnn.validation import check_ids, check_number, check_shape, check_size

SHORTEST_TEXT = 1000  # characters; with less, a tenth for validation says nothing
SHORTEST_REPEAT = 40  # characters; shorter paragraphs ("For example:") recur in any prose


def reference_text() -> str:
    """Python's own reference manual, each paragraph once: about 370,000 characters of English.

    It comes with Python (`pydoc_data.topics`, what `help("while")` prints), so nothing is
    downloaded. The chapters follow each other by name. Python 3.10 to 3.13 word them slightly
    differently, so scores are comparable within one Python version only.

    The manual repeats itself: `help("while")` is also a section of `help("compound")`. Left in,
    the repeats put a tenth of the validation text word for word into the training text, and every
    score would flatter those who memorise (a 5-gram by 0.12 bits per character). So a paragraph of
    40 characters or more stays once, in the longest chapter that has it, whatever its line
    breaks. Raises ModuleNotFoundError on a Python built without its documentation.
    """
    try:
        from pydoc_data.topics import topics
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "reference_text: expected Python's own documentation (pydoc_data), but this Python "
            "was built without it; give a text file instead"
        ) from error
    longest_first = sorted(topics, key=lambda name: (-len(topics[name]), name))
    texts = without_repeats(topics[name] for name in longest_first)
    chapters = sorted(zip(longest_first, texts, strict=True))
    return "\n\n\n".join(chapter for _, chapter in chapters if chapter)


def without_repeats(texts: Iterable[str]) -> list[str]:
    """The texts without the paragraphs (40 characters or more) that have come before."""
    known: set[str] = set()
    reduced = []
    for text in texts:
        paragraphs = []
        for paragraph in text.strip("\n").split("\n\n"):
            words = " ".join(paragraph.split())
            if len(words) < SHORTEST_REPEAT or words not in known:
                paragraphs.append(paragraph)
            known.add(words)
        reduced.append("\n\n".join(paragraphs))
    return reduced


def read_text(path: str | os.PathLike[str], *, minimum: int = SHORTEST_TEXT) -> str:
    """The text of a file, composed (Unicode NFC: "é" is one character, however it was saved).

    Every line ends in "\\n", a byte order mark is dropped.

    The file is UTF-8, or UTF-16 or UTF-32 with the mark that says so. Raises FileNotFoundError,
    IsADirectoryError (an OSError each), and ValueError for bytes that are no such text (with their
    position) or fewer than `minimum` characters.
    """
    path = Path(path)
    if path.is_dir():
        raise IsADirectoryError(f"{path}: expected a text file, got a directory; name a file in it")
    if not path.exists():
        raise FileNotFoundError(f"{path}: expected a text file, but there is none; check the path")
    text = decode(path.read_bytes(), path).replace("\r\n", "\n").replace("\r", "\n")
    text = composed(text)
    if len(text) < minimum:
        got = f"{len(text)} characters" if text else "an empty file"
        raise ValueError(
            f"{path}: expected at least {minimum} characters, got {got}; give a longer text"
        )
    return text


class Alphabet:
    """The distinct characters of a text, sorted, and their ids 0 … V-1.

    Build it from the whole text, validation included. That gives away how many characters there
    are, not where or how often: a character that the training part lacks still counts in
    full. (Mapping such characters to one "unknown" symbol would make them cheaper and
    the score better than the model.) RNN and baseline must share one alphabet.

    The text is composed first (Unicode NFC), and so is what is encoded: however "é" was typed, it
    has the same ids. `Alphabet(alphabet.characters)` rebuilds an alphabet, from a checkpoint for
    example: a text whose characters only rise, none twice, is taken as these characters.
    Raises ValueError for an empty text, TypeError for what is not a string.
    """

    def __init__(self, text: str):
        if not isinstance(text, str):
            raise TypeError(f"text: expected a string, got {type(text).__name__}; decode it first")
        if not text:
            raise ValueError("text: expected at least one character, got an empty string")
        rising = all(a < b for a, b in pairwise(text))      # as `characters` are
        self.characters = text if rising else "".join(sorted(set(composed(text))))
        self._codes = _code_points(self.characters)

    def __len__(self) -> int:
        return len(self.characters)

    def __contains__(self, character: object) -> bool:
        return isinstance(character, str) and len(character) == 1 and character in self.characters

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Alphabet) and self.characters == other.characters

    def __hash__(self) -> int:
        return hash(self.characters)

    def __repr__(self) -> str:
        return f"Alphabet({self.characters!r})"

    def encode(self, text: str) -> np.ndarray:
        """Ids (N,), int64. A character outside the alphabet raises ValueError with its position."""
        if not isinstance(text, str):
            raise TypeError(f"text: expected a string, got {type(text).__name__}; decode it first")
        original, text = text, composed(text)
        ids, known = self._find(text)
        if not known.all():
            for other in (self._apart(text), original):        # as an alphabet of old may have it
                ids, there = self._find(other)
                if there.all():
                    return ids
            first = int(np.argmin(known))
            raise ValueError(
                f"text: expected only the {len(self)} characters of the alphabet, got "
                f"{text[first]!a} (U+{ord(text[first]):04X}) at position {first}; "
                "leave it out or write it with characters of the training text"
            )
        return ids

    def _find(self, text: str) -> tuple[np.ndarray, np.ndarray]:
        """The place of each character, and whether it stands there."""
        codes = _code_points(text)
        ids = np.searchsorted(self._codes, codes)
        return ids, self._codes[np.minimum(ids, len(self) - 1)] == codes

    def _apart(self, text: str) -> str:
        """The text with those letters and marks apart that the alphabet has only apart."""
        unknown = set(text) - set(self.characters)
        return text.translate({ord(c): unicodedata.normalize("NFD", c) for c in unknown})

    def decode(self, ids: Any) -> str:
        """The text of ids (N,); an empty sequence is an empty text."""
        array = check_ids("ids", ids, len(self))
        check_shape("ids", array, ("N",), "decode one row at a time")
        return "".join(map(self.characters.__getitem__, array.tolist()))


def _code_points(text: str) -> np.ndarray:
    """One Unicode code point a character; sorts as Python sorts the characters."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def split_text(text: str, validation: float = 0.1) -> tuple[str, str]:
    """(training text, validation text): the last `validation` share of the characters is held out.

    One contiguous tail, as is usual for text: every validation character then has its true
    predecessors before it, and no training text from behind. Scattered pieces would be easier,
    since the sentences around each of them would be trained on. A tail is only as typical as the
    text is even. The reference text's is: a 5-gram needs 1.86 bits per character on it, and 1.77
    to 2.04, 1.89 on average, on each tenth in turn (Python 3.11).

    Predict the first validation characters after the end of the training text, not after nothing.
    Raises ValueError where a part would have fewer than 2 characters.
    """
    share = check_number("validation", validation, above=0, below=1)
    cut = len(text) - round(share * len(text))
    if cut < 2 or len(text) - cut < 2:
        raise ValueError(
            f"text: expected at least 2 characters on either side of the split, got {cut} for "
            f"training and {len(text) - cut} for validation; give a longer text"
        )
    return text[:cut], text[cut:]


def streams(ids: Any, batch: int) -> tuple[np.ndarray, np.ndarray]:
    """One long stream of ids (N,) as `batch` parallel ones: x (B, T), targets (B, T), next ids.

    Row b is the b-th stretch of T = (N-1) // B ids, so the state after columns 0 … W-1 is the
    right one to carry into columns W … 2W-1. targets[b, t] is the id after x[b, t], across
    the rows too: targets[b, -1] == x[b+1, 0]. Of the N-1 predictions at most B-1 are lost, the last
    ones. Both arrays are copies. Raises ValueError where a row would have no id to predict.
    """
    batch = check_size("batch", batch)
    array = np.asarray(ids)
    check_shape("ids", array, ("N",), "give the text as one row")
    steps = (len(array) - 1) // batch
    if steps < 1:
        raise ValueError(
            f"batch: expected at most {max(len(array) - 1, 0)} rows for {len(array)} ids, "
            f"got {batch}; give a longer text or a smaller batch"
        )
    used = batch * steps
    x, targets = array[:used].copy(), array[1 : used + 1].copy()
    return x.reshape(batch, steps), targets.reshape(batch, steps)
