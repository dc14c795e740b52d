"""Dates as people write them, to be put into ISO 8601: "the 3rd of May, 1998" → 1998-05-03.

Days from 1900 to 2099, each written in one of many forms; characters in, characters out. A tenth of
the days, chosen once for all, never occurs in training: what is asked on them is how a date is
read, not which dates there are. No form can be understood in two ways: where a date is all numbers
and does not begin with the year, the day is above 12 and may stand before or behind the month.

Baseline: always the same date, right in 0.0 %; with the most frequent character in each of
its places, it has 46 % of the characters right. Solved: 99 % of the held-out dates right in every
character.
"""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import numpy as np

from numpyrnn.tasks.characters import Alphabet
from numpyrnn.tasks.date_forms import CHARACTERS, FORMS
from numpyrnn.text import composed
from numpyrnn.validation import (
    RandomSource,
    brief,
    check_flag,
    check_rng,
    check_size,
)

BASELINE = 0.0                  # of always writing the same date
SOLVED = 0.99                   # share of dates with every character right
STEPS = 11                      # of a decoder: the characters of a target and the boundary

FIRST, LAST = date(1900, 1, 1), date(2099, 12, 31)
HUMAN = Alphabet(CHARACTERS)    # of the sources
ISO = Alphabet("0123456789-")   # of the targets


class Dates(NamedTuple):
    """N dates: sources and targets are ids of HUMAN and ISO, texts and answers what they say."""

    sources: list[np.ndarray]
    targets: list[np.ndarray]
    texts: list[str]
    answers: list[str]


def dates(count: int, rng: RandomSource = None, *, held_out: bool = False) -> Dates:
    """`count` random days in random forms: those for training, or with held_out=True the others.

    >>> few = dates(2, rng=0)
    >>> list(zip(few.texts, few.answers))
    [('Saturday, 15 February 2070', '2070-02-15'), ('1908.03.13', '1908-03-13')]
    """
    count = check_size("count", count)
    check_flag("held_out", held_out)
    rng = check_rng(rng)
    texts: list[str] = []
    answers: list[str] = []
    while len(texts) < count:
        day = date.fromordinal(int(rng.integers(FIRST.toordinal(), LAST.toordinal() + 1)))
        if is_held_out(day) is held_out:
            texts.append(written(day, rng))
            answers.append(day.isoformat())
    return Dates(list(map(HUMAN.encode, texts)), list(map(ISO.encode, answers)), texts, answers)


def is_held_out(day: date) -> bool:
    """Whether a day is for testing alone: a tenth of all, scattered by a multiplicative hash."""
    return day.toordinal() * 2654435761 % 2**32 < 2**32 // 10


def written(day: date, rng: RandomSource = None) -> str:
    """One of the forms of a day, as somebody might write it."""
    rng = check_rng(rng)
    fitting = [form for form in FORMS if form.fits(day)]
    return fitting[rng.integers(len(fitting))].write(day, rng)


def encode(text: str) -> np.ndarray:
    """Ids (L,) of a date typed by a user; blanks at its ends and doubled ones do not count."""
    if not isinstance(text, str):
        raise TypeError(f"text: expected a date such as 'May 3, 1998', got {brief(text)}")
    text = " ".join(composed(text).split())
    if not text:
        raise ValueError("text: expected a date such as 'May 3, 1998', got none; write one")
    if unknown := [c for c in text if c not in HUMAN]:
        raise ValueError(
            f"text: expected letters, digits, blanks and any of , . / - ', got {unknown[0]!a}; "
            "leave it out"
        )
    return HUMAN.encode(text)


def decode(ids: Any) -> str:
    """The text of target ids (L,), without the boundary."""
    return ISO.decode(ids)
