"""From text to whole numbers: words, and the vocabulary that numbers them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from numpyrnn.validation import check_ids, check_size

PADDING, UNKNOWN = "<pad>", "<unk>"

_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[.,!?;:]")


def tokenize(text: str) -> list[str]:
    """The words and the punctuation of a text, in order and in lower case.

    A word is a run of letters and digits; an apostrophe inside it belongs to it ("isn't").
    Each of . , ! ? ; : is a token of its own. HTML line breaks and everything else, such as
    quotation marks, brackets, hyphens and underscores, only separate words.

    >>> tokenize("It isn't well-made.<br />Not at ALL!")
    ['it', "isn't", 'well', 'made', '.', 'not', 'at', 'all', '!']

    Raises TypeError unless the text is a str.
    """
    if not isinstance(text, str):
        kind = type(text).__name__
        raise TypeError(f"text: expected a str, got {kind}; tokenize one text at a time")
    return _TOKEN.findall(_BREAK.sub(" ", text).replace("\u2019", "'").lower())


class Vocabulary:
    """Numbers for words: 0 is padding, 1 every unknown word, then the words by frequency.

    `documents` is an iterable of token lists. Words that occur fewer than `min_count` times are
    left out; `max_size` limits the whole vocabulary, padding and unknown included. Equally
    frequent words stand in alphabetical order, so the same data always give the same numbers.

    Raises TypeError for text that is not split into tokens, ValueError if no word is left or
    if a document contains one of the two reserved words.
    """

    padding_id = 0
    unknown_id = 1

    def __init__(
        self,
        documents: Iterable[Sequence[str]],
        *,
        min_count: int = 1,
        max_size: int | None = None,
    ) -> None:
        min_count = check_size("min_count", min_count)
        if max_size is not None:
            max_size = check_size("max_size", max_size, minimum=3)
        counts: Counter[str] = Counter()
        for document in documents:
            counts.update(_tokens("documents", document))
        if reserved := [word for word in (PADDING, UNKNOWN) if word in counts]:
            raise ValueError(
                f"documents: expected words only, got the reserved {reserved[0]!r}; rename it"
            )
        kept = [word for word, count in counts.items() if count >= min_count]
        if not kept:
            raise ValueError(
                f"documents: expected a word that occurs at least {min_count} times, got none "
                f"among {len(counts)} different words; lower min_count or give more text"
            )
        kept.sort(key=lambda word: (-counts[word], word))
        self._number([PADDING, UNKNOWN, *kept[: None if max_size is None else max_size - 2]])

    def _number(self, words: list[str]) -> None:
        self._words = words
        self._ids = {word: number for number, word in enumerate(words)}

    @classmethod
    def from_list(cls, words: Sequence[str]) -> Vocabulary:
        """The vocabulary whose `to_list` gave these words; raises ValueError for any other list."""
        words = [str(word) for word in words]
        if words[:2] != [PADDING, UNKNOWN]:
            raise ValueError(
                f"words: expected a list that begins with {PADDING!r}, {UNKNOWN!r}, got "
                f"{words[:2]}; pass what to_list() returned"
            )
        if repeated := [word for word, count in Counter(words).items() if count > 1]:
            raise ValueError(
                f"words: expected every word once, got {repeated[0]!r} twice; "
                "pass what to_list() returned"
            )
        vocabulary = cls.__new__(cls)
        vocabulary._number(words)
        return vocabulary

    def to_list(self) -> list[str]:
        """All the words in the order of their ids, as a checkpoint keeps them."""
        return list(self._words)

    def encode(self, tokens: Sequence[str]) -> np.ndarray:
        """The ids of the tokens, (T,) int64; unknown words become 1."""
        ids = [self._ids.get(token, self.unknown_id) for token in _tokens("tokens", tokens)]
        return np.array(ids, dtype=np.int64)

    def decode(self, ids: Sequence[int] | np.ndarray) -> list[str]:
        """The words of the ids, "<pad>" and "<unk>" included; raises for an id out of range."""
        ids = np.asarray(ids)
        if ids.size == 0:
            return []
        if ids.ndim != 1:
            raise ValueError(f"ids: expected one row (T,), got shape {ids.shape}; decode each row")
        return [self._words[i] for i in check_ids("ids", ids, len(self))]

    def __len__(self) -> int:
        return len(self._words)

    def __contains__(self, word: object) -> bool:
        return word in self._ids

    def __repr__(self) -> str:
        frequent = " ".join(self._words[2:7])
        return f"<Vocabulary of {len(self)}: {frequent}{' …' if len(self) > 7 else ''}>"


def _tokens(what: str, tokens: Sequence[str]) -> Sequence[str]:
    if isinstance(tokens, str):
        start = tokens[:20]
        raise TypeError(f"{what}: expected lists of tokens, got the text {start!r}; tokenize it")
    return tokens
