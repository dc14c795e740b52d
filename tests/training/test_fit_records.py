"""`fit_records`, `fit` as a generator: the same numbers, an epoch at a time."""

import numpy as np
import pytest

from numpyrnn import Adam, fit
from numpyrnn.layers import Dense
from numpyrnn.losses import softmax_cross_entropy
from numpyrnn.training.loop import fit_records


def setting(epochs=4, **options):
    """Arguments of `fit` for a model that overfits."""
    rng = np.random.default_rng(0)
    x, targets = rng.standard_normal((24, 5)).astype(np.float32), rng.integers(0, 3, 24)
    model = Dense(5, 3, rng=1)
    arguments = (model, softmax_cross_entropy, Adam(0.3), (x[:16], targets[:16]))
    options = {"epochs": epochs, "validation": (x[16:], targets[16:]), "progress": False, **options}
    return arguments, options


def drained(records):
    """The records of a generator, and what it returns."""
    collected = []
    while True:
        try:
            collected.append(next(records))
        except StopIteration as end:
            return collected, end.value


def timeless(records):
    return [{k: v for k, v in record.items() if k != "seconds"} for record in records]


def test_the_records_are_those_of_fit():
    arguments, options = setting()
    expected = fit(*arguments, **options)
    other, options = setting()
    records, history = drained(fit_records(*other, **options))
    assert records == history.records and len(records) == 4
    assert timeless(records) == timeless(expected.records)
    for name, p in arguments[0].params.items():
        np.testing.assert_array_equal(other[0].params[name], p)


def test_an_epoch_is_trained_when_it_is_asked_for():
    arguments, options = setting()
    records, W = fit_records(*arguments, **options), arguments[0].params["W"].copy()
    np.testing.assert_array_equal(arguments[0].params["W"], W)
    assert next(records)["epoch"] == 1
    first = arguments[0].params["W"].copy()
    assert (first != W).any()
    assert next(records)["epoch"] == 2 and (arguments[0].params["W"] != first).any()


def test_closing_leaves_the_best_weights():
    arguments, options = setting(epochs=60, patience=50)
    model, records, weights = arguments[0], fit_records(*arguments, **options), []
    losses = []
    for record in records:
        losses.append(record["validation_loss"])
        weights.append(model.params["W"].copy())
        if record["epoch"] - 1 - int(np.argmin(losses)) == 3:
            break
    records.close()
    best = weights[int(np.argmin(losses))]
    np.testing.assert_array_equal(model.params["W"], best)
    assert (weights[-1] != best).any()


def test_arguments_are_checked_with_the_first_record():
    arguments, options = setting(epochs=0)
    with pytest.raises(ValueError, match="epochs: expected at least 1, got 0"):
        next(fit_records(*arguments, **options))
