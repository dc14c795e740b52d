"""Handwritten digits, read as a sequence: a row of eight pixels at a time, or a pixel at a time.

1,797 pictures of 8 × 8 pixels by 43 people, from scikit-learn (Alpaydin & Kaynak 1998). Read in
rows they are sequences of 8 steps; pixel by pixel of 64, and what a stroke is must be remembered
over eight steps between one pixel and the one below it. The parts are drawn at random, so the same
hands write in all of them: people who are new would be harder to read.

Baseline: always the same digit, right for 10 %. Solved: 97 %; a dense layer that sees the
whole picture at once, without recurrence, has 96 %. Read in rows every cell solves it within 20
epochs; by pixels a GRU or an LSTM then has 93 or 94 %, a plain RNN 83 %.
"""

from __future__ import annotations

import gzip
from typing import NamedTuple

import numpy as np

from numpyrnn.tasks.packages import data_file
from numpyrnn.validation import RandomSource, check_choice, check_rng

BASELINE = 0.10     # share that always the same digit gets right
SOLVED = 0.97       # share right

READINGS = ("rows", "pixels")
PARTS = (0.7, 0.1)  # shares for training and validation; the rest is for testing


class Digits(NamedTuple):
    """x (N, 8, 8) by rows or (N, 64, 1) by pixels, float32 from 0 to 1; targets (N,) 0 … 9."""

    x: np.ndarray
    targets: np.ndarray


def digits(reading: str = "rows", rng: RandomSource = None) -> tuple[Digits, Digits, Digits]:
    """(train, validation, test), shuffled by `rng`: 1,258, 180 and 359 pictures.

    Raises ImportError, with the command that installs it, without the package scikit-learn, of
    which only the data file is read.
    """
    check_choice("reading", reading, READINGS)
    rng = check_rng(rng)
    path = data_file("sklearn", "datasets", "data", "digits.csv.gz")
    if path is None:
        raise ImportError(
            "digits: expected the package scikit-learn with its data file digits.csv.gz, found "
            'none; run: pip install "numpyrnn[data]"'
        )
    with gzip.open(path, "rt") as file:
        table = np.loadtxt(file, delimiter=",", dtype=np.intp)
    table = table[rng.permutation(len(table))]
    x = (table[:, :64] / 16).astype(np.float32)
    x = x.reshape(-1, 8, 8) if reading == "rows" else x[:, :, None]
    first, second = (round(share * len(x)) for share in (PARTS[0], sum(PARTS)))
    parts = (slice(first), slice(first, second), slice(second, None))
    train, validation, test = (Digits(x[part], table[part, 64]) for part in parts)
    return train, validation, test
