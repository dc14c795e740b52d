"""Copies of layers and models: what travels, what stays behind, and what two twins share."""

import copy
import pickle
from functools import partial

import numpy as np
import pytest

from numpyrnn import layers as rooms
from numpyrnn.layers import (
    GRU,
    LSTM,
    RNN,
    Activation,
    AdditiveAttention,
    Attention,
    AttentionOverTime,
    Bidirectional,
    Dense,
    DotAttention,
    Dropout,
    Embedding,
    GeneralAttention,
    Layer,
    LayerNorm,
    LayerNormGRU,
    LayerNormLSTM,
    LearnedState,
    MaxOverTime,
    MeanOverTime,
    PeepholeLSTM,
    RecurrentDropout,
    ScaledDotAttention,
    Sequential,
    Stacked,
    Subsampled,
    SumOverTime,
    Zoneout,
)
from numpyrnn.models import BagOfWords, Captioner, OneShotDecoder, Pairs, Translator, classifier
from numpyrnn.optim import SGD, Adagrad, Adam, AdamW, RMSprop

B, T, D, V = 3, 4, 4, 6
WAYS = {
    "deepcopy": copy.deepcopy,
    "pickle": lambda layer: pickle.loads(pickle.dumps(layer)),
    "copy()": lambda layer: layer.copy(),
}
LAYERS = {
    "RNN": lambda: RNN(D, D, rng=0),
    "LSTM": lambda: LSTM(D, D, rng=0),
    "LSTM cell": lambda: LSTM(D, D, engine="cell", rng=0),
    "GRU": lambda: GRU(D, D, rng=0),
    "GRU reset_after": lambda: GRU(D, D, reset_after=True, rng=0),
    "LayerNormLSTM": lambda: LayerNormLSTM(D, D, rng=0),
    "LayerNormGRU": lambda: LayerNormGRU(D, D, rng=0),
    "PeepholeLSTM": lambda: PeepholeLSTM(D, D, rng=0),
    "LearnedState": lambda: LearnedState(LSTM(D, D, rng=0), init=0.5),
    "Zoneout": lambda: Zoneout(LSTM(D, D, rng=0), 0.3),
    "RecurrentDropout": lambda: RecurrentDropout(GRU(D, D, rng=0), 0.3),
    "LearnedState Zoneout": lambda: LearnedState(Zoneout(RNN(D, D, rng=0), 0.3), init=0.5),
    "Bidirectional": lambda: Bidirectional(LSTM(D, 2, rng=0), GRU(D, 2, reverse=True, rng=1)),
    "Subsampled": lambda: Subsampled(LSTM(D, D, rng=0), every=2),
    "Stacked": lambda: Stacked([LSTM(D, D, rng=0), GRU(D, D, rng=1)], dropout=0.4, residual=True),
    "Sequential": lambda: Sequential(
        drop=Dropout(0.3), rnn=LSTM(D, D, rng=0), norm=LayerNorm(D), head=Dense(D, D, rng=1)
    ),
    "Bidirectional product": lambda: Bidirectional(
        LSTM(D, D, rng=0), LSTM(D, D, reverse=True, rng=1), merge="product"
    ),
    "Dense": lambda: Dense(D, D, rng=0),
    "Dense tanh": lambda: Dense(D, D, activation="tanh", rng=0),
    "Activation": lambda: Activation("gelu"),
    "Dropout": lambda: Dropout(0.5),
    "LayerNorm": lambda: LayerNorm(D),
    "MeanOverTime": MeanOverTime,
    "SumOverTime": SumOverTime,
    "MaxOverTime": MaxOverTime,
    "AttentionOverTime": lambda: AttentionOverTime(D, 3, rng=0),
    "Embedding": lambda: Embedding(V, D, rng=0),
    "BagOfWords": lambda: BagOfWords(V, 2),
    "classifier": lambda: classifier("bilstm", V, 2, pool="attention", dropout=0.2, rng=0),
    "AdditiveAttention": lambda: AdditiveAttention(D, D, 3, rng=0),
    "DotAttention": DotAttention,
    "GeneralAttention": lambda: GeneralAttention(D, D, rng=0),
    "ScaledDotAttention": ScaledDotAttention,
    "Translator": lambda: Translator(
        V, V, embedding_size=3, hidden_size=4, dropout=0.2, rng=0
    ),
    "Captioner": lambda: Captioner(4, V, hidden_size=4, seen_size=4, channels=2, rng=0),
    "OneShotDecoder": lambda: OneShotDecoder(V, V, 4, ids=True, embedding_size=3, rng=0),
}
every_layer = pytest.mark.parametrize("kind", LAYERS)


def reading(layer, seed):
    """Something that the layer can read, drawn anew for each seed."""
    rng = np.random.default_rng(seed)
    ids, x = rng.integers(0, V, (B, T)), rng.standard_normal((B, T, D)).astype(np.float32)
    if isinstance(layer, Attention):
        return x, x[:, ::-1].copy()
    if isinstance(layer, (Translator, OneShotDecoder)):
        return (Pairs(ids, None, ids[:, ::-1]),)
    if isinstance(layer, Captioner):
        return (Pairs(rng.standard_normal((B, 16)), None, ids),)
    first = next(layer.leaves())[1]
    return (ids if isinstance(first, (Embedding, BagOfWords)) else x,)


def forward(layer, seed):
    """Its output, whatever else it returns."""
    answer = layer.forward(*reading(layer, seed), rng=5)
    return answer[0] if isinstance(answer, tuple) else answer


def gradients(layer, y):
    """What backward fills and returns, for the output as the gradient that comes from above."""
    dx = layer.backward(y)
    dx = dx[0] if isinstance(dx, tuple) else dx
    return dict(layer.grads) | ({} if dx is None else {"the input": dx})


def same(got, expected):
    assert got.keys() == expected.keys()
    for name in expected:
        np.testing.assert_array_equal(got[name], expected[name], err_msg=name)


def test_every_layer_and_model_is_tried():
    tried = {type(part) for make in LAYERS.values() for part in inside(make())}
    named = {kind for kind in vars(rooms).values() if isinstance(kind, type)}
    assert {k for k in named if issubclass(k, Layer)} - tried <= {Layer, Attention}


def inside(layer):
    yield layer
    for part in layer.children().values():
        yield from inside(part)


@pytest.mark.parametrize("way", WAYS)
@every_layer
def test_a_copy_made_between_forward_and_backward_asks_for_a_forward_pass(kind, way):
    layer = LAYERS[kind]()
    gradients(layer, forward(layer, 1))
    y = forward(layer, 2)
    twin = WAYS[way](layer)
    assert dict(twin.grads) == {}
    with pytest.raises(RuntimeError, match="call forward first"):
        twin.backward(y)
    expected = gradients(layer, y)                      # the original is not disturbed
    same(gradients(twin, forward(twin, 2)), expected)   # and the copy does what it did
    for name, p in twin.params.items():
        assert not np.shares_memory(p, layer.params[name])


@every_layer
def test_a_shallow_copy_shares_the_parameters_and_nothing_else(kind):
    layer = LAYERS[kind]()
    expected = gradients(layer, forward(layer, 1))
    y = forward(layer, 1)
    twin = copy.copy(layer)
    with pytest.raises(RuntimeError, match="call forward first"):
        twin.backward(y)
    gradients(twin, forward(twin, 2))                   # another batch, in between
    same(gradients(layer, y), expected)
    assert repr(twin) == repr(layer) and list(twin.params) == list(layer.params)
    for name, p in layer.params.items():
        assert twin.params[name] is p


@every_layer
def test_a_pickle_carries_nothing_of_the_last_batch(kind):
    layer = LAYERS[kind]()
    fresh = len(pickle.dumps(layer))
    gradients(layer, forward(layer, 1))
    assert len(pickle.dumps(layer)) <= fresh + 50


@pytest.mark.parametrize("way", ["deepcopy", "pickle"])
def test_a_stream_that_is_copied_goes_on_by_itself(way):
    layer = Sequential(rnn=LSTM(D, D, rng=0), head=Dense(D, 2, rng=1))
    x, = reading(layer, 1)
    stream = layer.stream(B)
    stream.step(x[:, 0])
    twin = WAYS[way](stream)
    layer.params["rnn.W_hh"][...] += 1                  # the copy has weights of its own
    stream.step(x[:, 1])
    layer.params["rnn.W_hh"][...] -= 1
    whole, _ = layer.forward(x, training=False)
    np.testing.assert_allclose(twin.step(x[:, 1]), whole[:, 1], atol=1e-5)


@pytest.mark.parametrize("way", [copy.copy, copy.deepcopy])
@pytest.mark.parametrize("kind", [partial(SGD, momentum=0.9), Adagrad, RMSprop, Adam, AdamW])
def test_an_optimizer_and_its_copy_do_not_spoil_each_others_moments(kind, way):
    grads = {"W": np.array([1.0, -2.0])}
    optimizer, alone = kind(0.1), kind(0.1)
    params, expected = {"W": np.ones(2)}, {"W": np.ones(2)}
    optimizer.step(params, grads)
    alone.step(expected, grads)
    way(optimizer).step({"W": np.ones(2)}, {"W": np.array([50.0, 50.0])})
    optimizer.step(params, grads)
    alone.step(expected, grads)
    same(params, expected)


def test_both_places_of_a_shared_layer_get_the_gradient_of_their_own_input():
    """A siamese network: the derivative by the shared weights is the sum over the two places."""
    left = LSTM(D, D, dtype=np.float64, rng=0)
    right = copy.copy(left)
    a, b = np.random.default_rng(0).standard_normal((2, B, T, D))

    def loss():
        return np.sum(left.forward(a)[0] * right.forward(b)[0])

    ha, hb = left.forward(a)[0], right.forward(b)[0]
    left.backward(hb)
    right.backward(ha)
    for name, p in left.params.items():
        total, index = left.grads[name] + right.grads[name], (1, 2, 0)
        p[index] += 1e-5
        up = loss()
        p[index] -= 2e-5
        slope = (up - loss()) / 2e-5
        p[index] += 1e-5
        assert slope == pytest.approx(total[index], rel=1e-6)
