"""What layers promise to the user: parameters, shapes, states, text, and a clear no."""

from functools import partial
from typing import Any

import numpy as np
import pytest
from support.helpers import PLAIN, composite, plain, random_state, randomize

from numpyrnn import (
    GRU,
    LSTM,
    RNN,
    Activation,
    AttentionOverTime,
    Bidirectional,
    Dense,
    DotAttention,
    Dropout,
    Embedding,
    LayerNorm,
    LayerNormGRU,
    LayerNormLSTM,
    LearnedState,
    MaxOverTime,
    MeanOverTime,
    PeepholeLSTM,
    RecurrentDropout,
    Sequential,
    Stacked,
    State,
    Subsampled,
    SumOverTime,
    Zoneout,
)
from numpyrnn.layers.states import arrays_of

B, T, D, H = 2, 4, 3, 5
RNG = np.random.default_rng(0)
X = RNG.standard_normal((B, T, D))
IDS = np.array([[1, 2, 0, 1], [3, 1, 1, 0]])
LENGTHS = np.array([3, 4])


def tagger(dtype):
    return Sequential(
        embedding=Embedding(7, 4, padding_id=0, dtype=dtype),
        drop=Dropout(0.5, dtype=dtype),
        rnn=Stacked([composite("Bidirectional", 4, H, dtype=dtype), GRU(2 * H + 1, 3, dtype=dtype)],
                    dropout=0.5),
        head=Dense(3, 2, dtype=dtype),
    )


# name -> (dtype -> layer, its input, the shape of its output)
LAYERS: dict[str, tuple[Any, np.ndarray, tuple[int, ...]]] = {
    **{kind: (partial(lambda kind, dtype: plain(kind, dtype=dtype), kind), X, (B, T, H))
       for kind in PLAIN},
    "last state": (lambda dtype: plain("LSTM", dtype=dtype, return_sequences=False), X, (B, H)),
    "Bidirectional": (lambda dtype: composite("Bidirectional", dtype=dtype), X, (B, T, 2 * H + 1)),
    "Stacked": (lambda dtype: composite("Stacked", dtype=dtype), X, (B, T, H + 1)),
    "Embedding": (lambda dtype: Embedding(4, 6, dtype=dtype), IDS, (B, T, 6)),
    "Dense": (lambda dtype: Dense(D, 6, dtype=dtype), X, (B, T, 6)),
    "Dense softmax": (lambda dtype: Dense(D, 6, activation="softmax", dtype=dtype), X, (B, T, 6)),
    "Activation": (lambda dtype: Activation("gelu", dtype=dtype), X, X.shape),
    "Activation linear": (lambda dtype: Activation("linear", dtype=dtype), X, X.shape),
    "Bidirectional product": (lambda dtype: Bidirectional(
        plain("LSTM", dtype=dtype), plain("GRU", dtype=dtype, reverse=True), merge="product"),
        X, (B, T, H)),
    "Dropout": (lambda dtype: Dropout(0.5, dtype=dtype), X, X.shape),
    "SumOverTime": (lambda dtype: SumOverTime(dtype=dtype), X, (B, D)),
    "MeanOverTime": (lambda dtype: MeanOverTime(dtype=dtype), X, (B, D)),
    "MaxOverTime": (lambda dtype: MaxOverTime(dtype=dtype), X, (B, D)),
    "AttentionOverTime": (lambda dtype: AttentionOverTime(D, 6, dtype=dtype), X, (B, D)),
    "Dropout per sequence":
        (lambda dtype: Dropout(0.5, per_sequence=True, dtype=dtype), X, X.shape),
    "LayerNorm": (lambda dtype: LayerNorm(D, dtype=dtype), X, X.shape),
    "LayerNormLSTM": (lambda dtype: LayerNormLSTM(D, H, dtype=dtype, rng=0), X, (B, T, H)),
    "LayerNormGRU": (lambda dtype: LayerNormGRU(D, H, dtype=dtype, rng=0), X, (B, T, H)),
    "PeepholeLSTM": (lambda dtype: PeepholeLSTM(D, H, dtype=dtype, rng=0), X, (B, T, H)),
    "RecurrentDropout":
        (lambda dtype: RecurrentDropout(plain("GRU", dtype=dtype), 0.5), X, (B, T, H)),
    "Zoneout": (lambda dtype: Zoneout(plain("LSTM", dtype=dtype), 0.2), X, (B, T, H)),
    "LearnedState": (lambda dtype: LearnedState(plain("LSTM", dtype=dtype)), X, (B, T, H)),
    "Subsampled": (lambda dtype: Subsampled(plain("LSTM", dtype=dtype), 2), X, (B, T, H)),
    "residual": (lambda dtype: Stacked(
        [plain("LSTM", dtype=dtype), plain("GRU", H, H, dtype=dtype)], residual=True),
        X, (B, T, H)),
    "Sequential": (tagger, IDS, (B, T, 2)),
}
every_layer = pytest.mark.parametrize(("make", "x", "shape"), LAYERS.values(), ids=LAYERS)
with_parameters = pytest.mark.parametrize("name", [
    name for name, (make, _, _) in LAYERS.items() if make(np.float32).params
])


def forward(layer, x, **options):
    """The output alone; dropout draws from seed 0."""
    y = layer.forward(x, rng=0, **options)
    return y[0] if layer.recurrent else y


def both_ways(layer, x):
    """One pass forward and one back; returns output and dx."""
    y = forward(layer, x)
    dx = layer.backward(np.cos(np.arange(y.size)).reshape(y.shape))
    return y, dx[0] if layer.recurrent else dx


def values(mapping):
    return {name: array.copy() for name, array in mapping.items()}


def assert_same(got, expected):
    assert list(got) == list(expected)
    for name in expected:
        np.testing.assert_array_equal(got[name], expected[name], err_msg=name)


# What every layer promises.

@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@every_layer
def test_output_gradients_and_parameters_have_the_layers_dtype_and_their_shapes(
    make, x, shape, dtype
):
    layer = make(dtype)
    y, dx = both_ways(layer, x)
    assert y.shape == shape
    assert (dx is None) == (x is IDS)
    assert dx is None or dx.shape == x.shape
    assert list(layer.grads) == list(layer.params)
    for name, p in layer.params.items():
        assert layer.grads[name].shape == p.shape
    arrays = [y, *layer.params.values(), *layer.grads.values(), *([] if dx is None else [dx])]
    assert {a.dtype for a in arrays} == {layer.dtype} == {np.dtype(dtype)}


@every_layer
def test_gradients_are_those_of_the_last_backward_not_their_sum(make, x, shape):
    layer = make(np.float64)
    assert not any(name in layer.grads for name in layer.params)
    both_ways(layer, x)
    first = values(layer.grads)
    both_ways(layer, x)
    assert_same(layer.grads, first)


@every_layer
def test_a_forward_pass_without_training_keeps_nothing(make, x, shape):
    layer = make(np.float64)
    y = np.zeros(shape)
    for prepare in (lambda: None, lambda: layer.forward(x, training=False)):
        prepare()
        with pytest.raises(RuntimeError, match="expected a forward pass with training=True"):
            layer.backward(y)
        layer.forward(x, rng=0)     # the cache of an earlier pass is gone as well


@every_layer
def test_a_copy_gives_the_same_and_then_goes_its_own_way(make, x, shape):
    layer = make(np.float64)
    both_ways(layer, x)
    twin = layer.copy()
    assert not any(name in twin.grads for name in twin.params)
    before, grads = values(layer.params), values(layer.grads)
    np.testing.assert_array_equal(forward(twin, x), forward(layer, x))
    for p in twin.params.values():
        p += 1
    both_ways(twin, 2 * x if x is X else x)
    assert_same(layer.params, before)
    assert_same(layer.grads, grads)


@every_layer
def test_astype_converts_a_copy(make, x, shape):
    layer = make(np.float32)
    wide = layer.astype(np.float64)
    assert (layer.dtype, wide.dtype) == (np.float32, np.float64)
    assert_same(wide.params, layer.params)
    assert {a.dtype for a in layer.params.values()} <= {np.dtype(np.float32)}
    assert {a.dtype for a in wide.params.values()} <= {np.dtype(np.float64)}
    y, _ = both_ways(wide, x)
    native = make(np.float64)
    if native.params:
        native.load_params(layer.params)
    np.testing.assert_array_equal(forward(native, x), y, strict=True)   # in float64 all the way
    np.testing.assert_allclose(forward(layer, x), y, rtol=0, atol=1e-5)
    np.testing.assert_allclose(forward(native.astype(complex), x), y + 0j, rtol=0, atol=1e-14,
                               strict=True)


@with_parameters
def test_parameters_can_be_loaded_and_counted(name):
    make, _, _ = LAYERS[name]
    layer, other = make(np.float32), randomize(make(np.float64), np.random.default_rng(5))
    own = dict(layer.params)
    layer.load_params(other.params)
    for key, array in layer.params.items():
        assert array is own[key]                                # written in place
        np.testing.assert_array_equal(array, other.params[key].astype(np.float32))
        assert not np.shares_memory(array, other.params[key])
    assert layer.parameter_count == sum(p.size for p in other.params.values())


@with_parameters
def test_what_does_not_fit_is_refused_and_nothing_is_loaded(name):
    layer = LAYERS[name][0](np.float64)
    before, last = values(layer.params), list(layer.params)[-1]
    good = {key: p + 1 for key, p in before.items()}
    for bad, words in [
        ({**good, "W_new": np.ones(2)}, "params: expected .* got 'W_new' as well"),
        ({key: p for key, p in good.items() if key != last}, f"'{last}' is missing"),
        ({**good, last: np.ones((9, 9, 9, 9))}, f"{last}: expected shape .*another architecture"),
        ({**good, last: np.full_like(good[last], np.nan)}, f"{last}: expected finite numbers"),
        ({**good, last: good[last] * 1j}, f"{last}: expected an array of numbers, got .*complex"),
    ]:
        with pytest.raises((ValueError, TypeError), match=words):
            layer.load_params(bad)
        assert_same(layer.params, before)


@pytest.mark.parametrize("name", ["Bidirectional", "Stacked", "Sequential"])
def test_a_composites_mapping_is_read_only_and_its_arrays_are_live(name):
    make, x, _ = LAYERS[name]
    layer = make(np.float64)
    both_ways(layer, x)
    first = next(iter(layer.params))
    for mapping in (layer.params, layer.grads):
        with pytest.raises(TypeError):
            mapping[first] = np.zeros(1)
    before = forward(layer, x)
    owner = next(leaf for path, leaf in layer.leaves() if first.startswith(f"{path}."))
    layer.params[first][...] += 1
    assert np.shares_memory(layer.params[first], owner.params[first.rsplit(".", 1)[1]])
    assert np.any(forward(layer, x) != before)


# The three recurrent layers.

@pytest.mark.parametrize(("layer", "shapes"), [
    (RNN(D, H), dict(W_xh=(1, H, D), W_hh=(1, H, H), b_h=(1, H, 1))),
    (LSTM(D, H), dict(W_xh=(4, H, D), W_hh=(4, H, H), b_h=(4, H, 1))),
    (GRU(D, H), dict(W_xh=(3, H, D), W_hh=(3, H, H), b_h=(3, H, 1))),
    (GRU(D, H, reset_after=True),
     dict(W_xh=(3, H, D), W_hh=(3, H, H), b_h=(3, H, 1), b_hn=(H, 1))),
    (GRU(D, H, reset_after=True, use_bias=False), dict(W_xh=(3, H, D), W_hh=(3, H, H))),
], ids=repr)
def test_parameters_have_one_block_for_each_gate(layer, shapes):
    assert {name: p.shape for name, p in layer.params.items()} == shapes


@pytest.mark.parametrize("kind", PLAIN)
def test_a_gate_is_a_writable_view_of_its_block(kind):
    layer = plain(kind)
    for block, name in enumerate(layer.gates):
        views = layer.gate(name)
        expected = set(layer.params) if name == "n" else set(layer.params) - {"b_hn"}
        assert set(views) == expected
        for key, view in views.items():
            view[...] = block + 10
            own = layer.params[key] if key == "b_hn" else layer.params[key][block]
            assert view.shape == own.shape
            assert np.all(own == block + 10)
    for block, _ in enumerate(layer.gates):     # no gate wrote into another's block
        assert np.all(layer.params["W_hh"][block] == block + 10)
    with pytest.raises(ValueError, match="gate: expected one of "):
        layer.gate("q")


@pytest.mark.parametrize("engine", ["kernel", "cell"])
@pytest.mark.parametrize("kind", PLAIN)
def test_a_layer_without_bias_is_one_whose_biases_are_zero(kind, engine):
    bare = plain(kind, use_bias=False, engine=engine)
    zeros = {name: 0 * p for name, p in plain(kind).params.items() if name.startswith("b")}
    layer = plain(kind, engine=engine)
    layer.load_params({**bare.params, **zeros})
    for got, expected in zip(both_ways(bare, X), both_ways(layer, X), strict=True):
        np.testing.assert_array_equal(got, expected)
    assert_same(bare.grads, {name: layer.grads[name] for name in bare.params})


def test_forget_bias_is_written_into_the_parameter_and_nowhere_else():
    blocks = LSTM(2, 3).params["b_h"][:, :, 0]
    np.testing.assert_array_equal(blocks, [[0, 0, 0], [1, 1, 1], [0, 0, 0], [0, 0, 0]])
    assert np.all(LSTM(2, 3, forget_bias=2.5, bias_init=7).gate("f")["b_h"] == 2.5)
    assert np.all(LSTM(2, 3, forget_bias=2.5, bias_init=7).gate("i")["b_h"] == 7)
    assert np.all(LSTM(2, 3, forget_bias=None, bias_init=7).params["b_h"] == 7)
    assert "b_h" not in LSTM(2, 3, use_bias=False).params


@pytest.mark.parametrize("name", [name for name, (make, _, _) in LAYERS.items()
                                  if make(np.float32).recurrent])
def test_no_state_is_the_zero_state_and_it_has_the_form_of_the_final_one(name):
    make, x, _ = LAYERS[name]
    layer = make(np.float32)
    zero = layer.zero_state(B)
    y, final = layer.forward(x, zero, rng=0)
    np.testing.assert_array_equal(y, layer.forward(x, rng=0)[0])
    assert type(final) is type(zero)
    for got, expected in zip(arrays_of(final), arrays_of(zero), strict=True):
        assert (got.shape, got.dtype) == (expected.shape, np.float32)
        assert not expected.any()


def test_whole_numbers_and_lists_are_taken_as_numbers():
    layer = plain("GRU", dtype=np.float32)
    numbers = np.arange(24).reshape(2, 4, 3) % 5
    np.testing.assert_array_equal(layer.forward(numbers.tolist())[0],
                                  layer.forward(numbers.astype(np.float32))[0])


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.uint64, np.int32, list])
@pytest.mark.parametrize("reverse", [False, True])
def test_lengths_may_be_whole_numbers_of_any_type(dtype, reverse):
    layer, lengths = plain("LSTM", reverse=reverse), [2, 4, 0, 1]
    x = np.random.default_rng(1).standard_normal((4, T, D))
    as_given = lengths if dtype is list else np.array(lengths, dtype)
    h, final = layer.forward(x, lengths=as_given)
    for row, own in enumerate(lengths):
        alone, last = layer.forward(x[[row], :own or 1], lengths=[own])
        np.testing.assert_allclose(h[row, :own], alone[0, :own], rtol=0, atol=1e-14)
        np.testing.assert_allclose(final.c[row], last.c[0], rtol=0, atol=1e-14)


# Bidirectional.

def test_both_directions_stand_side_by_side_in_input_order():
    layer = composite("Bidirectional", seed=3)
    ahead, back = layer.children().values()
    state = random_state(layer, B, np.random.default_rng(1))
    h, final = layer.forward(X, state, LENGTHS)
    h_ahead, final_ahead = ahead.forward(X, state[0], LENGTHS)
    h_back, final_back = back.forward(X, state[1], LENGTHS)
    np.testing.assert_array_equal(h, np.concatenate([h_ahead, h_back], axis=2))
    for got, expected in zip(arrays_of(final), arrays_of((final_ahead, final_back)), strict=True):
        np.testing.assert_array_equal(got, expected)
    np.testing.assert_array_equal(final[0].h, h[[0, 1], LENGTHS - 1, :H])
    np.testing.assert_array_equal(final[1].h, h[:, 0, H:])     # the backward one ends at the start


def test_without_sequences_bidirectional_gives_both_summaries():
    layer = composite("Bidirectional", return_sequences=False)
    h, (ahead, back) = layer.forward(X, lengths=LENGTHS)
    np.testing.assert_array_equal(h, np.concatenate([ahead.h, back.h], axis=1))
    dx, _ = layer.backward(np.ones_like(h))
    assert dx.shape == X.shape


def test_bidirectional_adds_the_two_gradients_of_x():
    layer = composite("Bidirectional")
    dh = np.random.default_rng(2).standard_normal((B, T, 2 * H + 1))
    layer.forward(X)
    dx, _ = layer.backward(dh)
    ahead, back = layer.children().values()
    expected = ahead.backward(dh[:, :, :H])[0] + back.backward(dh[:, :, H:])[0]
    np.testing.assert_array_equal(dx, expected)


# Stacked and dropout.

def test_each_stacked_layer_reads_what_the_one_below_wrote():
    layer = composite("Stacked")
    low, high = layer.children().values()
    h, states = layer.forward(X, lengths=LENGTHS)
    between, first = low.forward(X, lengths=LENGTHS)
    top, second = high.forward(between, lengths=LENGTHS)
    np.testing.assert_array_equal(h, top)
    for got, expected in zip(arrays_of(states), arrays_of((first, second)), strict=True):
        np.testing.assert_array_equal(got, expected)


def test_stacked_dropout_follows_its_seed_and_only_in_training():
    def deep(rate):
        layers = [LSTM(D, H, rng=1), GRU(H, 4, rng=2), RNN(4, 3, rng=3)]
        return Stacked(layers, dropout=rate)

    noisy, clean = deep(0.5), deep(0.0)
    first, again, other = (noisy.forward(X, rng=seed)[0] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert np.any(first != other)
    assert np.all(noisy.forward(X, rng=1)[1][0].h == clean.forward(X)[1][0].h)  # not on the input
    np.testing.assert_array_equal(noisy.forward(X, training=False)[0], clean.forward(X)[0])
    with pytest.raises(ValueError, match=r"rng: .*pass rng=, or training=False"):
        noisy.forward(X)


def test_stacked_draws_a_mask_of_its_own_between_each_pair():
    copies = [RNN(20, 20, kernel_init="identity", recurrent_init=0, activation="relu")
              for _ in range(3)]
    layer = Stacked(copies, dropout=0.5)
    h, (_, second, third) = layer.forward(np.ones((1, 1, 20)), rng=0)
    assert set(np.unique(second.h)) == {0, 2}
    assert set(np.unique(third.h)) == {0, 4}        # 4: kept twice; one mask alone would halve it
    assert 0 < np.count_nonzero(third.h) < np.count_nonzero(second.h)
    dx, _ = layer.backward(np.ones_like(h))
    np.testing.assert_array_equal(dx[0], h[0])      # back through the same masks


def test_dropout_drops_its_share_and_keeps_the_mean():
    x = np.ones((400, 500))
    layer = Dropout(0.2, dtype=np.float64)
    y = layer.forward(x, rng=0)
    np.testing.assert_allclose(np.unique(y), [0, 2**16 / 52429], rtol=1e-15)    # 0.8, rounded
    share = np.sqrt(0.2 * 0.8 / x.size)             # standard deviation of the share dropped
    assert np.mean(y == 0) == pytest.approx(0.2, abs=4 * share)
    assert y.mean() == pytest.approx(1, abs=5 * share)
    np.testing.assert_array_equal(layer.backward(3 * x), 3 * y)


@pytest.mark.parametrize("rate", [1e-9, 1e-5, 0.1, 0.2, 0.5, 2 / 3, 0.999, 1 - 1e-5, 1 - 1e-9])
def test_dropout_scales_by_what_it_keeps_and_that_is_the_rate_asked_for(rate):
    x, layer = np.ones((333, 3, 1001)), Dropout(rate, dtype=np.float64)
    scale = layer.forward(x, rng=1).max()
    share = 1 / scale
    assert share * 2**16 == pytest.approx(round(share * 2**16), rel=1e-14)
    assert share == pytest.approx(1 - rate, abs=2**-16)
    spread = np.sqrt(share * (1 - share) / x.size)
    assert layer.backward(x).mean() / scale == pytest.approx(share, abs=4 * spread)


def test_dropout_decides_each_number_for_itself():
    passed = Dropout(0.5).forward(np.ones((2000, 8)), rng=0) > 0      # a row: two draws of four
    apart = np.concatenate([passed[:1000], passed[1000:]], axis=1)
    np.testing.assert_allclose(np.corrcoef(apart.T), np.eye(16), atol=4 / np.sqrt(1000))


def test_a_refused_dropout_keeps_the_mask_it_had():
    layer = Dropout(0.5)
    y = layer.forward(X, rng=0)
    with pytest.raises(ValueError, match="rng: "):
        layer.forward(X)
    np.testing.assert_array_equal(layer.backward(X), y)


def test_dropout_without_training_or_without_rate_is_the_identity():
    x = X.astype(np.float32)
    quiet = Dropout(0.9)
    np.testing.assert_array_equal(quiet.forward(x, training=False), x)
    assert not np.shares_memory(quiet.forward(x, training=False), x)
    quiet.forward(x, rng=0)
    quiet.forward(x, training=False)
    with pytest.raises(RuntimeError, match="forward pass with training=True"):
        quiet.backward(x)
    none = Dropout(0)
    np.testing.assert_array_equal(none.forward(x), x)
    np.testing.assert_array_equal(none.backward(x), x)
    assert not np.shares_memory(none.forward(x), x)


def test_dropout_with_a_generator_draws_a_new_mask_each_time():
    generator, layer = np.random.default_rng(0), Dropout(0.5)
    masks = [layer.forward(np.ones((9, 9)), rng=generator) for _ in range(2)]
    assert np.any(masks[0] != masks[1])


# Sequential.

def test_sequential_passes_states_by_the_name_of_their_layer():
    model = Sequential(low=plain("LSTM"), head=Dense(H, 4, dtype=np.float64, rng=0),
                       high=plain("GRU", 4, 2))
    assert model.recurrent
    state = {"low": random_state(model["low"], B, RNG), "high": random_state(model["high"], B, RNG)}
    y, final = model.forward(X, state, LENGTHS)
    h, low = model["low"].forward(X, state["low"], LENGTHS)
    h, high = model["high"].forward(model["head"].forward(h), state["high"], LENGTHS)
    np.testing.assert_array_equal(y, h)
    assert list(final) == list(model.zero_state(B)) == ["low", "high"]
    for got, expected in zip(arrays_of(final), arrays_of((low, high)), strict=True):
        np.testing.assert_array_equal(got, expected)

    dstate = {name: random_state(model[name], B, RNG) for name in ("low", "high")}
    dx, before = model.backward(np.ones_like(y), dstate)
    dh, first = model["high"].backward(np.ones_like(y), dstate["high"])
    dh, second = model["low"].backward(model["head"].backward(dh), dstate["low"])
    np.testing.assert_array_equal(dx, dh)
    assert list(before) == ["low", "high"]
    for got, expected in zip(arrays_of(before), arrays_of((second, first)), strict=True):
        np.testing.assert_array_equal(got, expected)


def test_sequential_without_a_recurrent_layer_is_a_plain_layer():
    model = Sequential(one=Dense(D, 4, rng=0), two=Dense(4, 2, rng=1))
    y = model.forward(X)
    np.testing.assert_array_equal(y, model["two"].forward(model["one"].forward(X)))
    assert model.backward(y).shape == X.shape
    assert not model.recurrent


def test_sequential_hands_lengths_to_the_layers_that_take_them():
    model = Sequential(embedding=Embedding(4, D, rng=0), pool=MeanOverTime(), head=Dense(D, 2))
    vectors = model["embedding"].forward(IDS)
    y = model.forward(IDS, lengths=LENGTHS)
    pooled = np.stack([vectors[0, :3].mean(axis=0), vectors[1].mean(axis=0)])
    np.testing.assert_allclose(y, model["head"].forward(pooled), rtol=0, atol=1e-6)


def test_sequential_dropout_reproduces_with_its_seed():
    model = randomize(tagger(np.float64), np.random.default_rng(0))
    first, again, other = (model.forward(IDS, rng=seed)[0] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert np.any(first != other)
    quiet = model.forward(IDS, training=False)[0]
    np.testing.assert_array_equal(quiet, model.forward(IDS, training=False, rng=3)[0])


# Embedding, Dense, pooling.

def test_an_id_takes_its_row_and_the_padding_id_the_zero_vector():
    layer = Embedding(4, 6, padding_id=0, dtype=np.float64, rng=0)
    assert not layer.params["W"][0].any()
    layer.params["W"][0] = 9            # whatever training wrote there
    y = layer.forward(IDS)
    assert not y[IDS == 0].any()
    np.testing.assert_array_equal(y[IDS != 0], layer.params["W"][IDS[IDS != 0]])
    np.testing.assert_array_equal(layer.forward(IDS[:, 0]), y[:, 0])


@pytest.mark.parametrize("dtype", [np.int64, np.int32, np.uint8])
def test_an_ids_gradient_is_the_sum_over_its_places_and_paddings_is_zero(dtype):
    layer = Embedding(6, 3, padding_id=0, dtype=np.float64, rng=0)
    layer.forward(IDS.astype(dtype))
    dy = np.random.default_rng(1).standard_normal((B, T, 3))
    assert layer.backward(dy) is None
    expected = np.zeros((6, 3))
    np.add.at(expected, IDS, dy)
    expected[0] = 0
    np.testing.assert_allclose(layer.grads["W"], expected, rtol=0, atol=1e-15)


@pytest.mark.parametrize("size", [2, 256, 257, 65536, 65537])
@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.int64, np.uint64])
def test_the_gradient_of_an_id_is_summed_over_its_places_in_any_size_of_vocabulary(size, dtype):
    layer = Embedding(size, 2, dtype=np.float64, rng=0)
    highest = min(size - 1, np.iinfo(dtype).max)
    some = np.array([0, 1, highest, highest // 2, 1, 0, highest, 1], dtype)
    ids = np.stack([some, some[::-1]]).T[:, ::-1]                   # neither C nor F contiguous
    y = layer.forward(ids)
    np.testing.assert_array_equal(y, layer.params["W"][ids.astype(int)])
    dy = np.cos(np.arange(y.size)).reshape(y.shape)
    layer.backward(dy)
    expected = np.zeros((size, 2))
    np.add.at(expected, ids.astype(int), dy)
    np.testing.assert_allclose(layer.grads["W"], expected, rtol=0, atol=1e-15)


def test_an_embedding_without_a_padding_id_learns_id_0_too():
    layer = Embedding(4, 2, dtype=np.float64, rng=0)
    np.testing.assert_array_equal(layer.forward(IDS), layer.params["W"][IDS])
    layer.backward(np.ones((B, T, 2)))
    np.testing.assert_array_equal(layer.grads["W"][:, 0], [2, 4, 1, 1])


@pytest.mark.parametrize("use_bias", [True, False])
def test_dense_is_the_same_for_rows_and_for_every_step(use_bias):
    layer = Dense(D, 2, use_bias=use_bias, dtype=np.float64, rng=0)
    randomize(layer, np.random.default_rng(1))
    W, b = layer.params["W"], layer.params.get("b", np.zeros(2))
    dy = np.random.default_rng(2).standard_normal((B, T, 2))
    y, dx = layer.forward(X), layer.backward(dy)
    grads = values(layer.grads)
    np.testing.assert_allclose(y, np.einsum("oi,bti->bto", W, X) + b, rtol=0, atol=1e-14)
    np.testing.assert_allclose(dx, np.einsum("oi,bto->bti", W, dy), rtol=0, atol=1e-14)
    np.testing.assert_allclose(grads["W"], np.einsum("bto,bti->oi", dy, X), rtol=0, atol=1e-14)
    if use_bias:
        np.testing.assert_allclose(grads["b"], dy.sum(axis=(0, 1)), rtol=0, atol=1e-14)

    rows = layer.forward(X.reshape(-1, D))
    np.testing.assert_array_equal(rows.reshape(y.shape), y)
    np.testing.assert_array_equal(layer.backward(dy.reshape(-1, 2)).reshape(X.shape), dx)
    assert_same(layer.grads, grads)


@pytest.mark.parametrize(("layer", "reduce"), [
    (SumOverTime, np.sum), (MeanOverTime, np.mean), (MaxOverTime, np.max),
])
def test_pooling_reads_a_rows_own_steps_and_never_the_padding(layer, reduce):
    pool = layer(dtype=np.float64)
    x = np.random.default_rng(1).standard_normal((3, T, D)) - 5     # a maximum below zero
    lengths = np.array([2, 0, T])
    x[0, 2:], x[1] = np.nan, np.inf
    y = pool.forward(x, lengths)
    np.testing.assert_allclose(y, [reduce(x[0, :2], axis=0), np.zeros(D), reduce(x[2], axis=0)])
    dx = pool.backward(np.ones((3, D)))
    assert not dx[0, 2:].any()
    assert not dx[1].any()
    total = {SumOverTime: [2, 0, T], MeanOverTime: [1, 0, 1], MaxOverTime: [1, 0, 1]}[layer]
    np.testing.assert_allclose(dx.sum(axis=1), np.broadcast_to(total, (D, 3)).T)
    if layer is MaxOverTime:
        np.testing.assert_array_equal(dx[2], x[2] == x[2].max(axis=0))


def test_where_the_maximum_stands_twice_the_first_one_takes_the_gradient():
    pool = MaxOverTime()
    pool.forward([[[1.0], [2.0], [2.0]]])
    np.testing.assert_array_equal(pool.backward([[7.0]]), [[[0], [7], [0]]])


@pytest.mark.parametrize("name", ["Embedding", "Dense", "Dropout", "SumOverTime", "MeanOverTime",
                                  "MaxOverTime", "Sequential"])
def test_overwriting_what_went_in_and_came_out_changes_no_gradient(name):
    make, x, _ = LAYERS[name]
    layer = make(np.float64)
    _, expected = both_ways(layer, x)
    grads = values(layer.grads)
    x = x.copy()
    y = forward(layer, x)
    dy = np.cos(np.arange(y.size)).reshape(y.shape)
    assert not np.shares_memory(x, y)
    x[...], y[...] = 0, 0
    for _ in range(2):
        dx = layer.backward(dy)[0] if layer.recurrent else layer.backward(dy)
        np.testing.assert_array_equal(dx, expected)
        assert_same(layer.grads, grads)
        for array in (*layer.grads.values(), *([] if dx is None else [dx])):
            assert not np.shares_memory(array, dy)
            array[...] = 99


# Text.

@pytest.mark.parametrize("text", [
    "RNN(3, 5)",
    "RNN(3, 5, activation='relu', reverse=True)",
    "LSTM(3, 5, forget_bias=0.5, return_sequences=False)",
    "LSTM(3, 5, forget_bias=None, engine='cell')",
    "GRU(3, 5, reset_after=True, use_bias=False, dtype='float64')",
    "Embedding(7, 4, padding_id=0)",
    "Dense(3, 2, use_bias=False)",
    "Dropout(0.25)",
    "MeanOverTime()",
])
def test_a_layer_is_printed_as_it_is_written(text):
    assert repr(eval(text)) == text


def model():
    return Sequential(
        embedding=Embedding(11, 4, padding_id=0),
        rnn=Stacked([Bidirectional(LSTM(4, 3), LSTM(4, 3, reverse=True)), GRU(6, 5)], dropout=0.2),
        pool=MeanOverTime(),
        head=Dense(5, 2),
    )


def test_a_model_is_printed_as_a_tree():
    assert repr(model()) == """\
Sequential(
  embedding=Embedding(11, 4, padding_id=0),
  rnn=Stacked(
    0=Bidirectional(
      forward=LSTM(4, 3),
      backward=LSTM(4, 3, reverse=True),
    ),
    1=GRU(6, 5),
    dropout=0.2,
  ),
  pool=MeanOverTime(),
  head=Dense(5, 2),
)"""


def test_a_summary_lists_layers_shapes_and_counts():
    assert model().summary() == """\
layer                 output  parameter  shape      count
---------------------------------------------------------
embedding  Embedding  4       W          (11, 4)       44
rnn.0.forward  LSTM   3       W_xh       (4, 3, 4)     48
                              W_hh       (4, 3, 3)     36
                              b_h        (4, 3, 1)     12
rnn.0.backward  LSTM  3       W_xh       (4, 3, 4)     48
                              W_hh       (4, 3, 3)     36
                              b_h        (4, 3, 1)     12
rnn.1  GRU            5       W_xh       (3, 5, 6)     90
                              W_hh       (3, 5, 5)     75
                              b_h        (3, 5, 1)     15
pool  MeanOverTime    -                                 0
head  Dense           2       W          (2, 5)        10
                              b          (2,)           2
---------------------------------------------------------
total                                                 428"""


def test_parameters_are_named_by_their_path():
    names = list(model().params)
    assert names[:3] == ["embedding.W", "rnn.0.forward.W_xh", "rnn.0.forward.W_hh"]
    assert names[-2:] == ["head.W", "head.b"]
    assert model().parameter_count == 428


# A clear no: what was expected, what was passed, the cure.

lstm = partial(LSTM, 3, 2)
ones = np.ones


def run(layer, *args, **options):
    return layer.forward(*args, **options)


def after_forward(layer, x, *dys):
    layer.forward(x)
    return layer.backward(*dys)


@pytest.mark.parametrize(("call", "error", "words"), [
    (lambda: LSTM(0, 2), ValueError, "input_size: expected at least 1, got 0"),
    (lambda: LSTM(3, 2.0), TypeError, "hidden_size: expected a whole number, got 2.0"),
    (lambda: lstm(dtype="float16"), ValueError, "dtype: expected .* got 'float16'"),
    (lambda: lstm(engine="cells"), ValueError, "engine: .*did you mean 'cell'"),
    (lambda: RNN(3, 2, activation="ReLU"), ValueError, "activation: .*did you mean 'relu'"),
    (lambda: run(lstm(), ones((2, 3))), ValueError, r"x: .* \(batch, steps, 3\), got \(2, 3\)"),
    (lambda: run(lstm(), ones((2, 4, 5))), ValueError, "made with input_size=3"),
    (lambda: run(lstm(), ones((0, 4, 3))), ValueError, "x: expected at least one row"),
    (lambda: run(lstm(), ones((2, 0, 3))), ValueError, "x: expected at least one time step"),
    (lambda: run(lstm(), [[["a"] * 3]]), TypeError, "x: expected an array of numbers"),
    (lambda: run(lstm(), ones((2, 4, 3)), lengths=[1]), ValueError, "one length for each row"),
    (lambda: run(lstm(), ones((2, 4, 3)), lengths=[1, 5]), ValueError, "from 0 to 4 .* got 5"),
    (lambda: run(lstm(), ones((2, 4, 3)), lengths=[-1, 2]), ValueError, "from 0 to 4 .* got -1"),
    (lambda: run(lstm(), ones((2, 4, 3)), lengths=[1.0, 2.0]), TypeError, "lengths: .*whole"),
    (lambda: run(lstm(), ones((2, 4, 3)), (ones((2, 2)),) * 2), TypeError,
     r"state: expected a State\(h, c\) .* got tuple; write numpyrnn.State\(h, c\)"),
    (lambda: run(lstm(), ones((2, 4, 3)), State(ones((2, 2)))), TypeError,
     r"state: expected a State\(h, c\) .* got State\(h\)"),
    (lambda: run(lstm(), ones((2, 4, 3)), State(ones((1, 2)), ones((2, 2)))), ValueError,
     r"state.h: expected shape \(2, 2\), got \(1, 2\); .* never broadcast"),
    (lambda: run(lstm(), ones((2, 4, 3)), State(ones((2, 2)), ones((2, 2)) * np.nan)), ValueError,
     "state.c: expected finite numbers, got nan"),
    (lambda: after_forward(lstm(), ones((2, 4, 3)), ones((2, 2))), ValueError,
     r"dh: expected shape \(2, 4, 2\), got \(2, 2\)"),
    (lambda: after_forward(lstm(return_sequences=False), ones((2, 4, 3)), ones((2, 4, 2))),
     ValueError, r"dh: expected shape \(2, 2\), got \(2, 4, 2\)"),
    (lambda: after_forward(lstm(), ones((2, 4, 3)), ones((2, 4, 2)), ones((2, 2))), TypeError,
     "dstate: expected a State"),
    (lambda: Bidirectional(lstm(), lstm()), ValueError, "backward: .*reverse=True, got"),
    (lambda: Bidirectional(lstm(reverse=True), lstm(reverse=True)), ValueError, "forward: "),
    (lambda: Bidirectional(lstm(), Dense(3, 2)), TypeError, "backward: .*got Dense"),
    (lambda: Bidirectional(lstm(), LSTM(4, 2, reverse=True)), ValueError, "input_size: .*3 and 4"),
    (lambda: run(Bidirectional(lstm(), lstm(reverse=True)), X, lstm().zero_state(B)), TypeError,
     r"state: expected a tuple \(forward, backward\)"),
    (lambda: Bidirectional(lstm(), LSTM(3, 4, reverse=True), merge="sum"), ValueError,
     "hidden_size: expected the same in both directions with merge='sum', got 2 and 4"),
    (lambda: Stacked(3), TypeError, "layers: expected a list of layers, got int"),
    (lambda: Stacked([]), ValueError, "at least one recurrent layer"),
    (lambda: Stacked([lstm(), Dense(2, 2)]), TypeError, r"layers\[1\]: .*got Dense"),
    (lambda: Stacked([lstm(), lstm()]), ValueError, r"layers\[1\]: expected input_size=2"),
    (lambda: Stacked([lstm(return_sequences=False), GRU(2, 2)]), ValueError,
     r"layers\[0\]: expected return_sequences=True"),
    (lambda: Stacked([GRU(2, 2)] * 2), ValueError, "expected different layers"),
    (lambda: Stacked([GRU(2, 2), GRU(2, 2, dtype="float64")]), ValueError, "layers of one dtype"),
    (lambda: run(composite("Stacked"), X, lstm().zero_state(B)), TypeError, "tuple of 2 states"),
    (lambda: Sequential(), ValueError, "at least one layer"),
    (lambda: Sequential(lstm()), TypeError, "expected layers as name=layer, got a LSTM"),
    (lambda: Sequential(**{"a.b": lstm()}), ValueError, "layer names without a dot, got 'a.b'"),
    (lambda: Sequential(a=DotAttention()), TypeError,
     "a: expected a layer with one input, got Dot"),
    (lambda: Sequential(a=Bidirectional(lstm(), lstm(reverse=True), merge=None)), TypeError,
     "a: expected a layer with one output, got Bidirectional"),
    (lambda: Sequential(rnn=lstm), TypeError, "rnn: expected a layer, got partial"),
    (lambda: Sequential(a=Dense(3, 4), b=Dense(3, 4)), ValueError, "b: expected input_size=4"),
    (lambda: run(Sequential(a=Dense(3, 4)), X, lengths=[1, 2]), ValueError, "lengths: .* None"),
    (lambda: run(Sequential(rnn=lstm()), X, {"rn": None}), ValueError, "did you mean 'rnn'"),
    (lambda: run(Sequential(rnn=lstm()), X, lstm().zero_state(B)), TypeError, "expected a dict"),
    (lambda: run(Embedding(3, 2), [[3]]), ValueError, "ids: expected ids from 0 to 2, got 3"),
    (lambda: run(Embedding(3, 2), [[-1]]), ValueError, "ids: expected ids from 0 to 2, got -1"),
    (lambda: run(Embedding(3, 2), [[1.0]]), TypeError, "ids: expected whole"),
    (lambda: run(Embedding(3, 2), [[[1]]]), ValueError, r"ids: expected shape .*got \(1, 1, 1\)"),
    (lambda: run(Embedding(3, 2), 1), ValueError, r"ids: expected shape .*got \(\)"),
    (lambda: LayerNorm(1), ValueError, "expected at least 2 numbers to normalise, got 1"),
    (lambda: Zoneout(GRU(3, 2), 0.1, memory_rate=0.2), ValueError,
     "memory_rate: expected no value for a GRU"),
    (lambda: LSTM.stream(LSTM), TypeError, "expected a recurrent model, got the class LSTM"),
    (lambda: lstm()(X), TypeError, "LSTM: expected forward or backward by name"),
    (lambda: Dense(3, 2)(X), TypeError, "Dense: expected forward or backward by name"),
    (lambda: Dense(3, 2, dtype="floaty"), (TypeError, ValueError), "dtype: .*got 'floaty'"),
    (lambda: Embedding(3, 2, padding_id=3), ValueError, "padding_id: expected ids from 0 to 2"),
    (lambda: run(Dense(3, 2), ones(3)), ValueError, r"x: expected shape .*got \(3,\)"),
    (lambda: run(Dense(3, 2), [[1, np.nan, 2]]), ValueError, "x: expected finite"),
    (lambda: after_forward(Dense(3, 2), X, ones((B, 2))), ValueError, r"dy: .*\(2, 4, 2\)"),
    (lambda: Dropout(1.0), ValueError, "rate: expected a number at least 0 and below 1, got 1"),
    (lambda: run(MeanOverTime(), ones((2, 3))), ValueError, r"x: expected shape \(batch, steps"),
    (lambda: run(MeanOverTime(), X * np.nan), ValueError, "x: expected finite"),
    (lambda: run(Dropout(0.5), X * np.nan, rng=0), ValueError, "x: expected finite"),
    (lambda: run(lstm(), X * 1e300), ValueError, "x: expected finite"),     # no float32
    (lambda: lstm().zero_state(0), ValueError, "batch: expected at least 1"),
])
def test_a_wrong_call_is_answered_with_what_was_expected_and_what_came(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_an_error_without_a_sentence_passes_through_a_model_as_it_is():
    class Broken(Dense):
        def forward(self, x, *, training=True, rng=None):
            raise ValueError(3)

    with pytest.raises(ValueError) as caught:
        Sequential(a=Broken(3, 2)).forward(X)
    assert caught.value.args == (3,)


@pytest.mark.parametrize("engine", ["kernel", "cell"])
def test_finite_numbers_whose_sum_overflows_are_taken(engine):
    layer = RNN(3, 2, engine=engine, dtype=np.float32)
    layer.params["W_xh"][...] = 0
    h, _ = layer.forward(np.full((2, 4, 3), 3e38, np.float32))
    assert np.isfinite(h).all()
