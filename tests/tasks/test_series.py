"""The two series and the digits: what is read, and that nobody sees the future."""

import doctest
import importlib.util
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest

from numpyrnn.experiments.tasks.registry import TASKS
from numpyrnn.tasks import digits as digits_task
from numpyrnn.tasks import series as task
from numpyrnn.tasks.digits import digits
from numpyrnn.tasks.series import autoregression, relative_error, series, walk_forward

FORECASTS = ("prices", "eeg")


def test_what_the_documentation_shows_is_what_comes():
    assert doctest.testmod(task) == (0, 1)


@pytest.mark.parametrize(
    ("name", "x", "changes"), [("prices", (1045, 2), (1045, 1)), ("eeg", (798, 8), (798, 4))]
)
def test_a_step_knows_its_value_and_the_next_is_that_and_the_change(name, x, changes):
    actual = series(name)
    assert (actual.x.shape, actual.changes.shape, actual.values.shape) == (x, changes, changes)
    np.testing.assert_allclose(actual.values[:-1] + actual.changes[:-1], actual.values[1:])
    known = actual.x[1:, : 1 if name == "prices" else 0]
    np.testing.assert_allclose(known, actual.changes[:-1, : known.shape[1]], atol=1e-12)


@pytest.mark.whole
def test_reading_the_samples_does_not_import_matplotlib():
    script = (
        "import sys; from numpyrnn.tasks.series import series; series('prices'); series('eeg');"
        "assert 'matplotlib' not in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_persistence_has_a_relative_error_of_one():
    changes = series("eeg").changes
    assert relative_error(np.zeros_like(changes), changes) == pytest.approx(task.BASELINE)
    assert relative_error(changes, changes) == 0


def test_folds_follow_each_other_to_the_end():
    folds = walk_forward(103, 4, 0.5)
    assert folds[0].start == 52 and folds[-1].stop == 103
    assert all(a.stop == b.start for a, b in pairwise(folds))


def test_autoregression_finds_the_process_that_made_the_series():
    rng = np.random.default_rng(0)
    x = np.zeros((800, 1))
    for t in range(2, 800):
        x[t] = 0.5 * x[t - 1] - 0.3 * x[t - 2] + 0.1 * rng.standard_normal()
    forecasts = autoregression(x[:-1], x[1:], 500, 2)
    expected = 0.5 * x[500:-1] - 0.3 * x[499:-2]
    np.testing.assert_allclose(forecasts[500:], expected, atol=0.03)


def test_autoregression_learns_from_what_came_before_only():
    actual = series("eeg")
    later = actual.changes.copy()
    later[400:] = 7
    one, two = (autoregression(actual.x, y, 400, 3) for y in (actual.changes, later))
    np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize("name", FORECASTS)
def test_a_model_is_neither_trained_nor_scaled_with_what_comes_later(name):
    one, two = TASKS[name](), TASKS[name]()
    start = one.blocks[1].start
    for array in two.series[:2]:
        array[start:] = 5.0
    for data in ("train", "validation"):
        a, b = (getattr(t, data)("gru", 1) for t in (one, two))
        if data == "train":
            a, b = ([x for batch in d(np.random.default_rng(0)) for x in batch[:2]] for d in (a, b))
        for p, q in zip(a, b, strict=True):
            np.testing.assert_array_equal(p, q)
    model = one.build("gru", 0)
    f, g = (t._forecasts(model, 1)[:start] for t in (one, two))
    np.testing.assert_array_equal(f, g)
    assert not np.allclose(one._scaled(2)[0], two._scaled(2)[0])


@pytest.mark.parametrize("name", FORECASTS)
def test_no_baseline_counts_as_solved(name):
    job = TASKS[name]()
    baselines = job.baselines()
    assert baselines["persistence"][job.score.name] == pytest.approx(1)
    assert not any(job.is_solved(scores[job.score.name]) for scores in baselines.values())


# Digits.

needs_digits = pytest.mark.skipif(
    importlib.util.find_spec("sklearn") is None, reason='needs pip install "numpyrnn[data]"'
)


@needs_digits
def test_rows_and_pixels_are_the_same_pictures():
    rows, pixels = digits("rows", rng=0), digits("pixels", rng=0)
    assert [len(part.x) for part in rows] == [1258, 180, 359]
    for a, b in zip(rows, pixels, strict=True):
        np.testing.assert_array_equal(a.x.reshape(-1, 64), b.x[:, :, 0])
        np.testing.assert_array_equal(a.targets, b.targets)
    assert rows[0].x.max() == 1 and rows[0].x.min() == 0 and rows[0].x.dtype == np.float32


@needs_digits
def test_the_parts_share_no_picture_and_always_the_same_digit_has_a_tenth():
    train, validation, test = digits(rng=1)
    pictures = [{x.tobytes() for x in part.x} for part in (train, validation, test)]
    assert not pictures[0] & pictures[2] and not pictures[1] & pictures[2]
    targets = np.concatenate([part.targets for part in (train, validation, test)])
    share = np.bincount(targets).max() / len(targets)
    assert share == pytest.approx(digits_task.BASELINE, abs=0.01)


def missing(*_args):
    return None


@pytest.mark.parametrize(
    ("error", "words", "call"),
    [
        (ImportError, 'expected the package scikit-learn .* pip install "numpyrnn\\[data\\]"',
         digits),
        (FileNotFoundError, "goog.npz: expected it among matplotlib's sample data, found none",
         lambda: series("prices")),
    ],
)
def test_missing_data_are_answered_with_what_to_install(error, words, call, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", missing)
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize(
    ("error", "words", "call"),
    [
        (ValueError, "name: expected one of 'prices', 'eeg', got 'price'; did you mean 'prices'",
         lambda: series("price")),
        (ValueError, "reading: expected one of 'rows', 'pixels', got 'row'",
         lambda: digits("row")),
        (ValueError, "folds: expected at least 1, got 0", lambda: walk_forward(10, 0)),
        (ValueError, "first: expected a share that leaves steps", lambda: walk_forward(10, 4, 0.9)),
        (ValueError, "train: expected more than 3 steps, as many as there are coefficients, got 3;"
         " lower order", lambda: autoregression(np.ones((9, 1)), np.ones((9, 1)), 3, 2)),
        (ValueError, r"changes: expected shape \(9, values\), got \(8, 1\)",
         lambda: autoregression(np.ones((9, 1)), np.ones((8, 1)), 5, 2)),
        (ValueError, r"forecasts: expected shape \(3, 2\), got \(3, 1\)",
         lambda: relative_error(np.ones((3, 1)), np.ones((3, 2)))),
    ],
)
def test_a_mistake_is_answered_in_one_sentence(error, words, call):
    with pytest.raises(error, match=words):
        call()
