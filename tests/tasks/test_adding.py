"""The adding problem: what its sequences hold, and its trivial baseline."""

import numpy as np
import pytest

from numpyrnn.tasks.adding import BASELINE, adding


@pytest.mark.parametrize(("count", "steps"), [(200, 2), (200, 7), (50, 100)])
def test_the_answer_is_the_sum_of_the_two_marked_numbers(count, steps):
    x, targets = adding(count, steps, rng=3)
    numbers, markers = x[..., 0], x[..., 1]
    assert x.shape == (count, steps, 2) and targets.shape == (count, 1)
    assert x.dtype == targets.dtype == np.float32
    assert set(np.unique(markers)) <= {0, 1}
    half = steps // 2
    assert np.all(markers[:, :half].sum(axis=1) == 1) and np.all(markers[:, half:].sum(axis=1) == 1)
    assert np.all((numbers >= 0) & (numbers < 1))
    np.testing.assert_allclose((numbers * markers).sum(axis=1, keepdims=True), targets, rtol=1e-6)


def test_every_step_of_a_half_is_marked_some_time():
    markers = adding(2000, 9, rng=0).x[..., 1]
    assert np.all(markers.sum(axis=0) > 300)


def test_the_constant_answer_has_the_baselines_error():
    targets = adding(200_000, 2, rng=1).targets
    assert np.mean((targets - 1) ** 2) == pytest.approx(BASELINE, rel=0.01)


def test_the_same_seed_gives_the_same_sequences():
    first, again, other = adding(5, 6, rng=4), adding(5, 6, rng=4), adding(5, 6, rng=5)
    np.testing.assert_array_equal(first.x, again.x)
    np.testing.assert_array_equal(first.targets, again.targets)
    assert np.any(first.x != other.x)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [((0, 5), "count: expected at least 1, got 0"), ((5, 1), "steps: expected at least 2, got 1")],
)
def test_too_few_sequences_or_steps_are_an_error(arguments, words):
    with pytest.raises(ValueError, match=words):
        adding(*arguments)
