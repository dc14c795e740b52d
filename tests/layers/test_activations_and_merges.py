"""Activations against other ways to compute them, and the ways to merge two directions."""

import math
import warnings
from functools import partial

import numpy as np
import pytest
from support.helpers import plain

import numpyrnn
from numpyrnn import (
    GRU,
    LSTM,
    Activation,
    Adam,
    Bidirectional,
    Dense,
    Dropout,
    Embedding,
    Sequential,
    Stacked,
    binary_cross_entropy,
    cross_entropy,
    load_checkpoint,
    save_checkpoint,
    softmax_cross_entropy,
)
from numpyrnn.activations import RULES, normal_distribution
from numpyrnn.training.heads import last_activation

A = np.concatenate([np.linspace(-9, 9, 181), [1e-12, -1e-9, 37.0, -37.0]])
BY_HAND = {  # one number at a time, with the standard library
    "relu": lambda a: max(a, 0.0),
    "leaky_relu": lambda a: a if a > 0 else 0.01 * a,
    "elu": lambda a: a if a > 0 else math.expm1(a),
    "gelu": lambda a: a * 0.5 * math.erfc(-a / math.sqrt(2)),
    "silu": lambda a: a / (1 + math.exp(-a)),
    "softplus": lambda a: math.log1p(math.exp(a)),
    "sigmoid": lambda a: 1 / (1 + math.exp(-a)),
    "tanh": math.tanh,
    "softmax": lambda a: math.exp(a) / sum(math.exp(b) for b in A),
    "linear": lambda a: a,
}


@pytest.mark.parametrize("name", RULES)
def test_an_activation_is_what_its_formula_says(name):
    expected = [BY_HAND[name](a) for a in A]
    y = Activation(name, dtype=float).forward(A[None])
    np.testing.assert_allclose(y[0], expected, rtol=1e-13, atol=1e-14)


def test_the_normal_distribution_is_exact():
    """Known to 15 digits: Abramowitz & Stegun 1964, table 26.1."""
    np.testing.assert_allclose(
        normal_distribution(np.array([0.0, 1.0, 1.96, 3.0, -2.0])),
        [0.5, 0.841344746068543, 0.975002104851780, 0.998650101968370, 0.022750131948179],
        rtol=0, atol=5e-16,
    )


@pytest.mark.parametrize("name", RULES)
def test_extreme_numbers_pass_without_a_warning(name):
    x = np.array([[-3e38, -1e20, -1e3, 0, 1e3, 1e20, 3e38]], np.float32)
    layer = Activation(name)
    with np.errstate(all="raise"):
        y = layer.forward(x)
        dx = layer.backward(np.ones_like(x))
    assert np.isfinite(y).all()
    assert np.isfinite(dx).all()


@pytest.mark.parametrize(("name", "slope"), [("relu", 0), ("leaky_relu", 0.01), ("elu", 1)])
def test_at_the_kink_the_slope_is_the_one_from_the_left(name, slope):
    layer = Activation(name, dtype=float)
    layer.forward(np.zeros((1, 2)))
    np.testing.assert_array_equal(layer.backward(np.ones((1, 2))), [[slope, slope]])


def test_dense_with_an_activation_is_dense_and_then_the_activation():
    x = np.random.default_rng(0).standard_normal((2, 3, 4))
    one = Dense(4, 5, activation="softmax", bias_init=0.3, dtype=float, rng=0)
    two = Sequential(
        dense=Dense(4, 5, bias_init=0.3, dtype=float, rng=0),
        softmax=Activation("softmax", dtype=float),
    )
    y = one.forward(x)
    np.testing.assert_array_equal(two.forward(x), y)
    np.testing.assert_allclose(y.sum(axis=-1), 1, rtol=1e-14)
    np.testing.assert_array_equal(two.backward(np.cos(y)), one.backward(np.cos(y)))
    assert repr(one) == "Dense(4, 5, activation='softmax', dtype='float64')"
    assert repr(two["softmax"]) == "Activation('softmax', dtype='float64')"
    assert "softmax" in two.summary()


def test_what_forward_returned_may_be_written_on_before_backward():
    for name in RULES:
        x = np.random.default_rng(1).standard_normal((2, 4))
        for layer in (Activation(name, dtype=float), Dense(4, 4, activation=name, dtype=float)):
            layer.forward(x)
            expected = layer.backward(np.cos(x))
            y = layer.forward(x)
            y[...] = 7
            np.testing.assert_array_equal(layer.backward(np.cos(x)), expected, err_msg=name)


# Two directions ----------------------------------------------------------------------------------

X = np.random.default_rng(2).standard_normal((2, 4, 3))
LENGTHS = np.array([3, 4])


def both(merge, **options):
    return Bidirectional(
        plain("LSTM", **options), plain("GRU", reverse=True, seed=1, **options), merge=merge
    )


@pytest.mark.parametrize(("merge", "expected"), [
    ("concat", lambda f, b: np.concatenate([f, b], axis=-1)),
    ("sum", lambda f, b: f + b),
    ("mean", lambda f, b: 0.5 * f + 0.5 * b),
    ("product", lambda f, b: f * b),
])
@pytest.mark.parametrize("every", [True, False])
def test_the_two_outputs_are_merged_number_by_number(merge, expected, every):
    layer = both(merge, return_sequences=every)
    f, b = (part.forward(X, None, LENGTHS)[0] for part in layer.children().values())
    h, (ahead, back) = layer.forward(X, None, LENGTHS)
    np.testing.assert_allclose(h, expected(f, b), rtol=0, atol=1e-15)
    assert h.shape[-1] == layer.output_size == (10 if merge == "concat" else 5)
    assert (type(ahead).__name__, len(ahead), len(back)) == ("State", 2, 1) or len(back) == 1


def test_without_a_merge_both_outputs_come_out_and_both_gradients_go_in():
    layer, apart = both(None), both("concat")
    (f, b), _ = layer.forward(X, None, LENGTHS)
    h, _ = apart.forward(X, None, LENGTHS)
    np.testing.assert_array_equal(np.concatenate([f, b], axis=-1), h)
    dh = np.cos(h)
    dx, _ = apart.backward(dh)
    f[...] = b[...] = 0                                 # the caller's own
    np.testing.assert_array_equal(layer.backward((dh[..., :5], dh[..., 5:]))[0], dx)
    assert layer.output_size is None
    assert "merge=None" in repr(layer)


# The textbooks' model -----------------------------------------------------------------------------


def textbook_model(rng=0):
    rng = np.random.default_rng(rng)
    return Sequential(
        embedding=Embedding(20, 8, padding_id=0, rng=rng),
        rnn=Bidirectional(
            LSTM(8, 6, return_sequences=False, rng=rng),
            LSTM(8, 6, return_sequences=False, reverse=True, rng=rng),
        ),
        hidden=Dense(12, 8, activation="relu", kernel_init="he_normal", rng=rng),
        drop=Dropout(0.2),
        head=Dense(8, 3, activation="softmax", rng=rng),
    )


def words():
    """Which of the words 1, 2 and 3 does the sequence contain?"""
    rng = np.random.default_rng(3)
    ids, labels = rng.integers(4, 20, (60, 7)), rng.integers(0, 3, 60)
    ids[np.arange(60), rng.integers(0, 7, 60)] = labels + 1
    return ids, labels


def test_the_model_of_the_textbooks_learns():
    model, (ids, labels) = textbook_model(), words()
    history = numpyrnn.fit(
        model, cross_entropy, Adam(0.02), (ids, labels), epochs=12, batch_size=20, progress=False
    )
    assert history["loss"][-1] < 0.3 * history["loss"][0]
    p, _ = model.forward(ids, training=False)
    np.testing.assert_allclose(p.sum(axis=-1), 1, rtol=1e-5)
    assert np.mean(p.argmax(axis=-1) == labels) > 0.9


def test_a_saved_model_of_the_textbooks_gives_the_same_again(tmp_path):
    model, other, (ids, _) = textbook_model(0), textbook_model(1), words()
    save_checkpoint(tmp_path / "model.npz", model)
    load_checkpoint(tmp_path / "model.npz").restore(other)
    y, again = (m.forward(ids, training=False)[0] for m in (model, other))
    np.testing.assert_array_equal(again, y)


# Probabilities ------------------------------------------------------------------------------------


def test_the_cross_entropy_of_probabilities_is_that_of_their_logits():
    """Through the softmax, even the gradients are those of softmax_cross_entropy."""
    rng = np.random.default_rng(4)
    z, y = rng.standard_normal((5, 4)), np.array([0, 3, -1, 1, 1])
    options = dict(ignore_id=-1, weights=np.array([1, 2, 0.5, 3]), label_smoothing=0.1)
    softmax = Activation("softmax", dtype=float)
    loss, dp = cross_entropy(softmax.forward(z), y, **options)
    expected, dz = softmax_cross_entropy(z, y, **options)
    np.testing.assert_allclose(loss, expected, rtol=1e-14)
    np.testing.assert_allclose(softmax.backward(dp), dz, rtol=0, atol=1e-16)


def test_a_probability_that_rounds_to_zero_is_a_large_loss_and_no_infinity():
    softmax = Activation("softmax")
    p = softmax.forward(np.array([[0.0, 200.0]], np.float32))
    loss, dp = cross_entropy(p, [0])
    assert loss == pytest.approx(87.3, abs=0.1)
    assert np.isfinite(softmax.backward(dp)).all()


@pytest.mark.parametrize("head", [
    {"head": Dense(8, 3, activation="softmax", rng=0)},
    {"head": Dense(8, 3, rng=0), "softmax": Activation("softmax")},
], ids=["Dense", "Activation"])
def test_fit_warns_of_a_second_softmax(head):
    model = Sequential(embedding=Embedding(20, 8), rnn=GRU(8, 8, return_sequences=False), **head)
    with pytest.warns(UserWarning, match="applies a softmax itself.*cross_entropy"):
        numpyrnn.fit(model, softmax_cross_entropy, Adam(), words(), epochs=1, progress=False)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        numpyrnn.fit(model, cross_entropy, Adam(), words(), epochs=1, progress=False)


def test_a_walk_along_a_stream_warns_of_a_second_softmax_and_sigmoid_too():
    model = Sequential(rnn=GRU(3, 4), head=Dense(4, 2, activation="sigmoid"))
    targets = np.ones((2, 4, 2))
    with pytest.warns(UserWarning, match="applies a sigmoid itself") as warned:
        walk = numpyrnn.truncated_bptt(
            model, partial(binary_cross_entropy, pos_weight=2.0), X, targets, window=2
        )
    assert [w.filename for w in warned] == [__file__]
    assert len(list(walk)) == 2
    assert last_activation(model) == "sigmoid"
    assert last_activation(model["rnn"]) is last_activation(object()) is None


def test_stacks_and_models_refuse_a_pair_of_outputs():
    with pytest.raises(TypeError, match=r"rnn: expected a layer with one output.*merge='concat'"):
        Sequential(rnn=both(None), head=Dense(5, 2, dtype=float))
    with pytest.raises(TypeError, match=r"layers\[0\]: expected a layer with one output"):
        Stacked([both(None), GRU(5, 5, dtype=float)])


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int64", "uint64", "bool"])
@pytest.mark.parametrize("name", [name for name in RULES if name != "linear"])
def test_an_activation_of_whole_numbers_is_that_of_the_same_floats(name, dtype):
    """int8 wraps around at 127, unsigned numbers below 0, and booleans cannot be subtracted."""
    a = np.array([[100, 3, 0, -100]]).clip(0 if dtype[0] in "ub" else -128).astype(dtype)
    y = RULES[name].forward(a)
    np.testing.assert_allclose(y, RULES[name].forward(a.astype(float)), rtol=1e-3, atol=1e-6)


def test_the_sum_of_a_softmax_in_half_precision_does_not_overflow():
    y = RULES["softmax"].forward(np.zeros((1, 70_000), np.float16))
    np.testing.assert_allclose(y, 1 / 70_000, rtol=1e-5)
