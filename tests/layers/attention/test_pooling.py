"""Attention over time: one vector for a sequence, its steps weighed by what is in them."""

from functools import partial

import numpy as np
import pytest
from support.helpers import randomize

from numpyrnn import LSTM, Adam, Dense, MeanOverTime, Sequential, fit, softmax_cross_entropy
from numpyrnn.checks import check_gradients
from numpyrnn.initializers import normal
from numpyrnn.layers.attention.pooling import AttentionOverTime

B, T, D, A = 4, 5, 3, 6
X, LENGTHS = np.random.default_rng(0).standard_normal((B, T, D)), np.array([3, 5, 0, 2])


def pool(seed=1, dtype=np.float64):
    return randomize(AttentionOverTime(D, A, dtype=dtype), np.random.default_rng(seed))


def test_the_output_is_the_mean_weighted_by_a_softmax_over_the_scores():
    layer, p = pool(), pool().params
    y, weights = layer.forward(X, LENGTHS), layer.weights(X, LENGTHS)
    for b, own in enumerate(LENGTHS):
        e = np.array([p["v"] @ np.tanh(p["W"] @ X[b, t] + p["b"]) for t in range(own)])
        expected = np.exp(e) / np.exp(e).sum()
        np.testing.assert_allclose(weights[b, :own], expected, rtol=1e-13)
        np.testing.assert_allclose(y[b], expected @ X[b, :own], rtol=0, atol=1e-13)
    assert np.all(weights[np.arange(T) >= LENGTHS[:, None]] == 0) and np.all(y[2] == 0)


def test_inside_a_model_every_gradient_is_right():
    init = dict.fromkeys(("kernel_init", "bias_init"), partial(normal, std=0.6))
    model = Sequential(
        rnn=LSTM(D, 4, dtype=np.float64, rng=1, **init),
        pool=AttentionOverTime(4, 3, dtype=np.float64, rng=2, **init),
        head=Dense(4, 2, dtype=np.float64, rng=3, **init),
    )
    report = check_gradients(model, X, lengths=LENGTHS)
    report.assert_passed()
    assert max(report[name].error for name in report) <= 1e-12


def test_padding_is_never_read_and_gets_gradient_exactly_zero():
    layer, real = pool(), np.arange(T) < LENGTHS[:, None]
    results = []
    for padding in (0.0, np.nan):
        y = layer.forward(np.where(real[..., None], X, padding), LENGTHS)
        dx = layer.backward(np.cos(y))
        assert np.all(dx[~real] == 0)
        results.append([y, dx, *layer.grads.values()])
    for one, other in zip(*results, strict=True):
        np.testing.assert_array_equal(one, other)


def test_with_v_of_zero_it_is_the_mean():
    layer = pool()
    layer.params["v"][...] = 0
    mean = MeanOverTime(dtype=np.float64)
    np.testing.assert_allclose(layer.forward(X, LENGTHS), mean.forward(X, LENGTHS), atol=1e-15)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtypes_copies_and_loaded_parameters(dtype):
    layer = pool(dtype=dtype)
    y = layer.forward(X, LENGTHS)
    assert y.dtype == layer.backward(y).dtype == layer.weights(X).dtype == dtype
    assert {g.dtype for g in layer.grads.values()} == {np.dtype(dtype)}
    twin = pool(seed=4, dtype=dtype)
    twin.load_params(layer.params)
    for other in (twin, layer.copy()):
        np.testing.assert_array_equal(other.forward(X, LENGTHS), y)
    assert repr(AttentionOverTime(D, A)) == "AttentionOverTime(3, 6)"


def test_it_finds_the_one_step_that_matters_where_a_mean_cannot():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((300, 8, 3)).astype(np.float32)
    place = rng.integers(0, 8, 300)
    x[..., 2] = -1
    x[np.arange(300), place, 2] = 1             # a mark beside the number that counts
    y = (x[np.arange(300), place, 0] > 0).astype(int)
    right = []
    for layer in (AttentionOverTime(3, 16, rng=0), MeanOverTime()):
        model = Sequential(pool=layer, head=Dense(3, 2, rng=1))
        fit(model, softmax_cross_entropy, Adam(0.1), (x, y), epochs=12, progress=False)
        right.append(np.mean(model.forward(x).argmax(axis=1) == y))
        if layer.params:
            assert np.mean(layer.weights(x).argmax(axis=1) == place) > 0.95
    assert right[0] > 0.95 and right[1] < 0.7


@pytest.mark.parametrize(
    ("error", "words", "call"),
    [
        (ValueError, r"x: expected shape \(batch, steps, 3\), got \(4, 5, 2\); this layer was made "
         "with input_size=3", lambda a: a.forward(X[..., :2])),
        (ValueError, "x: expected finite numbers", lambda a: a.forward(X * np.inf)),
        (ValueError, "lengths: expected values from 0 to 5", lambda a: a.forward(X, [1, 2, 3, 6])),
        (ValueError, r"dy: expected shape \(4, 3\), got \(4, 5, 3\)",
         lambda a: (a.forward(X), a.backward(X))),
        (RuntimeError, "expected a forward pass with training=True",
         lambda a: (a.forward(X, training=False), a.backward(X[:, 0]))),
        (ValueError, "attention_size: expected at least 1, got 0",
         lambda a: AttentionOverTime(3, 0)),
    ],
)
def test_a_mistake_is_answered_in_one_sentence(error, words, call):
    with np.errstate(invalid="ignore"), pytest.raises(error, match=words):
        call(pool())


def test_padding_with_the_largest_score_takes_no_weight_away():
    layer = AttentionOverTime(D, 1, kernel_init=-1.0, bias_init=1.0)
    layer.params["v"][...] = 200                        # in the padding e is the largest by far
    x = np.full((2, 3, D), 9, np.float32)
    weights = layer.weights(x, [2, 0])
    np.testing.assert_allclose(weights, [[0.5, 0.5, 0], [0, 0, 0]])
