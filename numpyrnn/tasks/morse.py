"""Morse code in noise: a text from a sound, letter by letter, without the letters' times.

Somebody keys one to three words, 15 to 30 words a minute, on a pitch of 400 to 900 Hz, in white
noise. The input is a spectrogram tuned to that pitch, (T, 14), a step every 40 ms. The targets are
the letters and the spaces between words; a message lasts one to fifteen seconds, and nobody knows
when each of them is heard. So it is a task for `ctc_loss`, whose blank is id 0.

Baseline: saying nothing, with a word error rate of 1. Solved: a word error rate below 0.05
at 0 dB, tone and noise equally strong.

Recipe: `ctc_model("gru", FEATURES, CLASSES, hidden_size=64)`, 33,948 parameters, trained on the
lessons of `CURRICULUM` in batches of 32; Adam, the learning rate 0.01 after 20 steps of warm-up and
from the middle on falling to 0 in a straight line; gradients clipped at a norm of 5. That takes two
and a half minutes on one core. Without the first lesson, or with the whole spectrum as input, the
model learns for hundreds of steps no more than how often each letter comes. Word error rates in per
cent over 300 messages each (one seed):

    signal to noise, dB                       -12   -9   -6   -3    0    3    6    9   12
    random letters, ctc_greedy                141   83   25  4.6  3.6  1.3  0.9  1.0  1.7
    WORDS, ctc_greedy                         134   88   29  8.6  3.1  1.7  1.4  3.3  1.5
    WORDS, ctc_beam_search with spelling       97   43  5.9  1.5  0.0  0.0  0.0  0.3  0.0

The model was trained on random letters from -9 dB up and never saw WORDS: what the third line has
before the second, it has from knowing them. At -12 dB it babbles, which is worse than silence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from numpyrnn.tasks.morse_audio import FEATURES as FEATURES
from numpyrnn.tasks.morse_audio import LETTERS, heard, waveform
from numpyrnn.tasks.padding import fill
from numpyrnn.validation import (
    RandomSource,
    as_array,
    brief,
    check_ids,
    check_number,
    check_rng,
    check_shape,
    check_size,
)

BASELINE = 1.0      # word error rate of saying nothing
SOLVED = 0.05       # word error rate at 0 dB

BLANK, SPACE = 0, 1
CHARACTERS = " " + "".join(LETTERS)     # the id of a character is its place here, plus 1
CLASSES = 1 + len(CHARACTERS)           # with the blank
SPEEDS = (15.0, 30.0)                   # words a minute
PITCHES = (400.0, 900.0)                # Hz

COMMON = (
    "all and any are as at be big box but by call can come copy day did dog down each eight end "
    "fast five for fox from give go good hear here high home how if in is it jazz join just key "
    "know last left like long low make map mile moon more move much name near new next night nine "
    "no noon north not now of off old on one only open or our out over past plan port quick quit "
    "quiet rain read ready red right road run safe sea see send set ship six so soon south stop "
    "sun take ten that the then this three time to two up very view wait way we week well west "
    "what when wind with word year yes you zero zone"
)
WORDS = tuple(COMMON.split())           # all letters occur
CURRICULUM: tuple[tuple[int, dict[str, Any]], ...] = (      # epochs, and arguments of `morse`
    (4, dict(count=1024, words=tuple(LETTERS), most_words=1, snr=(0.0, 12.0))),
    (5, dict(count=4000, most_words=1, snr=(-9.0, 12.0))),
    *[(3, dict(count=4000, snr=(-9.0, 12.0)))] * 5,
)


class Messages(NamedTuple):
    """x: N arrays (T, 14) float32; targets (N, L) ids, -1 behind the shorter ones; the texts."""

    x: list[np.ndarray]
    targets: np.ndarray
    texts: list[str]


def morse(
    count: int,
    rng: RandomSource = None,
    *,
    snr: float | tuple[float, float] = 0.0,
    words: Sequence[str] | None = None,
    most_words: int = 3,
) -> Messages:
    """`count` messages of 1 to `most_words` words, as `batches` and `ctc_loss` take them.

    `snr` in decibels is one number or a range (low, high), from which each message draws its own.
    `words` is what texts are made of, such as `WORDS`; None: random groups of 2 to 5 letters, of
    which nothing can be guessed from its neighbours. Raises ValueError for a count below 1, words
    with anything but the letters a to z, and a range from high to low.

    >>> messages = morse(3, rng=0, snr=6)
    >>> messages.x[0].shape[1], messages.targets.shape[0], decode(messages.targets[0])
    (14, 3, 'nhib ae qxnpz')
    """
    count = check_size("count", count)
    most_words = check_size("most_words", most_words)
    low, high = _check_range(snr)
    rng = check_rng(rng)
    words = None if words is None else _check_words(words)
    texts, x = [], []
    for _ in range(count):
        text = " ".join(_word(words, rng) for _ in range(rng.integers(1, most_words + 1)))
        sound = waveform(
            text, speed=rng.uniform(*SPEEDS), pitch=rng.uniform(*PITCHES),
            snr=rng.uniform(low, high), rng=rng,
        )
        texts.append(text)
        x.append(heard(sound))
    targets = fill([encode(text) for text in texts], max(map(len, texts)), -1)
    return Messages(x, targets, texts)


def encode(text: str) -> np.ndarray:
    """Ids (L,) of a text of letters and spaces: 1 for a space, 2 for a … 27 for z."""
    if not isinstance(text, str):
        raise TypeError(f"text: expected a string, got {brief(text)}; give one text at a time")
    if unknown := [c for c in text if c not in CHARACTERS]:
        raise ValueError(
            f"text: expected letters from a to z and spaces, got {unknown[0]!a}; leave it out"
        )
    return np.array([1 + CHARACTERS.index(c) for c in text], dtype=np.int64)


def decode(ids: Any) -> str:
    """The text of ids (L,) such as a decoder gives; ids of -1, padding, are left out.

    Spaces are as one writes them: one between two words, none before or behind.
    """
    array = as_array("ids", ids)
    check_shape("ids", array, ("L",), "decode one row at a time")
    if array.dtype.kind in "iu":
        array = array[array != -1]
    array = check_ids("ids", array, CLASSES)
    if (array == BLANK).any():
        raise ValueError(
            "ids: expected letters and spaces, got the blank, 0; merge and drop with ctc_greedy"
        )
    return " ".join("".join(CHARACTERS[i - 1] for i in array.tolist()).split())


def spelling(words: Sequence[str]) -> Callable[[tuple[int, ...]], np.ndarray]:
    """For `ctc_beam_search`, as language_model: texts made of these words, each equally likely.

    It is asked with the ids so far and answers with log p of each id that may come next: the words
    that begin like the last one are counted by their next letter. After a whole word a space and
    the end, which stands in the blank's place, are equally likely.
    """
    following: dict[str, np.ndarray] = {}
    for word in _check_words(words):
        for k in range(len(word)):
            following.setdefault(word[:k], np.zeros(CLASSES))[1 + CHARACTERS.index(word[k])] += 1
        following.setdefault(word, np.zeros(CLASSES))[[BLANK, SPACE]] += 0.5
    with np.errstate(divide="ignore"):
        log_p = {start: np.log(n / n.sum()) for start, n in following.items()}
    never = np.full(CLASSES, -np.inf)

    def language_model(ids: tuple[int, ...]) -> np.ndarray:
        last = "".join(CHARACTERS[i - 1] for i in ids).rpartition(" ")[2]
        return log_p.get(last, never)

    return language_model


def _word(words: Sequence[str] | None, rng: np.random.Generator) -> str:
    if words is not None:
        return words[int(rng.integers(len(words)))]
    return "".join(CHARACTERS[i] for i in rng.integers(1, len(CHARACTERS), rng.integers(2, 6)))


def _check_range(snr: Any) -> tuple[float, float]:
    if not isinstance(snr, tuple | list):
        snr = (snr, snr)
    if len(snr) != 2:
        raise ValueError(f"snr: expected decibels, or a range (low, high), got {brief(snr)}")
    low, high = (check_number("snr", value, minimum=-60, maximum=60) for value in snr)
    if low > high:
        raise ValueError(f"snr: expected a range (low, high), got ({low:g}, {high:g}); swap them")
    return low, high


def _check_words(words: Any) -> Sequence[str]:
    """At least one word, each of letters only."""
    if isinstance(words, str) or not isinstance(words, Sequence):
        raise TypeError(f"words: expected a list of words, got {brief(words)}; split() the text")
    for word in words:
        if not isinstance(word, str) or not word or not set(word) <= set(LETTERS):
            raise ValueError(
                f"words: expected words of the letters a to z, got {brief(word)}; "
                "write them in lower case and leave out the rest"
            )
    if not words:
        raise ValueError("words: expected at least one word, got none; None gives random letters")
    return words
