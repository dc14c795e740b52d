"""Two measured series to be forecast one step ahead, and the forecasts that a network has to beat.

    prices   Google's share, 1,047 trading days from August 2004 to October 2008
    eeg      four electrodes, 800 samples

Both come with matplotlib, as its sample data. What is forecast is the change to the next step. So
*persistence*, "as today", is the forecast 0; *linear autoregression* is least squares on the last
few steps. Errors are relative to persistence's, which therefore has 1 (Theil's U).

The split walks forward: trained on the past, tested on what follows, several times over.
No step of the future is ever read, not even by the means and deviations that scale the input.

Baseline: persistence, 1. Solved: prices 0.97; eeg 0.86, linear autoregression having 0.865
with three steps. Expect neither: changes of prices are very nearly noise (linear autoregression:
1.007), and a forecaster that seems to do better has usually seen the future; and a few hundred
samples of an EEG are too few for a network to beat least squares.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from numpyrnn.tasks.packages import data_file
from numpyrnn.validation import as_array, check_choice, check_finite, check_shape, check_size

BASELINE = 1.0                              # persistence, by definition
SOLVED = {"prices": 0.97, "eeg": 0.86}      # root mean squared error / that of persistence

SERIES = ("prices", "eeg")
FILES = {"prices": "goog.npz", "eeg": "eeg.dat"}


class Series(NamedTuple):
    """What is known at each step, x (N, D) float64, and the change to the next, changes (N, K).

    `values` (N, K) are the series itself: tomorrow is values[t] + changes[t].
    """

    x: np.ndarray
    changes: np.ndarray
    values: np.ndarray


class Fold(NamedTuple):
    """Steps before `start` are for training; those from `start` to before `stop` for testing."""

    start: int
    stop: int


def series(name: str) -> Series:
    """ "prices" or "eeg".

    prices: values (1046, 1) are logarithms of the closing price, adjusted for splits, so that a
    change of 0.01 is one per cent; x has the day's change and that of the logarithm of the volume.
    eeg: values (798, 4) as recorded; x is the samples and their last change.

    Raises FileNotFoundError where matplotlib is installed without its sample data.
    """
    file_name = FILES[check_choice("name", name, SERIES)]
    path = data_file("matplotlib", "mpl-data", "sample_data", file_name)
    if path is None:
        raise FileNotFoundError(
            f"{file_name}: expected it among matplotlib's sample data, found none; "
            "install matplotlib with pip, whose wheels bring the samples"
        )
    if name == "eeg":
        values = np.fromfile(path, dtype=float).reshape(-1, 4)
        x = np.hstack([values[1:], np.diff(values, axis=0)])
    else:
        with np.load(path) as file:
            table = file["price_data"]
        values = np.log(table["adj_close"].astype(float))[:, None]
        volume = np.log(table["volume"].astype(float))[:, None]
        x = np.hstack([np.diff(values, axis=0), np.diff(volume, axis=0)])
    return Series(x[:-1], np.diff(values, axis=0)[1:], values[1:-1])


def walk_forward(steps: int, folds: int = 4, first: float = 0.5) -> list[Fold]:
    """`folds` blocks of equal size behind the `first` share of the steps.

    >>> walk_forward(100, 2, 0.6)
    [Fold(start=60, stop=80), Fold(start=80, stop=100)]
    """
    folds = check_size("folds", folds)
    steps = check_size("steps", steps, 2)
    begin = round(first * steps)
    if not 0 < begin <= steps - folds:
        raise ValueError(
            f"first: expected a share that leaves steps for training and for {folds} folds, "
            f"got {first} of {steps} steps; take fewer folds or another share"
        )
    edges = np.linspace(begin, steps, folds + 1).round().astype(int).tolist()
    return [Fold(a, b) for a, b in pairwise(edges)]


def autoregression(x: np.ndarray, changes: np.ndarray, train: int, order: int) -> np.ndarray:
    """Forecasts (N, K): linear in the last `order` rows of x (N, D), and a constant.

    Least squares on the steps before `train`; steps that have fewer rows before them see zeros.
    Raises ValueError where there are fewer steps to learn from than numbers to learn.
    """
    x, changes = as_array("x", x), as_array("changes", changes)
    check_shape("x", x, ("steps", "features"))
    check_shape("changes", changes, (len(x), "values"))
    check_finite("x", x)
    unknown = check_size("order", order) * x.shape[1] + 1
    if check_size("train", train) <= unknown:
        raise ValueError(
            f"train: expected more than {unknown} steps, as many as there are coefficients, "
            f"got {train}; lower order"
        )
    padded = np.vstack([np.zeros((order - 1, x.shape[1])), x])
    windows = [padded[order - 1 - k : len(padded) - k] for k in range(order)]
    design = np.hstack([np.ones((len(x), 1)), *windows])
    weights, *_ = np.linalg.lstsq(design[:train], changes[:train], rcond=None)
    return design @ weights


def relative_error(forecasts: np.ndarray, changes: np.ndarray) -> float:
    """Root mean squared error over that of persistence; each column counts the same.

    Theil's U (1966): 1 is as good as saying "as now", 0 is perfect.
    """
    forecasts, changes = as_array("forecasts", forecasts), as_array("changes", changes)
    check_shape("forecasts", forecasts, changes.shape)
    ratio = np.mean((forecasts - changes) ** 2, axis=0) / np.mean(changes**2, axis=0)
    return float(np.sqrt(np.mean(ratio)))
