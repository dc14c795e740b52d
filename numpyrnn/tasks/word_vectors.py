"""Word vectors that were trained elsewhere, from a text file in the format of GloVe."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from os import PathLike
from typing import NamedTuple

import numpy as np

from numpyrnn.tasks.text import Vocabulary
from numpyrnn.text import composed


class WordVectors(NamedTuple):
    """The vectors (N, D) float32 of those N words that the file has, and the words' ids (N,)."""

    ids: np.ndarray
    vectors: np.ndarray


def read_vectors(path: str | PathLike[str], vocabulary: Vocabulary) -> WordVectors:
    """The vectors of the vocabulary's words: a word and D numbers a line, blanks or tabs between.

        ids, vectors = read_vectors("glove.6B.100d.txt", vocabulary)
        embedding.params["W"][ids] = vectors            # the others keep their random start

    A first line of two whole numbers, as word2vec and fastText write it, is skipped. Of a word that
    stands there twice the first vector counts; words with spaces inside are passed over. Source of
    the format and of the vectors: Pennington, Socher & Manning 2014.

    Raises OSError for a file that cannot be read; ValueError, with the line, where it is empty, not
    UTF-8, where one of the vocabulary's words has too few numbers or something that is none, or
    where it has none of the words.
    """
    ids = {composed(word): number for number, word in enumerate(vocabulary) if number > 1}
    vectors: dict[int, np.ndarray] = {}
    size, line = 0, 0
    for line, raw in enumerate(_lines(path), start=1):
        if not size:
            if line == 1 and re.fullmatch(rb"\d+\s+\d+\s*", raw):
                continue
            size = max(0, len(raw.split()) - 1)
        word, _, columns = raw.replace(b"\t", b" ").partition(b" ")
        id = ids.get(_word(word, path, line))
        if id is None or id in vectors:
            continue
        numbers = columns.split()
        if len(numbers) <= size:            # else the word goes on behind a space
            vectors[id] = _vector(numbers, size, path, line)
    if not line:
        raise ValueError(f"{path}: expected a word and its vector on each line, got an empty file")
    if not vectors:
        raise ValueError(
            f"{path}: expected some of the {len(ids):,} words of the texts, got none of them in "
            f"{line:,} lines; take vectors of the same language, in lower case"
        )
    return WordVectors(np.array(list(vectors)), np.array(list(vectors.values())))


def _lines(path: str | PathLike[str]) -> Iterator[bytes]:
    """The lines as bytes: most of the words are not asked for."""
    try:
        with open(path, "rb") as file:
            start = file.readline()
            if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                raise ValueError(
                    f"{path}: expected text in UTF-8, got UTF-16 (by its byte order mark); save "
                    "the file as UTF-8"
                )
            yield from filter(None, [start.removeprefix(codecs.BOM_UTF8)])
            yield from file
    except OSError as error:
        raise type(error)(
            f"{path}: expected a file that can be read, got: {error.strerror}; check the path"
        ) from None


def _word(field: bytes, path: str | PathLike[str], line: int) -> str:
    try:
        return composed(field.decode())
    except UnicodeDecodeError:
        raise ValueError(
            f"{path}, line {line}: expected text in UTF-8, got the bytes {field[:20]!r}; unpack "
            "the file, or save it as UTF-8"
        ) from None


def _vector(numbers: list[bytes], size: int, path: str | PathLike[str], line: int) -> np.ndarray:
    """What stands behind the word, (D,) float32."""
    problem = f"{len(numbers)}"
    if len(numbers) == size > 0:
        try:
            vector = np.array(numbers, dtype=np.float32)
        except ValueError as error:
            problem = str(error).rpartition(": b")[2]
        else:
            if np.isfinite(vector).all():
                return vector
            problem = "NaN or infinity"
    raise ValueError(
        f"{path}, line {line}: expected a word and {max(size, 1)} finite numbers, got {problem}; "
        "repair or delete the line"
    )
