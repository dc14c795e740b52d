"""What each variant does to the numbers: masks, schedules, learned states, residual paths."""

import numpy as np
import pytest
from support.helpers import plain, random_state, randomize

import numpyrnn
from numpyrnn import SGD, State, mean_squared_error, truncated_bptt
from numpyrnn.initializers import chrono
from numpyrnn.layers import (
    GRU,
    LSTM,
    RNN,
    Bidirectional,
    Dense,
    Dropout,
    LayerNormLSTM,
    LearnedState,
    RecurrentDropout,
    Sequential,
    Stacked,
    Subsampled,
    Zoneout,
    chrono_biases,
)
from numpyrnn.layers.states import arrays_of

B, T, D, H = 3, 6, 3, 5
RNG = np.random.default_rng(0)
X = RNG.standard_normal((B, T, D))
LENGTHS = np.array([4, T, 0])
PLAIN = ["RNN", "LSTM", "GRU", "GRU reset_after"]


# Dropout with one mask a sequence.

def test_variational_dropout_drops_a_feature_throughout_a_sequence_or_not_at_all():
    x, layer = np.ones((200, 9, 50)), Dropout(0.3, per_sequence=True, dtype=np.float64)
    y = layer.forward(x, rng=0)
    np.testing.assert_array_equal(y, np.broadcast_to(y[:, :1], y.shape))
    share = np.mean(y[:, 0] == 0)
    assert share == pytest.approx(0.3, abs=4 * np.sqrt(0.3 * 0.7 / 10_000))
    assert np.any(y[0, 0] != y[1, 0])                               # each sequence has its own
    np.testing.assert_array_equal(layer.backward(2 * x), 2 * y)
    np.testing.assert_array_equal(layer.forward(x, training=False), x)


def test_dropout_between_layers_can_keep_one_mask_for_a_sequence_too():
    layers = [plain("GRU", D, H), plain("LSTM", H, H, seed=1)]
    stack = Stacked(layers, dropout=0.5, per_sequence=True)
    apart = Sequential(
        low=layers[0].copy(), drop=Dropout(0.5, per_sequence=True, dtype=np.float64),
        high=layers[1].copy(),
    )
    h, _ = stack.forward(X, lengths=LENGTHS, rng=3)
    np.testing.assert_array_equal(h, apart.forward(X, lengths=LENGTHS, rng=3)[0])
    dx, _ = stack.backward(np.cos(h))
    np.testing.assert_array_equal(dx, apart.backward(np.cos(h))[0])
    assert np.any(h != Stacked(layers, dropout=0.5).forward(X, lengths=LENGTHS, rng=3)[0])
    assert repr(stack).endswith("  dropout=0.5,\n  per_sequence=True,\n)")


# Recurrent dropout.

@pytest.mark.parametrize("kind", PLAIN)
def test_recurrent_dropout_keeps_one_mask_for_all_steps_of_a_sequence(kind):
    """With W_hh hidden unit by unit, h is what a layer with those columns of W_hh at 0 gives."""
    inner = plain(kind)
    layer = RecurrentDropout(inner, 0.5)
    layer.forward(X, rng=1)
    packing, caches = layer._last_cache()
    masks = np.stack([cache.m for cache in caches])                 # (T, H, B)
    np.testing.assert_array_equal(masks, np.broadcast_to(masks[0], masks.shape))
    assert set(np.unique(masks)) == {0, 2}
    state = random_state(inner, B, np.random.default_rng(5))
    h, final = layer.forward(X, state, LENGTHS, rng=1)
    for row in range(B):
        alone = inner.copy()
        alone.params["W_hh"][...] *= masks[0][:, row]
        own = slice(row, row + 1)
        expected, last = alone.forward(X[own], State(*(s[own] for s in state)), LENGTHS[own])
        np.testing.assert_allclose(h[own], expected, rtol=0, atol=1e-13)
        for a, b in zip(final, last, strict=True):
            np.testing.assert_allclose(a[own], b, rtol=0, atol=1e-13)


@pytest.mark.parametrize("kind", PLAIN)
def test_recurrent_dropout_is_off_after_training(kind):
    inner = plain(kind)
    h, final = RecurrentDropout(inner, 0.5).forward(X, training=False)
    expected, last = inner.forward(X, training=False)
    np.testing.assert_allclose(h, expected, rtol=0, atol=1e-14)
    np.testing.assert_allclose(final.h, last.h, rtol=0, atol=1e-14)
    without, _ = RecurrentDropout(inner, 0).forward(X)              # a rate of 0 needs no rng
    np.testing.assert_array_equal(without, h)


# Zoneout.

def by_hand(cell, arguments, state, d_h, d_c):
    """h (B, T, H) of an LSTM or GRU cell with the masks (T, H, B) of every step."""
    out = []
    state = State(*(s.T for s in state))
    for t in range(T):
        new, _ = cell.step(X[:, t].T, state, **arguments)
        state = State(*(m[t] * old + (1 - m[t]) * fresh for m, old, fresh in
                        zip((d_h, d_c), state, new, strict=False)))
        out.append(state.h.T)
    return np.stack(out, axis=1)


@pytest.mark.parametrize("kind", ["GRU", "LSTM"])
def test_zoneout_keeps_a_share_of_the_units_at_each_step_and_the_expectation_later(kind):
    inner = plain(kind)
    memory = {"memory_rate": 0.25} if kind == "LSTM" else {}
    layer = Zoneout(inner, 0.5, **memory)
    state = random_state(inner, B, np.random.default_rng(5))
    h, _ = layer.forward(X, state, rng=1)
    masks = [np.stack(m) for m in zip(*(cache.m for cache in layer._last_cache()[1]), strict=True)]
    assert all(set(np.unique(m)) == {0, 1} and np.any(m[0] != m[1]) for m in masks)
    arguments = inner.arguments()
    expected = by_hand(inner.cell, arguments, state, masks[0], masks[-1])
    np.testing.assert_allclose(h, expected, rtol=0, atol=1e-14)

    quiet, _ = layer.forward(X, state, training=False)
    ones = np.ones((T, H, B))
    expected = by_hand(inner.cell, arguments, state, 0.5 * ones, 0.25 * ones)
    np.testing.assert_allclose(quiet, expected, rtol=0, atol=1e-14)


def test_zoneout_draws_each_part_of_the_state_at_its_own_rate():
    layer = Zoneout(LSTM(2, 50, rng=0), 0.1, memory_rate=0.6)
    layer.forward(np.ones((20, 10, 2)), rng=0)
    shares = np.mean([[m.mean() for m in cache.m] for cache in layer._last_cache()[1]], axis=0)
    np.testing.assert_allclose(shares, [0.1, 0.6], atol=0.02)


@pytest.mark.parametrize("kind", PLAIN)
def test_zoneout_at_a_rate_of_0_is_the_layer_inside(kind):
    inner = plain(kind, engine="cell")
    h, _ = Zoneout(inner, 0).forward(X, lengths=LENGTHS)
    np.testing.assert_array_equal(h, inner.forward(X, lengths=LENGTHS)[0])


# Random numbers.

@pytest.mark.parametrize("wrap", [RecurrentDropout, Zoneout])
def test_noise_follows_its_seed_and_a_generator_goes_on(wrap):
    layer = wrap(plain("LSTM"), 0.5)
    first, again, other = (layer.forward(X, rng=seed)[0] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert np.any(first != other)
    generator = np.random.default_rng(1)
    one, two = (layer.forward(X, rng=generator)[0] for _ in range(2))
    np.testing.assert_array_equal(one, first)
    assert np.any(one != two)


def test_a_seed_draws_different_masks_for_the_two_kinds_of_noise():
    """A seed handed to each would hide and put to sleep the same units."""
    layer = Zoneout(RecurrentDropout(LSTM(2, 40, rng=0), 0.5), 0.5)
    layer.forward(np.ones((30, 3, 2)), rng=0)
    cache = layer._last_cache()[1][0]
    hidden, asleep = cache.inside.m == 0, [m == 1 for m in cache.m]
    for a, b in [(hidden, asleep[0]), (hidden, asleep[1]), (asleep[0], asleep[1])]:
        assert np.mean(a == b) == pytest.approx(0.5, abs=0.06)


def test_both_directions_draw_noise_of_their_own():
    layer = Bidirectional(RecurrentDropout(plain("GRU"), 0.5),
                          RecurrentDropout(plain("GRU", reverse=True), 0.5))
    layer.forward(X, rng=0)
    one, two = (side._last_cache()[1][0].m for side in layer.children().values())
    assert np.any(one != two)
    with pytest.raises(ValueError, match="rng: expected a seed"):
        layer.forward(X)
    ahead, back = layer.children().values()
    h, _ = layer.forward(X, training=False)
    np.testing.assert_array_equal(h[:, :, :H], ahead.forward(X, training=False)[0])
    np.testing.assert_array_equal(h[:, :, H:], back.forward(X, training=False)[0])


# Learned initial states.

@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
def test_without_a_state_every_sequence_begins_with_the_learned_one(kind):
    inner = plain(kind)
    layer = randomize(LearnedState(inner), np.random.default_rng(2))
    begin = State(*(np.tile(layer.params[f"{part}0"], (B, 1)) for part in inner.state_type._fields))
    h, final = layer.forward(X, lengths=LENGTHS)
    expected, last = inner.forward(X, begin, LENGTHS)
    np.testing.assert_array_equal(h, expected)
    dx, before = layer.backward(np.cos(h))
    dx_inner, before_inner = inner.backward(np.cos(h))
    np.testing.assert_array_equal(dx, dx_inner)
    for part, d in zip(inner.state_type._fields, before_inner, strict=True):
        np.testing.assert_array_equal(layer.grads[f"{part}0"], d.sum(axis=0))
        assert np.any(d.sum(axis=0))
    for name in inner.params:
        np.testing.assert_array_equal(layer.grads[name], inner.grads[name])
    for got, expected in zip(layer.zero_state(B), begin, strict=True):
        np.testing.assert_array_equal(got, expected)
    assert not np.shares_memory(layer.zero_state(B).h, layer.params["h0"])


def test_a_state_that_is_given_is_the_beginning_and_the_learned_one_gets_no_gradient():
    inner = plain("LSTM")
    layer = randomize(LearnedState(inner), np.random.default_rng(2))
    state = random_state(inner, B, RNG)
    h, _ = layer.forward(X, state)
    np.testing.assert_array_equal(h, inner.forward(X, state)[0])
    _, before = layer.backward(np.ones_like(h))
    assert not layer.grads["h0"].any() and not layer.grads["c0"].any()
    assert before.h.any()


def test_windows_of_a_stream_begin_with_the_learned_state_and_do_not_train_it():
    inner = plain("LSTM")
    layer = randomize(LearnedState(inner), np.random.default_rng(2))
    targets = RNG.standard_normal((B, T, H))
    chunks = list(truncated_bptt(layer, mean_squared_error, X, targets, window=2))
    begin = State(*(np.tile(layer.params[name], (B, 1)) for name in ("h0", "c0")))
    h, final = inner.forward(X, begin)
    assert chunks[0].loss == pytest.approx(mean_squared_error(h[:, :2], targets[:, :2])[0])
    np.testing.assert_allclose(chunks[-1].state.c, final.c, rtol=1e-12)
    for chunk in chunks:
        assert not chunk.grads["h0"].any() and not chunk.grads["c0"].any()
        assert chunk.grads["W_hh"].any()


def test_an_initial_state_can_be_learned():
    """The only way to answer 1 at step 0 and 0 after it, to no input at all."""
    rnn = LearnedState(RNN(1, 4, rng=0), init="zeros")
    model = Sequential(rnn=rnn, head=Dense(4, 1, rng=1))
    x, targets = np.zeros((2, 3, 1)), np.zeros((2, 3, 1))
    targets[:, 0] = 1
    sgd = SGD(0.3)
    losses = []
    for _ in range(300):
        y, _ = model.forward(x)
        loss, dy = mean_squared_error(y, targets)
        model.backward(dy)
        sgd.step(model.params, model.grads)
        losses.append(loss)
    assert losses[0] > 0.2 and losses[-1] < 0.001
    assert np.any(model.params["rnn.h0"] != 0)


# Residual stacks.

def test_a_residual_stack_adds_what_stands_below_each_layer_but_the_lowest():
    layers = [plain("GRU", D, H), plain("LSTM", H, H, seed=1), plain("RNN", H, H, seed=2)]
    stack = Stacked(layers, residual=True)
    h, states = stack.forward(X, lengths=LENGTHS)
    first, _ = layers[0].forward(X, lengths=LENGTHS)
    second = first + layers[1].forward(first, lengths=LENGTHS)[0]
    third = second + layers[2].forward(second, lengths=LENGTHS)[0]
    np.testing.assert_array_equal(h, third)
    own = (third - second)[1, -1]
    np.testing.assert_allclose(states[2].h[1], own, rtol=0, atol=1e-15)     # the layer's, not h
    assert not h[2].any()


def test_what_stands_in_the_padding_never_reaches_a_residual_stack():
    layers = [plain("GRU", D, H), plain("LSTM", H, H, seed=1)]
    stack, real = Stacked(layers, residual=True), (np.arange(T) < LENGTHS[:, None])[:, :, None]
    dh = RNG.standard_normal((B, T, H))
    results = []
    for junk in (0, np.nan):
        h, _ = stack.forward(np.where(real, X, junk), lengths=LENGTHS)
        dx, _ = stack.backward(np.where(real, dh, junk))
        results.append([h, dx, *stack.grads.values()])
    for one, two in zip(*results, strict=True):
        np.testing.assert_array_equal(one, two)
    assert not h[2].any() and not dx[2].any() and not dx[0, 4:].any()


def test_a_residual_stack_forgets_its_lengths_without_training():
    stack = Stacked([plain("GRU", D, H), plain("LSTM", H, H, seed=1)], residual=True)
    h, _ = stack.forward(X, lengths=LENGTHS)
    stack.forward(X, training=False)
    with pytest.raises(RuntimeError, match="expected a forward pass with training=True"):
        stack.backward(h)
    assert stack.copy()._cache is None


def test_dropout_between_residual_layers_leaves_the_way_past_them_whole():
    def shut():         # a layer that puts out zeros
        return RNN(H, H, kernel_init=0, recurrent_init=0, dtype=np.float64)

    low = plain("LSTM")
    stack = Stacked([low, shut(), shut()], dropout=0.5, residual=True)
    h, _ = stack.forward(X, rng=0)
    expected, _ = low.forward(X)
    np.testing.assert_array_equal(h, expected)
    np.testing.assert_array_equal(stack.backward(np.ones_like(h))[0],
                                  low.backward(np.ones_like(h))[0])


def test_a_residual_stack_is_printed_as_it_is_made():
    stack = Stacked([RNN(2, 2), RNN(2, 2)], dropout=0.5, residual=True)
    assert repr(stack).splitlines()[-3:] == ["  dropout=0.5,", "  residual=True,", ")"]


# Subsampled layers.

def slow_by_hand(inner, x, length, every, state, clock):
    """h (T, H) of one row, step by step, and the clock at its end."""
    out = np.zeros((len(x), inner.hidden_size))
    order = range(length)[::-1] if inner.reverse else range(length)
    ahead = inner.copy()
    ahead.reverse = False
    for t in order:
        clock += 1
        if clock == every:
            _, state = ahead.forward(x[None, [t]], state)
            clock = 0
        out[t] = state.h[0]
    return out, state, clock


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("every", [1, 2, 3, T, T + 1])
@pytest.mark.parametrize("kind", ["GRU", "LSTM"])
def test_a_subsampled_layer_reads_the_last_step_of_each_group_and_holds_its_output(
    kind, every, reverse
):
    inner = plain(kind, reverse=reverse)
    layer, rng = Subsampled(inner, every), np.random.default_rng(3)
    state, clock = random_state(inner, B, rng), rng.integers(0, every, (B, 1)).astype(float)
    h, (final, after) = layer.forward(X, (state, clock), LENGTHS)
    for row in range(B):
        own = State(*(s[[row]] for s in state))
        expected, last, end = slow_by_hand(inner, X[row], LENGTHS[row], every, own, clock[row, 0])
        np.testing.assert_allclose(h[row], expected, rtol=0, atol=1e-14)
        np.testing.assert_allclose(final.h[row], last.h[0], rtol=0, atol=1e-14)
        assert after[row, 0] == end
    dx, _ = layer.backward(np.ones_like(h))
    read = np.any(dx != 0, axis=2).sum(axis=1)
    np.testing.assert_array_equal(read, (LENGTHS + clock[:, 0]) // every)


def test_a_subsampled_layer_answers_to_its_old_name_with_a_warning():
    for room in (numpyrnn, numpyrnn.layers):
        with pytest.warns(DeprecationWarning, match="Slower is called .*Subsampled"):
            assert room.Slower is Subsampled


def test_a_subsampled_layer_at_every_step_is_the_layer_inside():
    inner = plain("LSTM")
    h, _ = Subsampled(inner, every=1).forward(X, lengths=LENGTHS)
    np.testing.assert_array_equal(h, inner.forward(X, lengths=LENGTHS)[0])


def test_a_subsampled_layer_works_only_when_it_reads():
    """1000 steps are 10 readings: that many columns, and no more, reach the engine."""
    layer = Subsampled(GRU(2, 3, engine="cell", rng=0), every=100)
    layer.forward(np.ones((2, 1000, 2)))
    assert len(layer.layer._last_cache()[1]) == 10


def test_two_time_scales_stack_and_what_a_subsampled_layer_skips_is_not_read():
    model = Stacked([LSTM(D, H, rng=0), Subsampled(GRU(H, 4, rng=1), every=3)])
    h, states = model.forward(X, lengths=LENGTHS)
    assert not h[0, :2].any() and h[0, 2].any()                     # nothing read yet, then held
    np.testing.assert_array_equal(h[0, 2], h[0, 3])
    assert list(states[1][1][:, 0]) == [1, 0, 0]
    x = X.copy()
    x[:, [0, 1, 3, 4]] = np.nan
    slow = Subsampled(plain("RNN"), every=3)
    np.testing.assert_array_equal(slow.forward(x)[0], slow.forward(X)[0])


# Chrono initialisation.

def keeping(bias):
    return 1 / (1 + np.exp(-bias))


def test_chrono_biases_keep_memories_of_all_lengths_up_to_the_longest():
    lstm, gru = (chrono_biases(kind(2, 600, recurrent_init=0.0), 100, rng=0)
                 for kind in (LSTM, GRU))
    f, i = (lstm.gate(g)["b_h"] for g in "fi")
    np.testing.assert_array_equal(i, -f)
    assert not lstm.gate("o")["b_h"].any() and not lstm.gate("g")["b_h"].any()
    z = gru.gate("z")["b_h"]
    assert not gru.gate("r")["b_h"].any()
    for share in (keeping(f), 1 - keeping(z)):      # our z is the share that is rewritten
        steps = 1 / (1 - share) - 1                 # u, for a share u / (1 + u)
        assert 1 <= steps.min() < 1.5 and 98 < steps.max() <= 99.001
        assert steps.mean() == pytest.approx(50, abs=4)
    assert len(np.unique(f)) > 590                  # each unit has its own


@pytest.mark.parametrize("kind", [LSTM, GRU])
def test_after_chrono_initialisation_what_was_remembered_is_still_there(kind):
    def left(layer):
        ones = State(*(np.ones((1, 64), np.float32) for _ in layer.zero_state(1)))
        _, final = layer.forward(np.zeros((1, 100, 2)), ones, training=False)
        return np.abs(arrays_of(final)[-1]).mean()       # c of the LSTM, h of the GRU

    plain_one, chrono_one = (kind(2, 64, recurrent_init=0, rng=0) for _ in range(2))
    chrono_biases(chrono_one, 200, rng=0)
    assert left(plain_one) < 1e-6 and left(chrono_one) > 0.2


def test_chrono_biases_reach_every_gated_layer_of_a_model_and_no_other():
    model = Sequential(
        rnn=Stacked([Bidirectional(LayerNormLSTM(2, 3), Zoneout(GRU(2, 3, reverse=True), 0.1)),
                     Subsampled(LSTM(6, 4), every=2), RNN(4, 4)]),
        head=Dense(4, 2),
    )
    before = {name: p.copy() for name, p in model.params.items()}
    assert chrono_biases(model, 50, rng=0) is model
    changed = {name for name, p in model.params.items() if np.any(p != before[name])}
    assert changed == {"rnn.0.forward.b_h", "rnn.0.backward.b_h", "rnn.1.layer.b_h"}
    again = chrono_biases(model.copy(), 50, rng=0)
    for name, p in again.params.items():
        np.testing.assert_array_equal(p, model.params[name])


@pytest.mark.parametrize(("call", "error", "words"), [
    (lambda: chrono_biases(RNN(2, 3), 50), ValueError, "layer: expected an LSTM or a GRU, .* RNN"),
    (lambda: chrono_biases(LSTM(2, 3), 1), ValueError, "longest: expected a number at least 2"),
    (lambda: chrono_biases(LSTM(2, 3), "long"), TypeError, "longest: expected a number, got 'long"),
    (lambda: chrono_biases(LSTM, 9), TypeError, "layer: expected a layer or a model, got type"),
    (lambda: chrono_biases(Stacked([GRU(2, 3), LSTM(3, 3, use_bias=False)]), 9), ValueError,
     "1: expected a layer with biases, got one with use_bias=False"),
])
def test_chrono_refuses_what_has_no_gates_to_write_to(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_a_refused_chrono_leaves_every_layer_as_it_was():
    model = Stacked([GRU(2, 3), LSTM(3, 3, use_bias=False)])
    with pytest.raises(ValueError):
        chrono_biases(model, 9, rng=0)
    assert not model.params["0.b_h"].any()


def test_chrono_is_an_initialiser_of_forget_biases_too():
    layer = LSTM(2, 50, bias_init=lambda shape, rng: chrono(shape, rng, longest=30),
                 forget_bias=None, rng=0)
    assert np.all(layer.params["b_h"] >= 0) and np.all(layer.params["b_h"] <= np.log(29))
