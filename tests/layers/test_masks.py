"""Sequences with gaps: a masked step is as if it were not there."""

import json
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.helpers import assert_close, assert_equal, randomize, run
from support.paths import FIXTURES

from numpyrnn import (
    GRU,
    LSTM,
    RNN,
    AttentionOverTime,
    BagOfWords,
    Bidirectional,
    Dense,
    Dropout,
    Embedding,
    Layer,
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
    check_gradients,
    mean_squared_error,
    truncated_bptt,
)
from numpyrnn.layers import masks
from numpyrnn.layers.states import arrays_of, map_states

FIXTURE = dict(np.load(FIXTURES / "keras_masks.npz"))
B, T, D, H = 4, 7, 2, 4
MASK = np.array([
    [1, 1, 0, 0, 1, 0, 1],
    [0, 0, 1, 0, 1, 1, 0],
    [0, 0, 0, 0, 0, 0, 0],
    [0, 1, 1, 1, 1, 1, 1],
]) > 0


def both(kind, **options):
    """Two directions of unequal size."""
    return Bidirectional(kind(D, H, **options), kind(D, 3, reverse=True, **options))


PLAIN = {
    "RNN": partial(RNN, D, H),
    "LSTM": partial(LSTM, D, H),
    "GRU": partial(GRU, D, H),
    "GRU reset_after": partial(GRU, D, H, reset_after=True),
    "LSTM on the cell": partial(LSTM, D, H, engine="cell"),
    "GRU on the cell": partial(GRU, D, H, engine="cell"),
    "LayerNormLSTM": partial(LayerNormLSTM, D, H),
    "LayerNormGRU": partial(LayerNormGRU, D, H),
    "PeepholeLSTM": partial(PeepholeLSTM, D, H),
    "LearnedState": lambda **o: LearnedState(LSTM(D, H, **o), init=0.3),
    "Zoneout": lambda **o: Zoneout(LSTM(D, H, **o), 0.0),
    "RecurrentDropout": lambda **o: RecurrentDropout(GRU(D, H, **o), 0.0),
    "Subsampled": lambda **o: Subsampled(LSTM(D, H, **o), every=2),
}
COMPOSITES = {
    "Bidirectional": partial(both, LSTM),
    "Bidirectional GRU": partial(both, GRU),
    "Stacked": lambda **o: Stacked([LSTM(D, H, **o), GRU(H, H, **o)], residual=True),
    "Stacked Bidirectional": lambda **o: Stacked([both(GRU, **o), LSTM(H + 3, H, **o)]),
    "Stacked Subsampled": lambda **o: Stacked(
        [LSTM(D, H, **o), Subsampled(GRU(H, H, **o), every=2)]),
    "Sequential": lambda **o: Sequential(rnn=LSTM(D, H, **o), head=GRU(H, 3, **o)),
}
KINDS = PLAIN | COMPOSITES
every_kind = pytest.mark.parametrize("kind", KINDS)


def build(kind, **options):
    """A layer of the kind with every parameter drawn, in float64."""
    return randomize(KINDS[kind](dtype=np.float64, **options), np.random.default_rng(7))


def drawn(state, rng):
    """A state of the same form with every number drawn; clocks stay."""
    return map_states(
        lambda array: array if array.shape[1] == 1 else rng.standard_normal(array.shape), state)


def row(state, b):
    """The state of one row alone."""
    return map_states(lambda array: array[b:b + 1], state)


def problem(layer, seed=1, batch=B, steps=T):
    """x, state, dh and dstate, drawn."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((batch, steps, D))
    dh = rng.standard_normal((batch, steps, layer.output_size))
    zero = layer.zero_state(batch)
    return x, drawn(zero, rng), dh, drawn(zero, rng)


def go(layer, x, state, dh, dstate, **steps):
    """One pass forward and one back, every result by name."""
    h, final = layer.forward(x, state, rng=3, **steps)
    dx, before = layer.backward(dh, dstate)
    named = {"h": h, "dx": dx, **{f"d{name}": g for name, g in layer.grads.items()}}
    return named | {f"final {k}": s for k, s in enumerate(arrays_of(final))} | {
        f"dstate {k}": s for k, s in enumerate(arrays_of(before))}


# What a gap is.

any_mask = st.lists(
    st.lists(st.booleans(), min_size=T, max_size=T), min_size=2, max_size=2
).map(np.array)


@settings(max_examples=25)
@given(st.sampled_from(list(KINDS)), st.booleans(), any_mask)
def test_a_sequence_with_gaps_is_the_sequence_without_them(kind, reverse, mask):
    layer = build(kind, **({"reverse": reverse} if kind in PLAIN else {}))
    x, state, dh, dstate = problem(layer, batch=2)
    gap = ~mask[:, :, None]
    got = go(layer, np.where(gap, np.nan, x), state, np.where(gap, np.inf, dh), dstate, mask=mask)
    assert not got["h"][~mask].any() and not got["dx"][~mask].any()
    total = {name: np.zeros_like(g) for name, g in layer.grads.items()}
    for b, real in enumerate(mask):
        one = [x[b:b + 1, real], row(state, b), dh[b:b + 1, real], row(dstate, b)]
        steps = {}
        if not real.any():                                  # no layer reads a batch without steps
            one[0], one[2], steps = x[b:b + 1], dh[b:b + 1], {"lengths": [0]}
        expected = go(layer, *one, **steps)
        mine = {name: a[b:b + 1] for name, a in got.items() if name[1:] not in total}
        if real.any():
            mine |= {name: mine[name][:, real] for name in ("h", "dx")}
        assert_close(mine, {name: expected[name] for name in mine}, what=f"row {b}")
        total = {name: g + expected[f"d{name}"] for name, g in total.items()}
    assert_close({name: got[f"d{name}"] for name in total}, total)


@pytest.mark.parametrize("masked_output", masks.MASKED_OUTPUTS)
@every_kind
def test_lengths_are_the_masks_whose_real_steps_come_first(kind, masked_output):
    layer = build(kind, masked_output=masked_output)
    lengths = np.array([3, T, 0, 5])
    arguments = problem(layer)
    assert_equal(go(layer, *arguments, mask=np.arange(T) < lengths[:, None]),
                 go(layer, *arguments, lengths=lengths))
    assert_equal(go(layer, *arguments, mask=np.ones((B, T), bool)), go(layer, *arguments))


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("kind", PLAIN)
def test_without_training_gaps_give_the_same_in_pieces(kind, reverse):
    for masked_output in masks.MASKED_OUTPUTS:
        layer = build(kind, reverse=reverse, masked_output=masked_output)
        rng = np.random.default_rng(3)
        x, state, _, _ = problem(layer, batch=66, steps=35)     # 16 steps at a time
        mask = rng.random((66, 35)) < rng.random((66, 1))
        x[~mask] = np.nan
        h, final = layer.forward(x, state, mask=mask)
        again, last = layer.forward(x, state, mask=mask, training=False)
        np.testing.assert_allclose(again, h, rtol=0, atol=1e-12)
        for one, other in zip(arrays_of(last), arrays_of(final), strict=True):
            np.testing.assert_allclose(one, other, rtol=0, atol=1e-12)


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU", "GRU reset_after"])
def test_both_engines_leap_over_the_same_gaps(kind):
    for options in ({}, {"reverse": True}, {"masked_output": "repeat"}, {"use_bias": False}):
        kernel, cell = build(kind, **options), build(kind, engine="cell", **options)
        arguments = problem(kernel)
        assert_close(go(kernel, *arguments, mask=MASK), go(cell, *arguments, mask=MASK))


@pytest.mark.parametrize("kind", ["LSTM", "GRU", "Bidirectional"])
def test_the_last_state_alone_is_that_after_the_last_real_step(kind):
    layer = build(kind, return_sequences=False)
    x, state, _, dstate = problem(build(kind))
    h, final = layer.forward(x, state, mask=MASK)
    parts = final if kind == "Bidirectional" else (final,)
    np.testing.assert_array_equal(h, np.concatenate([part.h for part in parts], axis=1))
    begin = state if kind == "Bidirectional" else (state,)
    np.testing.assert_array_equal(h[2], np.concatenate([part.h[2] for part in begin]))
    dx, _ = layer.backward(np.ones_like(h), dstate)
    assert not dx[~MASK].any() and np.all(dx[MASK] != 0)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if "Bidirectional" not in kind])
def test_two_chunks_with_gaps_and_the_state_carried_over_are_one_pass(kind):
    layer = build(kind)
    x, state, _, _ = problem(layer)
    h, final = layer.forward(x, state, mask=MASK)
    for cut in (1, 3, 6):
        first, between = layer.forward(x[:, :cut], state, mask=MASK[:, :cut])
        second, last = layer.forward(x[:, cut:], between, mask=MASK[:, cut:])
        np.testing.assert_allclose(np.concatenate([first, second], axis=1), h, atol=1e-12)
        for one, other in zip(arrays_of(last), arrays_of(final), strict=True):
            np.testing.assert_allclose(one, other, atol=1e-12)


# Outputs that are repeated.

def repeated(h, real):
    """The definition, step by step: the last real step's output, 0 before the first."""
    out, last = np.zeros_like(h), np.zeros_like(h[:, 0])
    for t in range(h.shape[1]):
        last = np.where(real[:, t, None], h[:, t], last)
        out[:, t] = last
    return out


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("kind", PLAIN)
def test_a_masked_step_repeats_the_output_before_it(kind, reverse):
    zero = build(kind, reverse=reverse)
    repeat = build(kind, reverse=reverse, masked_output="repeat")
    x, state, dh, dstate = problem(zero)
    way = slice(None, None, -1) if reverse else slice(None)
    h, final = zero.forward(x, state, mask=MASK)
    again, last = repeat.forward(x, state, mask=MASK)
    np.testing.assert_array_equal(again, repeated(h[:, way], MASK[:, way])[:, way])
    for one, other in zip(arrays_of(last), arrays_of(final), strict=True):
        np.testing.assert_array_equal(one, other)
    # Its gradient goes to the step that it repeats.
    moved = np.zeros_like(dh)
    for b in range(B):
        real = None
        for t in range(T)[way]:
            real = t if MASK[b, t] else real
            if real is not None:
                moved[b, real] += dh[b, t]
            else:
                dh[b, t] = np.nan                           # nothing depends on it: it is not read
    zero.forward(x, state, mask=MASK)
    dx, before = zero.backward(moved, dstate)
    dx_again, before_again = repeat.backward(dh, dstate)
    np.testing.assert_allclose(dx_again, dx, rtol=0, atol=1e-13)
    for one, other in zip(arrays_of(before_again), arrays_of(before), strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-13)


def test_the_option_is_shown_and_survives_a_wrapper():
    layer = LearnedState(Zoneout(GRU(D, H, masked_output="repeat"), 0.1))
    assert "masked_output='repeat'" in repr(layer) and layer.masked_output == "repeat"
    assert "masked_output" not in repr(LSTM(D, H))
    with pytest.raises(ValueError, match=r"^masked_output: expected one of 'zero', 'repeat', got"):
        LSTM(D, H, masked_output="last")


# Keras.

def keras_cases():
    start = 0
    for case in json.loads(str(FIXTURE["index"])):
        arrays = {}
        for name, shape in case["arrays"]:
            stop = start + int(np.prod(shape))
            arrays[name] = FIXTURE["values"][start:stop].reshape(shape)
            start = stop
        words = [case["kind"], "bidirectional" * case["bidirectional"],
                 "go_backwards" * case["reverse"], "zero" if case["zero"] else "repeat"]
        yield pytest.param(case, arrays, id=", ".join(filter(None, words)))


@pytest.mark.parametrize("engine", ["kernel", "cell"])
@pytest.mark.parametrize(("case", "arrays"), list(keras_cases()))
def test_gaps_are_what_they_are_in_keras(case, arrays, engine):
    kind = {"rnn": RNN, "lstm": LSTM, "gru": GRU,
            "gru reset_after": partial(GRU, reset_after=True)}[case["kind"]]
    options = dict(engine=engine, dtype=np.float64,
                   masked_output="zero" if case["zero"] else "repeat")
    if case["bidirectional"]:
        layer = Bidirectional(kind(2, 3, **options), kind(2, 3, reverse=True, **options))
    else:
        layer = kind(2, 3, reverse=case["reverse"], **options)
    layer.load_params({n[6:]: a for n, a in arrays.items() if n.startswith("param ")})

    def state(what):
        parts = [a for n, a in arrays.items() if n.startswith(f"{what} ")]
        if case["bidirectional"]:
            return State(*parts[:2]), State(*parts[2:])
        return State(*parts)

    h, final = layer.forward(arrays["x"], state("state"), mask=FIXTURE["mask"])
    dx, before = layer.backward(arrays["dh"], state("dfinal"))
    assert_close(
        {"h": h, "dx": dx, **layer.grads,
         **{f"final {k}": s for k, s in enumerate(arrays_of(final))},
         **{f"dstate {k}": s for k, s in enumerate(arrays_of(before))}},
        {"h": arrays["h"], "dx": arrays["dx"],
         **{n[5:]: a for n, a in arrays.items() if n.startswith("grad ")},
         **{n: a for n, a in arrays.items() if n.startswith(("final ", "dstate "))}},
        tolerance=1e-12,
    )


# Where else a mask is read.

def summaries():
    yield from (pool(dtype=np.float64) for pool in (MeanOverTime, SumOverTime, MaxOverTime))
    yield randomize(AttentionOverTime(D, 3, dtype=np.float64), np.random.default_rng(0))


@pytest.mark.parametrize("layer", list(summaries()), ids=lambda layer: type(layer).__name__)
def test_a_summary_leaves_masked_steps_out(layer):
    rng = np.random.default_rng(1)
    x, dy = rng.standard_normal((B, T, D)), rng.standard_normal((B, D))
    y = layer.forward(np.where(MASK[:, :, None], x, np.nan), mask=MASK)
    dx = layer.backward(dy)
    assert not dx[~MASK].any() and not y[2].any()
    for b in (0, 1, 3):
        np.testing.assert_allclose(y[b], layer.forward(x[b:b + 1, MASK[b]])[0], atol=1e-14)
        np.testing.assert_allclose(dx[b, MASK[b]], layer.backward(dy[b:b + 1])[0], atol=1e-14)
    if isinstance(layer, AttentionOverTime):
        weights = layer.weights(x, mask=MASK)
        assert not weights[~MASK].any()
        np.testing.assert_allclose(weights.sum(axis=1), [1, 1, 0, 1])


def test_a_model_hands_the_mask_to_the_layers_that_read_steps():
    rng = np.random.default_rng(0)
    model = Sequential(
        embedding=Embedding(5, D, rng=rng), drop=Dropout(0.0), rnn=LSTM(D, H, rng=rng),
        pool=MeanOverTime(), head=Dense(H, 2, rng=rng),
    )
    ids = rng.integers(0, 5, (B, T))
    y, _ = model.forward(ids, mask=MASK, rng=0)
    for b in (0, 1, 3):
        alone, _ = model.forward(ids[b:b + 1, MASK[b]], rng=0)
        np.testing.assert_allclose(y[b], alone[0], atol=1e-6)
    bag = randomize(BagOfWords(5, 2), rng)
    np.testing.assert_allclose(bag.forward(ids, mask=MASK)[0], bag.forward(ids[:1, MASK[0]])[0])
    with pytest.raises(ValueError, match=r"^mask: expected None, since no layer .* leave mask out"):
        Sequential(head=Dense(D, 2)).forward(np.ones((B, T, D)), mask=MASK)


def test_a_layer_of_ones_own_that_knows_lengths_only_is_not_given_a_mask():
    class First(Layer):
        takes_lengths = True

        def forward(self, x, lengths=None, *, training=True, rng=None):
            return x[:, 0]

    model = Sequential(first=First(), head=Dense(D, 2, rng=0))
    assert model.forward(np.ones((B, T, D)), lengths=np.full(B, 2)).shape == (B, 2)
    with pytest.raises(TypeError, match="mask"):
        model.forward(np.ones((B, T, D)), mask=MASK)


@pytest.mark.parametrize(("window", "stride"), [(T, T), (3, 3), (4, 2)])
def test_truncated_backpropagation_takes_a_mask(window, stride):
    """With the window at T it is the whole; shorter ones are forward passes of what they see."""
    layer = build("Stacked")
    x, state, _, _ = problem(layer)
    targets = np.random.default_rng(5).standard_normal((B, T, H))
    x[~MASK], targets[~MASK] = np.nan, np.nan
    h, final = layer.forward(x, state, mask=MASK)
    gradient = np.zeros_like(h)
    loss, gradient[MASK] = mean_squared_error(h[MASK], targets[MASK])
    layer.backward(gradient)
    whole = {name: g.copy() for name, g in layer.grads.items()}
    chunks = list(truncated_bptt(
        layer, mean_squared_error, x, targets, window=window, stride=stride, state=state,
        mask=MASK,
    ))
    weights = [MASK[:, c.start:c.stop].sum() for c in chunks]
    assert np.average([c.loss for c in chunks], weights=weights) == pytest.approx(loss)
    for one, other in zip(arrays_of(chunks[-1].state), arrays_of(final), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-12)
    if window == T:
        assert_close(chunks[0].grads, whole)


def test_a_chunk_without_a_real_step_has_loss_and_gradients_of_0():
    layer = build("LSTM")
    x, state, _, _ = problem(layer)
    mask = MASK.copy()
    mask[:, 2:4] = False
    chunk = list(truncated_bptt(
        layer, mean_squared_error, x, np.zeros((B, T, H)), window=2, state=state, mask=mask,
    ))[1]
    assert chunk.loss == 0 and not any(g.any() for g in chunk.grads.values())


def test_the_gradient_check_takes_a_mask():
    assert check_gradients(LSTM(D, 3, rng=0), np.ones((2, 5, D)), mask=MASK[:2, :5]).passed
    with pytest.raises(TypeError, match="takes no mask, got some; leave mask out"):
        check_gradients(Dense(D, 3, rng=0), mask=MASK)
    with pytest.raises(TypeError, match="expected a function and its parameters only"):
        check_gradients(lambda p: (p, p), np.ones(1), mask=MASK)


# What comes in.

@pytest.mark.parametrize("form", [
    lambda m: m.tolist(), lambda m: m.astype(int), lambda m: m.astype(np.float32),
    lambda m: m.astype(np.uint8), lambda m: np.asfortranarray(m), lambda m: m.astype(object),
    lambda m: np.repeat(m, 2, axis=1)[:, ::2],
], ids=["list", "int", "float", "uint8", "by columns", "objects", "a view"])
def test_zeros_and_ones_of_any_kind_are_a_mask(form):
    layer = build("LSTM")
    arguments = problem(layer)
    assert_equal(go(layer, *arguments, mask=form(MASK)), go(layer, *arguments, mask=MASK))


def readers():
    """Layers that take a mask, and what they read."""
    x = np.ones((B, T, D))
    for kind in ("LSTM", "LSTM on the cell", "LearnedState", "Subsampled", *COMPOSITES):
        yield pytest.param(build(kind), x, id=kind)
    for layer in summaries():
        yield pytest.param(layer, x, id=type(layer).__name__)
    yield pytest.param(BagOfWords(5, 2), np.ones((B, T), int), id="BagOfWords")


@pytest.mark.parametrize(("wrong", "words"), [
    (dict(mask=MASK[:, :-1]), r"mask: expected shape \(4, 7\), got \(4, 6\); give one entry for"),
    (dict(mask=MASK.T), r"mask: expected shape \(4, 7\), got \(7, 4\)"),
    (dict(mask=MASK[:, :, None]), r"mask: expected shape \(4, 7\), got \(4, 7, 1\)"),
    (dict(mask=True), r"mask: expected shape \(4, 7\), got \(\)"),
    (dict(mask=2 * MASK), r"mask: expected booleans or 0s and 1s, got other values; use mask > 0"),
    (dict(mask=np.where(MASK, 1, np.nan)), r"mask: expected booleans or 0s and 1s, got other"),
    (dict(mask=np.where(MASK, "1", "0")), r"mask: expected booleans or 0s and 1s, got other"),
    (dict(mask=MASK, lengths=np.full(B, T)), r"mask: expected lengths= or mask=, got both; a mask"),
])
@pytest.mark.parametrize(("layer", "x"), list(readers()))
def test_a_mask_that_does_not_fit_is_answered_in_one_sentence(layer, x, wrong, words):
    with pytest.raises(ValueError, match=rf"^([a-z0-9]+: )?{words}"):
        layer.forward(x, **wrong)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("engine", ["kernel", "cell"])
def test_a_nan_between_gaps_is_named_by_its_place_in_the_batch(engine, reverse, training):
    layer = LSTM(D, 3, reverse=reverse, engine=engine, rng=0)
    mask = np.random.default_rng(0).random((70, 40)) < 0.8
    mask[41, 33], mask[41, 5] = True, False
    x = np.ones((70, 40, D), np.float32)
    x[41, 33, 1], x[41, 5, 0] = np.inf, np.nan          # the second is not read
    with pytest.raises(ValueError, match=r"^x: .* inf in row 41, step 33, feature 1; "):
        layer.forward(x, mask=mask, training=training)
    x[41, 33, 1] = 0
    h, _ = layer.forward(x, mask=mask)
    h[41, 33, 2] = np.nan
    with pytest.raises(ValueError, match=r"^dh: .* nan in row 41, step 33, feature 2; "):
        layer.backward(h)


def test_nothing_is_written_into_the_mask_or_kept_of_it():
    layer, mask = build("LSTM", masked_output="repeat"), MASK.copy()
    x, state, dh, dstate = problem(layer)
    layer.forward(x, state, mask=mask)
    expected = layer.backward(dh, dstate)[0]
    np.testing.assert_array_equal(mask, MASK)
    mask[...] = False                                   # the caller's own, to be used again
    np.testing.assert_array_equal(layer.backward(dh, dstate)[0], expected)


def test_lengths_still_go_by_place():
    layer = build("LSTM")
    x, state, dh, dstate = problem(layer)
    lengths = np.array([2, 3, 0, 7])
    got = run(layer, x, state, lengths, dh, dstate)
    assert not got["h"][0, 2:].any() and got["h"][3, 6].all()
