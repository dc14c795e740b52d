"""Two sequences laid side by side: what has to change to make one of the other.

    D(i, j)   the fewest edits that turn the first i tokens of the reference into the first j of the
              hypothesis, an edit being a token substituted, inserted or deleted

    D(i, 0) = i,  D(0, j) = j
    E(i, j) = min( D(i-1, j) + 1,  D(i-1, j-1) + [r_i ≠ h_j] )            (1)
    D(i, j) = min( E(i, j),  D(i, j-1) + 1 )
            = j + min over k ≤ j of ( E(i, k) - k ),   with E(i, 0) = i   (2)

(2) is what lets NumPy take a row at a time: a running minimum instead of a loop over j.
Source: Levenshtein 1966; Wagner & Fischer 1974.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from numpyrnn.metrics.sentences import Sentence, Token, read_tokens


class Aligned(NamedTuple):
    """A token of the reference and the one of the hypothesis beside it.

    They are equal (a hit) or not (a substitution); a reference of None is an insertion, a
    hypothesis of None a deletion.
    """

    reference: Token | None
    hypothesis: Token | None


def edit_distance(hypothesis: Sentence, reference: Sentence) -> int:
    """The fewest substitutions, insertions and deletions of tokens between the two.

    Text is taken character by character. Raises TypeError for other than text and lists of tokens.
    """
    tokens = read_tokens("hypothesis", hypothesis, list)
    right = read_tokens("reference", reference, list)
    front, back = _common(right, tokens)
    r, h = _ids(right[front : len(right) - back], tokens[front : len(tokens) - back])
    distance = len(h)
    for row in _rows(r, h):
        distance = int(row[-1])
    return distance


def align(hypothesis: Sentence, reference: Sentence) -> list[Aligned]:
    """The two side by side, with as few edits as can be. Text is taken character by character.

    Of several alignments with as few it is always the same one, that of rapidfuzz and jiwer: what
    both begin and end with is laid together; then, from the back, a deletion goes before an
    insertion and that before a substitution.

    Raises TypeError for other than text and lists of tokens.
    """
    tokens = read_tokens("hypothesis", hypothesis, list)
    return aligned(tokens, read_tokens("reference", reference, list))


def aligned(hypothesis: Sequence[Token], reference: Sequence[Token]) -> list[Aligned]:
    """`align` for lists of tokens that have been checked."""
    front, back = _common(reference, hypothesis)
    i, j = len(reference) - back, len(hypothesis) - back
    pairs = [*map(Aligned, reference[i:], hypothesis[j:])][::-1]          # the last pair first
    r, h = _ids(reference[front:i], hypothesis[front:j])
    slope = _slopes(r, h)
    while i > front and j > front:
        above = slope[i - front - 1]
        if above[j - front] == 1:
            i -= 1
            pairs.append(Aligned(reference[i], None))
        elif above[j - front - 1] == -1:
            j -= 1
            pairs.append(Aligned(None, hypothesis[j]))
        else:
            i, j = i - 1, j - 1
            pairs.append(Aligned(reference[i], hypothesis[j]))
    pairs += [Aligned(token, None) for token in reference[front:i][::-1]]
    pairs += [Aligned(None, token) for token in hypothesis[front:j][::-1]]
    pairs += [*map(Aligned, reference[:front], hypothesis[:front])][::-1]
    return pairs[::-1]


def longest_common_subsequence(one: Sequence[Token], other: Sequence[Token]) -> int:
    """How many tokens both have in the same order, whatever stands between them.

    By the same running extreme: L(i, j) = max over k ≤ j of max( L(i-1, k), L(i-1, k-1) + [=] ).
    """
    a, b = _ids(one, other)
    row = np.zeros(len(b) + 1, dtype=np.int64)
    for token in a:
        row[1:] = np.maximum(row[1:], row[:-1] + (b == token))
        np.maximum.accumulate(row, out=row)
    return int(row[-1])


def _rows(r: np.ndarray, h: np.ndarray) -> Iterator[np.ndarray]:
    """D(i, 0 … J) for i = 1, 2, … in turn."""
    places = np.arange(len(h) + 1, dtype=np.int32)
    row = places
    for i, token in enumerate(r, start=1):
        best = np.empty_like(row)
        best[0] = i
        np.minimum(row[1:] + 1, row[:-1] + (h != token), out=best[1:])    # (1)
        row = np.minimum.accumulate(best - places) + places               # (2)
        yield row


def _slopes(r: np.ndarray, h: np.ndarray) -> np.ndarray:
    """D(i, j) - D(i-1, j), for i from 1 and j from 0 on: -1, 0 or 1, one byte for each cell."""
    slopes = np.empty((len(r), len(h) + 1), dtype=np.int8)
    above = np.arange(len(h) + 1, dtype=np.int32)
    for slope, row in zip(slopes, _rows(r, h), strict=True):
        np.subtract(row, above, out=slope, casting="unsafe")
        above = row
    return slopes


def _common(reference: Sequence[Token], hypothesis: Sequence[Token]) -> tuple[int, int]:
    """How many tokens both begin with, and how many of the others both end with."""
    shorter = min(len(reference), len(hypothesis))
    front = 0
    while front < shorter and reference[front] == hypothesis[front]:
        front += 1
    back = 0
    while back < shorter - front and reference[-1 - back] == hypothesis[-1 - back]:
        back += 1
    return front, back


def _ids(one: Sequence[Token], other: Sequence[Token]) -> tuple[np.ndarray, np.ndarray]:
    """The tokens as numbers, equal ones the same."""
    known: dict[Token, int] = {}
    ids = [[known.setdefault(token, len(known)) for token in tokens] for tokens in (one, other)]
    return np.array(ids[0], dtype=np.int64), np.array(ids[1], dtype=np.int64)
