"""The embedded Reber grammar: predict the next letter, and remember the second one for the end.

Reber's grammar is a walk along these arrows, each with its letter:

    0 -B-> 1    1 -T-> 2   1 -P-> 3    2 -S-> 2   2 -X-> 4    3 -T-> 3   3 -V-> 5
    4 -X-> 3    4 -S-> 6   5 -P-> 4    5 -V-> 6   6 -E-> end

In the embedded grammar such a string stands between two equal letters, B T … T E or B P … P E. All
but the letter before the last can be predicted from the few letters before; for that one the second
letter of the string, at least six steps ago, must have been remembered past a string of the same
letters.

Baseline: the grammar without the memory, which is right in half of the strings. Solved:
every letter of every string of a training and a test set of 256 strings each is predicted, which
means that the letters that may follow are the most probable ones. Source: Reber 1967; Cleeremans,
Servan-Schreiber & McClelland 1989; Hochreiter & Schmidhuber 1997, experiment 1.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from numpyrnn.tasks.padding import fill
from numpyrnn.validation import RandomSource, check_flag, check_rng, check_shape, check_size

SYMBOLS = "BTPSXVE"             # in the order of the one-hot input
BASELINE = 0.5                  # share of the strings with every letter predicted
SET = 256                       # strings to learn from, and as many to test with

# State -> letters that may follow, and the state that each leads to; None is the end.
ARROWS: dict[int, dict[str, int | None]] = {
    0: {"B": 1}, 1: {"T": 2, "P": 3}, 2: {"S": 2, "X": 4}, 3: {"T": 3, "V": 5},
    4: {"X": 3, "S": 6}, 5: {"P": 4, "V": 6}, 6: {"E": None},
}  # fmt: skip


class Strings(NamedTuple):
    """N strings, of which all letters but the last are read, and all but the first predicted.

    x (N, L, 7), one-hot float32; targets (N, L), ids of the next letters, -1 behind the
    string; allowed (N, L, 7), True for the letters that may come; lengths (N,); int64.
    """

    x: np.ndarray
    targets: np.ndarray
    allowed: np.ndarray
    lengths: np.ndarray


def reber_strings(
    count: int, rng: RandomSource = None, *, embedded: bool = True, distinct: bool = False
) -> list[str]:
    """`count` strings of the grammar, each arrow out of a state being equally probable.

    With `distinct` no string comes twice (the short ones are frequent otherwise), so that two
    halves of the list are a training and a test set that share none. Raises ValueError for a count
    below 1.
    """
    count = check_size("count", count)
    check_flag("embedded", embedded)
    check_flag("distinct", distinct)
    rng = check_rng(rng)
    strings: list[str] = []
    known: set[str] = set()
    while len(strings) < count:
        string = _walk(rng)
        if embedded:
            symbol = "TP"[rng.integers(2)]
            string = f"B{symbol}{string}{symbol}E"
        if not (distinct and string in known):
            known.add(string)
            strings.append(string)
    return strings


def encode(strings: Iterable[str], *, embedded: bool = True) -> Strings:
    """The strings as arrays, with what may follow each letter.

    Raises ValueError, with the place, for a string that is not of the grammar.
    """
    strings = list(strings)
    check_size("strings", len(strings))
    allowed = [_allowed(string, embedded) for string in strings]
    lengths = np.array([len(string) - 1 for string in strings])
    N, L = len(strings), lengths.max()
    x = np.zeros((N, L, len(SYMBOLS)), np.float32)
    may = np.zeros((N, L, len(SYMBOLS)), bool)
    ids = [np.array([SYMBOLS.index(letter) for letter in string]) for string in strings]
    targets = fill([row[1:] for row in ids], L, -1)
    for n, row in enumerate(ids):
        x[n, np.arange(len(row) - 1), row[:-1]] = 1
        for t, letters in enumerate(allowed[n]):
            may[n, t, [SYMBOLS.index(letter) for letter in letters]] = True
    return Strings(x, targets, may, lengths)


def predicted(scores: np.ndarray, strings: Strings) -> np.ndarray:
    """Which strings (N,) have every letter predicted: those allowed get the highest scores.

    scores (N, L, 7), logits or probabilities. Raises ValueError for another shape.
    """
    check_shape("scores", np.asarray(scores), strings.allowed.shape, "one score for each letter")
    lowest = np.where(strings.allowed, scores, np.inf).min(axis=2)
    highest = np.where(strings.allowed, -np.inf, scores).max(axis=2)
    padding = np.arange(strings.x.shape[1]) >= strings.lengths[:, None]
    return ((lowest > highest) | padding).all(axis=1)


def _walk(rng: np.random.Generator) -> str:
    letters = ""
    at: int | None = 0
    while at is not None:
        arrows = list(ARROWS[at].items())
        letter, at = arrows[rng.integers(len(arrows))]
        letters += letter
    return letters


def _allowed(string: str, embedded: bool) -> list[str]:
    """The letters that may follow each letter of the string but the last."""
    if not embedded:
        return _followers(string)
    inner = string[2:-2]
    if len(string) < 5 or string[0] != "B" or string[-1] != "E" or string[1] not in "TP":
        raise ValueError(
            f"strings: expected B, T or P, a Reber string, the same letter and E, got {string!r}"
        )
    if string[-2] != string[1]:
        raise ValueError(
            f"strings: expected {string[1]!r} before the last letter, as after the first, got "
            f"{string!r}"
        )
    return ["TP", "B", *_followers(inner), string[1], "E"]


def _followers(inner: str) -> list[str]:
    """The letters that may follow each letter of a Reber string but the last."""
    may: list[str] = []
    at: int | None = 0
    for place, letter in enumerate(inner):
        if at is None or letter not in ARROWS[at]:
            expected = "the end" if at is None else " or ".join(ARROWS[at])
            raise ValueError(
                f"strings: expected {expected} at letter {place} of the Reber string {inner!r}, "
                f"got {letter!r}"
            )
        at = ARROWS[at][letter]
        if at is not None:
            may.append("".join(ARROWS[at]))
    if at is not None:
        raise ValueError(f"strings: expected a Reber string that ends with E, got {inner!r}")
    return may
