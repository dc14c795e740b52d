"""From text to whole numbers: words, and the vocabulary that numbers them.

    documents = [tokenize(text) for text in texts]
    vocabulary = Vocabulary(documents)
    x, lengths = pad_sequences([vocabulary.encode(words) for words in documents])
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np

from numpyrnn.answers import unknown_attribute
from numpyrnn.text import composed
from numpyrnn.validation import brief, check_ids, check_size

PADDING, UNKNOWN = "<pad>", "<unk>"

_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
# Not seen inside a word: soft hyphen, marks of direction, joiners of words and marks, selectors of
# a glyph's variant.
_UNSEEN = (
    *map(chr, (0x00AD, 0x034F, 0x061C, 0x200E, 0x200F, 0xFEFF)),
    *(chr(c) for first, last in (
        (0x180B, 0x180F), (0x202A, 0x202E), (0x2060, 0x206F), (0xFE00, 0xFE0F), (0xE0100, 0xE01EF),
    ) for c in range(first, last + 1)),
)  # fmt: skip
_JOINERS = "\u200c\u200d"
_LIGATURES, _OTHER_WIDTH = range(0xFB00, 0xFB07), range(0xFF00, 0xFFF0)


def tokenize(text: str) -> list[str]:
    """The words and the punctuation of a text, in order and in lower case.

    A word is a run of letters and digits with the marks on them, in any script; an apostrophe
    inside it belongs to it ("isn't"). Each of . , ! ? ; : is a token of its own. HTML line breaks
    and everything else, such as quotation marks, brackets, hyphens, underscores and emoji, only
    separate words.

    >>> tokenize("It isn't well-made.<br />Not at ALL!")
    ['it', "isn't", 'well', 'made', '.', 'not', 'at', 'all', '!']

    A text gives the same words however it was typed: composed or not (Unicode NFC), with soft
    hyphens, full-width letters, ligatures, or without. A zero-width joiner or non-joiner inside a
    word, as in Persian, belongs to it. Lower case is that of no language in particular: İ becomes
    i, Σ at the end of a word ς, and ß stays.

    Thai, Lao, Khmer, Burmese, Chinese and Japanese are written without spaces between words: what
    stands between two spaces or signs is one token. Cut such a text into words first, with spaces
    or zero-width spaces (U+200B) between them.

    Raises TypeError unless the text is a str.
    """
    if not isinstance(text, str):
        kind = type(text).__name__
        raise TypeError(f"text: expected a str, got {kind}; tokenize one text at a time")
    if text.isascii():
        return _token().findall(_BREAK.sub(" ", text).lower())
    lower = composed(text.translate(_spelling())).lower().replace("i\u0307", "i")   # İ.lower()
    return _token().findall(composed(_BREAK.sub(" ", lower)))


@cache
def _spelling() -> dict[int, str]:
    """For str.translate: what is unseen goes, and ligatures and letters of another width and the
    typographic apostrophe become plain ones."""
    wide = (c for c in _OTHER_WIDTH if unicodedata.category(chr(c))[0] in "LN")
    plain = {c: unicodedata.normalize("NFKC", chr(c)) for c in (*_LIGATURES, *wide)}
    return plain | {0x2019: "'"} | {ord(c): "" for c in _UNSEEN}


@cache
def _token() -> re.Pattern[str]:
    """The pattern of a token. Python's \\w has the letters and digits of all scripts, no marks."""
    marks = [c for c in map(chr, range(0x300, 0x20000)) if unicodedata.category(c)[0] == "M"]
    near = "".join(c for c in marks if c < "\U00010000")
    far = "".join(c for c in marks if c >= "\U00010000")    # apart: one such character makes a
    mark = f"(?:[{near}]|(?=[\U00010000-\U0001ffff])[{far}])"    # class of thousands slow
    joint = f"{mark}+|[{_JOINERS}]+(?=[^\\W_]|{mark})|'(?=[^\\W_])"
    return re.compile(rf"[^\W_]+(?:(?:{joint})[^\W_]*)*|[.,!?;:]")


class Vocabulary:
    """Numbers for words: 0 is padding, 1 every unknown word, then the words by frequency.

    documents   an iterable of token lists, such as [tokenize(text) for text in texts]
    min_count   leave out words that occur fewer times
    max_size    at most so many words, padding and unknown included

    Equally frequent words stand in alphabetical order, so the same data always give the same
    numbers. Words are compared in their composed form (Unicode NFC).

    >>> vocabulary = Vocabulary([["a", "good", "film"], ["a", "bad", "film"]])
    >>> list(vocabulary)
    ['<pad>', '<unk>', 'a', 'film', 'bad', 'good']
    >>> vocabulary.encode(["a", "silly", "film"])
    array([2, 1, 3])
    >>> vocabulary.decode([2, 5, 3])
    ['a', 'good', 'film']
    >>> "silly" in vocabulary, len(vocabulary)
    (False, 6)

    `json.dumps(vocabulary.to_list())` keeps it, `Vocabulary.from_list(json.loads(text))` brings it
    back; so it goes into the metadata of a checkpoint:

        save_checkpoint("model.npz", model, metadata={"words": vocabulary.to_list()})
        vocabulary = Vocabulary.from_list(load_checkpoint("model.npz").metadata["words"])

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
        written: Counter[str] = Counter()
        cure = "pass lists of tokens, such as [tokenize(text) for text in texts]"
        for document in _several("documents", documents, cure):
            written.update(_tokens("documents", document))
        counts: Counter[str] = Counter()
        for word, count in written.items():
            counts[composed(word)] += count
        if reserved := [word for word in (PADDING, UNKNOWN) if word in counts]:
            raise ValueError(
                f"documents: expected words only, got the reserved {reserved[0]!r}; rename it"
            )
        frequent = [word for word, count in counts.items() if count >= min_count]
        if not frequent:
            raise ValueError(
                f"documents: expected a word that occurs at least {min_count} times, got none "
                f"among {len(counts)} different words; lower min_count or give more text"
            )
        frequent.sort(key=lambda word: (-counts[word], word))
        self._number([PADDING, UNKNOWN, *frequent[: None if max_size is None else max_size - 2]])

    def _number(self, words: list[str]) -> None:
        self._words = words
        self._ids = {word: number for number, word in enumerate(words)}
        for number, word in enumerate(words):       # a list of long ago may have other forms
            self._ids.setdefault(composed(word), number)

    @classmethod
    def from_list(cls, words: Sequence[str]) -> Vocabulary:
        """The vocabulary whose `to_list` gave these words; raises ValueError for any other list."""
        cure = "pass what to_list() returned"
        words = [str(word) for word in _several("words", words, cure)]
        if words[:2] != [PADDING, UNKNOWN]:
            raise ValueError(
                f"words: expected a list that begins with {PADDING!r}, {UNKNOWN!r}, got "
                f"{words[:2]}; {cure}"
            )
        if repeated := [word for word, count in Counter(words).items() if count > 1]:
            raise ValueError(
                f"words: expected every word once, got {repeated[0]!r} twice; {cure}"
            )
        vocabulary = cls.__new__(cls)
        vocabulary._number(words)
        return vocabulary

    def to_list(self) -> list[str]:
        """All the words in the order of their ids, as a checkpoint keeps them."""
        return list(self._words)

    def encode(self, tokens: Sequence[str]) -> np.ndarray:
        """The ids of the tokens, (T,) int64; unknown words become 1."""
        ids = [self._id(token) for token in _tokens("tokens", tokens)]
        return np.array(ids, dtype=np.int64)

    def decode(self, ids: Sequence[int] | np.ndarray) -> list[str]:
        """The words of the ids, "<pad>" and "<unk>" included; raises for an id out of range."""
        ids = np.asarray(ids)
        if ids.size == 0:
            return []
        if ids.ndim != 1:
            raise ValueError(f"ids: expected one row (T,), got shape {ids.shape}; decode each row")
        return [self._words[i] for i in check_ids("ids", ids, len(self))]

    def _id(self, word: str) -> int:
        number = self._ids.get(word)
        return self._ids.get(composed(word), self.unknown_id) if number is None else number

    def __len__(self) -> int:
        return len(self._words)

    def __iter__(self) -> Iterator[str]:
        """The words in the order of their ids."""
        return iter(self._words)

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and composed(word) in self._ids

    def __getattr__(self, name: str) -> Any:
        """Only asked for what there is not: names the word that is meant."""
        raise unknown_attribute(self, name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Vocabulary) and self._words == other._words

    def __hash__(self) -> int:
        return hash(tuple(self._words))

    def __repr__(self) -> str:
        frequent = " ".join(self._words[2:7])
        return f"<Vocabulary of {len(self)}: {frequent}{' …' if len(self) > 7 else ''}>"


def _several(what: str, value: Any, cure: str) -> Iterable[Any]:
    """What holds several things, and is not one text."""
    if isinstance(value, str | bytes) or not isinstance(value, Iterable):
        raise TypeError(f"{what}: expected a list, got {brief(value)}; {cure}")
    return value


def _tokens(what: str, tokens: Any) -> list[str]:
    """The tokens of one text."""
    if isinstance(tokens, str):
        start = tokens[:20]
        raise TypeError(f"{what}: expected lists of tokens, got the text {start!r}; tokenize it")
    tokens = list(tokens) if isinstance(tokens, Iterable) else [tokens]
    for token in tokens:
        if not isinstance(token, str):
            raise TypeError(
                f"{what}: expected words (str), got {brief(token)}; tokenize each text, and encode "
                "one at a time"
            )
    return tokens
