"""Attention: what it computes, what it never looks at, and that its gradients are exact."""

from functools import partial

import numpy as np
import pytest
from support.helpers import randomize

from numpyrnn.layers.attention.attention import Attended
from numpyrnn.layers.attention.scores import (
    AdditiveAttention,
    DotAttention,
    GeneralAttention,
    ScaledDotAttention,
)

B, Tq, Ts, Q, K, V = 3, 2, 5, 4, 6, 7
RNG = np.random.default_rng(0)
QUERIES = RNG.standard_normal((B, Tq, Q))
KEYS, VALUES = RNG.standard_normal((B, Ts, K)), RNG.standard_normal((B, Ts, V))
LENGTHS = np.array([3, 5, 1])


def filled(layer, seed=1):
    return randomize(layer, np.random.default_rng(seed))


def additive(dtype=np.float64):
    return filled(AdditiveAttention(Q, K, 3, dtype=dtype))


def general(dtype=np.float64):
    return filled(GeneralAttention(Q, K, dtype=dtype))


# name -> (dtype -> layer, keys that fit QUERIES)
KINDS = {
    "additive": (additive, KEYS),
    "dot": (lambda dtype=np.float64: DotAttention(dtype=dtype), KEYS[..., :Q]),
    "general": (general, KEYS),
    "scaled dot": (lambda dtype=np.float64: ScaledDotAttention(dtype=dtype), KEYS[..., :Q]),
}
every_kind = pytest.mark.parametrize(("make", "keys"), KINDS.values(), ids=KINDS)


def by_hand(name, layer, q, k):
    """One score, written as in the paper."""
    p = layer.params
    return {
        "additive": lambda: p["v"] @ np.tanh(p["W_q"] @ q + p["W_k"] @ k),
        "dot": lambda: q @ k,
        "general": lambda: q @ p["W"] @ k,
        "scaled dot": lambda: q @ k / np.sqrt(len(k)),
    }[name]()


@pytest.mark.parametrize("name", KINDS)
def test_the_context_is_the_mean_weighted_by_a_softmax_over_the_scores(name):
    make, keys = KINDS[name]
    layer = make()
    context, weights = layer.forward(QUERIES, keys, VALUES, LENGTHS)
    assert context.shape == (B, Tq, V) and weights.shape == (B, Tq, Ts)
    for b, own in enumerate(LENGTHS):
        for i in range(Tq):
            e = np.array([by_hand(name, layer, QUERIES[b, i], keys[b, j]) for j in range(own)])
            p = np.exp(e) / np.exp(e).sum()
            np.testing.assert_allclose(weights[b, i, :own], p, rtol=1e-13)
            np.testing.assert_allclose(context[b, i], p @ VALUES[b, :own], rtol=0, atol=1e-13)


@every_kind
@pytest.mark.parametrize("source", ["lengths", "mask", "mask of queries", "both"])
def test_padding_is_never_read_and_has_weight_and_gradient_exactly_zero(make, keys, source):
    layer, real = make(), np.arange(Ts) < LENGTHS[:, None]
    hidden = {
        "lengths": dict(lengths=LENGTHS),
        "mask": dict(mask=real),
        "mask of queries": dict(mask=np.repeat(real[:, None], Tq, axis=1).astype(float)),
        "both": dict(lengths=LENGTHS, mask=np.ones((B, Ts), int)),
    }[source]
    results = []
    for padding in (0.0, np.nan):
        k, v = (np.where(real[..., None], array, padding) for array in (keys, VALUES))
        context, weights = layer.forward(QUERIES, k, v, **hidden)
        dq, dk, dv = layer.backward(np.cos(context), np.sin(weights))
        assert np.all(weights.swapaxes(1, 2)[~real] == 0)
        assert np.all(dk[~real] == 0) and np.all(dv[~real] == 0)
        assert np.any(dk[real] != 0) or not layer.params
        np.testing.assert_allclose(weights.sum(axis=2), 1, rtol=1e-14)
        results.append((context, weights, dq, dk, dv, *layer.grads.values()))
    for one, other in zip(*results, strict=True):
        np.testing.assert_array_equal(one, other)


@every_kind
def test_a_row_is_answered_alike_alone_and_among_longer_ones(make, keys):
    layer = make()
    context, weights = layer.forward(QUERIES, keys, VALUES, LENGTHS)
    for b, own in enumerate(LENGTHS):
        alone = layer.forward(QUERIES[[b]], keys[[b], :own], VALUES[[b], :own])
        np.testing.assert_allclose(alone.context[0], context[b], rtol=0, atol=1e-13)
        np.testing.assert_allclose(alone.weights[0], weights[b, :, :own], rtol=0, atol=1e-14)


@every_kind
def test_keys_are_the_values_unless_others_are_given(make, keys):
    layer = make()
    shared = layer.forward(QUERIES, keys, None, LENGTHS)
    dq, dk, none = layer.backward(np.cos(shared.context))
    apart = layer.forward(QUERIES, keys, keys.copy(), LENGTHS)
    dq2, dk2, dv2 = layer.backward(np.cos(apart.context))
    assert none is None
    np.testing.assert_array_equal(shared.context, apart.context)
    np.testing.assert_array_equal(dq, dq2)
    np.testing.assert_array_equal(dk, dk2 + dv2)


def test_each_query_may_have_a_mask_of_its_own():
    earlier = np.tril(np.ones((4, 4), bool))[None].repeat(B, axis=0)
    x = RNG.standard_normal((B, 4, Q))
    weights = DotAttention(dtype=np.float64).forward(x, x, mask=earlier).weights
    assert np.all(weights[:, ~earlier[0]] == 0) and np.all(weights[:, earlier[0]] > 0)


def test_scaling_divides_the_scores_by_the_root_of_the_features():
    plain, scaled = DotAttention(dtype=np.float64), ScaledDotAttention(dtype=np.float64)
    keys = KEYS[..., :Q]
    np.testing.assert_allclose(
        scaled.forward(2 * QUERIES, keys).weights, plain.forward(QUERIES, keys).weights, rtol=1e-12
    )


@every_kind
def test_scores_of_any_size_do_not_overflow(make, keys):
    layer = make(np.float32)
    context, weights = layer.forward(1e15 * QUERIES, 1e15 * keys, lengths=LENGTHS)
    assert np.isfinite(context).all()
    np.testing.assert_allclose(weights.sum(axis=2), 1, rtol=1e-6)


def test_scores_at_both_ends_of_the_dtype_leave_the_weight_to_the_larger():
    layer, q = DotAttention(), np.array([[[1.8e19]]], np.float32)
    keys = np.array([[[1.8e19], [-1.8e19]]], np.float32)        # ±3.2e38: their difference is inf
    assert layer.forward(q, keys).weights.tolist() == [[[1, 0]]]
    dq, dkeys, _ = layer.backward(np.ones((1, 1, 1)))
    assert np.isfinite(dq).all() and dkeys.ravel().tolist() == [1, 0]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@every_kind
def test_outputs_and_gradients_have_the_layers_dtype_and_the_inputs_shapes(make, keys, dtype):
    layer = make(dtype)
    attended = layer.forward(QUERIES, keys, VALUES)
    assert isinstance(attended, Attended)
    gradients = layer.backward(attended.context, attended.weights)
    for got, x in zip(gradients, (QUERIES, keys, VALUES), strict=True):
        assert got.shape == x.shape and got.dtype == dtype
    assert list(layer.grads) == list(layer.params)
    for name, p in layer.params.items():
        assert layer.grads[name].shape == p.shape and layer.grads[name].dtype == p.dtype == dtype


@every_kind
def test_backward_can_be_called_again_and_what_comes_out_is_the_callers_own(make, keys):
    layer = make()
    q, k, v = QUERIES.copy(), keys.copy(), VALUES.copy()
    attended = layer.forward(q, k, v)
    dc = np.cos(attended.context)
    first = layer.backward(dc)
    grads = {name: g.copy() for name, g in layer.grads.items()}
    for array in (q, k, v, attended.context, attended.weights):
        array[...] = 9
    again = layer.backward(dc)
    for one, other in zip(first, again, strict=True):
        np.testing.assert_array_equal(one, other)
        one[...] = 9
    for name, g in layer.grads.items():
        np.testing.assert_array_equal(g, grads[name])
    for one, other in zip(again, layer.backward(dc), strict=True):
        np.testing.assert_array_equal(one, other)


@every_kind
def test_a_forward_pass_without_training_gives_the_same_and_keeps_nothing(make, keys):
    layer = make()
    trained = layer.forward(QUERIES, keys, VALUES, LENGTHS)
    bare = layer.forward(QUERIES, keys, VALUES, LENGTHS, training=False)
    for one, other in zip(trained, bare, strict=True):
        np.testing.assert_array_equal(one, other)
    with pytest.raises(RuntimeError, match="expected a forward pass with training=True"):
        layer.backward(trained.context)


@every_kind
def test_copies_conversions_and_loaded_parameters_give_the_same(make, keys):
    layer = make()
    expected = layer.forward(QUERIES, keys).context
    np.testing.assert_array_equal(layer.copy().forward(QUERIES, keys).context, expected)
    narrow = layer.astype(np.float32).forward(QUERIES, keys).context
    assert narrow.dtype == np.float32
    np.testing.assert_allclose(narrow, expected, rtol=0, atol=1e-5)
    if layer.params:
        twin = filled(make(), seed=2)
        assert np.any(twin.forward(QUERIES, keys).context != expected)
        twin.load_params(layer.params)
        np.testing.assert_array_equal(twin.forward(QUERIES, keys).context, expected)


def test_a_layer_says_how_it_was_made():
    assert repr(AdditiveAttention(4, 6, 3)) == "AdditiveAttention(4, 6, 3)"
    wide = GeneralAttention(4, 6, dtype=np.float64)
    assert repr(wide) == "GeneralAttention(4, 6, dtype='float64')"
    assert repr(ScaledDotAttention()) == "ScaledDotAttention()"
    assert AdditiveAttention(4, 6, 3).parameter_count == 3 * 4 + 3 * 6 + 3
    assert "W_q" in AdditiveAttention(4, 6, 3).summary()


HIDE = np.ones((B, Ts), bool)


def spoilt(array, value):
    return np.concatenate([array[..., :-1], np.full_like(array[..., -1:], value)], axis=-1)


MISTAKES = [
    ("a single query", ValueError,
     r"queries: expected shape \(batch, query steps, 4\), got \(3, 4\); .* q\[:, None\]",
     lambda a: a.forward(QUERIES[:, 0], KEYS)),
    ("no queries", ValueError, "queries: expected at least one time step",
     lambda a: a.forward(QUERIES[:, :0], KEYS)),
    ("no keys", ValueError, "keys: expected at least one time step",
     lambda a: a.forward(QUERIES, KEYS[:, :0])),
    ("keys of another size", ValueError,
     r"keys: expected shape \(3, source steps, 6\), got \(3, 5, 4\)",
     lambda a: a.forward(QUERIES, KEYS[..., :4])),
    ("keys of one row", ValueError, r"keys: expected shape \(3, source steps, 6\), got \(1, 5, 6\)",
     lambda a: a.forward(QUERIES, KEYS[:1])),
    ("values of another length", ValueError,
     r"values: expected shape \(3, 5, features\), got \(3, 4, 7\); one value for each key",
     lambda a: a.forward(QUERIES, KEYS, VALUES[:, :4])),
    ("lengths in the place of the values", ValueError, "values: expected shape",
     lambda a: a.forward(QUERIES, KEYS, LENGTHS)),
    ("keys with NaN", ValueError, "keys: expected finite numbers, got nan .*or give lengths",
     lambda a: a.forward(QUERIES, spoilt(KEYS, np.nan))),
    ("queries with infinity", ValueError, "queries: expected finite numbers, got inf",
     lambda a: a.forward(spoilt(QUERIES, np.inf), KEYS)),
    ("a length of zero", ValueError,
     "lengths: expected at least one source step to look at, got none for row 1; leave rows",
     lambda a: a.forward(QUERIES, KEYS, lengths=[2, 0, 1])),
    ("a mask that hides everything", ValueError,
     "mask: expected at least one source step to look at, got none for row 2; leave rows",
     lambda a: a.forward(QUERIES, KEYS, mask=HIDE & [[True], [True], [False]])),
    ("a mask that hides everything from a query", ValueError,
     "mask: .* got none for query 1 of row 0",
     lambda a: a.forward(QUERIES, KEYS, mask=HIDE[:, None] & [[True], [False]])),
    ("lengths and mask that together hide everything", ValueError, "mask: .* got none for row 0",
     lambda a: a.forward(QUERIES, KEYS, lengths=[2, 3, 4], mask=HIDE & [0, 0, 1, 1, 1] > 0)),
    ("a mask of another shape", ValueError,
     r"mask: expected shape \(3, 5\) or \(3, 2, 5\), got \(5,\); give one entry",
     lambda a: a.forward(QUERIES, KEYS, mask=HIDE[0])),
    ("a mask to be added to the scores", ValueError, "mask: expected booleans or 0s and 1s",
     lambda a: a.forward(QUERIES, KEYS, mask=np.where(HIDE, 0, -1e9) - 1e9)),
    ("lengths above Ts", ValueError, "lengths: expected values from 0 to 5",
     lambda a: a.forward(QUERIES, KEYS, lengths=[2, 6, 1])),
    ("dcontext of the keys' shape", ValueError,
     r"dcontext: expected shape \(3, 2, 6\), got \(3, 5, 6\); it must have the shape of the con",
     lambda a: (a.forward(QUERIES, KEYS), a.backward(KEYS))),
    ("dweights of another shape", ValueError, r"dweights: expected shape \(3, 2, 5\)",
     lambda a: (a.forward(QUERIES, KEYS), a.backward(np.ones((B, Tq, K)), np.ones((B, Ts))))),
    ("dcontext with NaN", ValueError, "dcontext: expected finite numbers",
     lambda a: (a.forward(QUERIES, KEYS), a.backward(np.full((B, Tq, K), np.nan)))),
    ("backward before forward", RuntimeError, "expected a forward pass with training=True",
     lambda a: a.backward(np.ones((B, Tq, K)))),
]


@pytest.mark.parametrize("kind", ["additive", "general"])
@pytest.mark.parametrize(
    ("error", "words", "mistake"), [row[1:] for row in MISTAKES], ids=[row[0] for row in MISTAKES]
)
def test_a_mistake_is_answered_in_one_sentence_and_the_next_call_works(kind, error, words, mistake):
    layer = KINDS[kind][0]()
    before = {name: p.copy() for name, p in layer.params.items()}
    with pytest.raises(error, match=words) as caught:
        mistake(layer)
    assert "\n" not in str(caught.value)
    for name, p in layer.params.items():
        np.testing.assert_array_equal(p, before[name])
    layer.forward(QUERIES, KEYS)
    layer.backward(np.ones((B, Tq, K)))


@pytest.mark.parametrize("name", ["dot", "scaled dot", "general"])
def test_products_that_overflow_are_an_error(name):
    make, keys = KINDS[name]
    with pytest.raises(ValueError, match="scores: expected finite numbers, got"):
        make(np.float32).forward(1e25 * QUERIES, 1e25 * keys, lengths=LENGTHS)


def test_queries_and_keys_of_a_product_without_parameters_need_one_size():
    with pytest.raises(ValueError, match=r"keys: expected shape \(3, source steps, 4\), got"):
        DotAttention(dtype=np.float64).forward(QUERIES, KEYS)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (partial(AdditiveAttention, 0, 3, 4), "query_size: expected at least 1, got 0"),
        (partial(AdditiveAttention, 2, 3, 0), "attention_size: expected at least 1, got 0"),
        (partial(GeneralAttention, 2, 0), "key_size: expected at least 1, got 0"),
        (partial(GeneralAttention, 2, 3, kernel_init="glorot"), "did you mean 'glorot_"),
    ],
)
def test_a_layer_that_cannot_be_made_says_why(make, words):
    with pytest.raises(ValueError, match=words):
        make()
