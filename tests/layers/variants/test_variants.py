"""What every variant promises as a layer: lengths, states, both modes, copies, text, a clear no."""

from functools import partial

import numpy as np
import pytest
from support.helpers import assert_close, assert_equal, randomize

from numpyrnn import State, load_checkpoint, mean_squared_error, save_checkpoint, truncated_bptt
from numpyrnn.checks import check_initialisation
from numpyrnn.layers import (
    GRU,
    LSTM,
    RNN,
    Bidirectional,
    Dense,
    Dropout,
    LayerNorm,
    LayerNormGRU,
    LayerNormLSTM,
    LearnedState,
    PeepholeLSTM,
    RecurrentDropout,
    Sequential,
    Stacked,
    Subsampled,
    Zoneout,
)
from numpyrnn.layers.states import arrays_of, map_states

B, T, D, H = 4, 7, 3, 5
LENGTHS = np.array([3, T, 0, 6])


def around(wrapper, kind, *args, **fixed):
    """A function (input_size, hidden_size, **options) that wraps a layer."""
    return lambda *sizes, **options: wrapper(kind(*sizes, **options), *args, **fixed)


KINDS = {
    "LayerNormLSTM": LayerNormLSTM,
    "LayerNormGRU": LayerNormGRU,
    "PeepholeLSTM": PeepholeLSTM,
    "RecurrentDropout RNN": around(RecurrentDropout, RNN, 0.4),
    "RecurrentDropout LSTM": around(RecurrentDropout, LSTM, 0.4),
    "RecurrentDropout GRU": around(RecurrentDropout, GRU, 0.4),
    "RecurrentDropout LayerNormLSTM": around(RecurrentDropout, LayerNormLSTM, 0.4),
    "RecurrentDropout GRU reset_after":
        around(RecurrentDropout, partial(GRU, reset_after=True), 0.4),
    "Zoneout GRU": around(Zoneout, GRU, 0.3),
    "Zoneout LSTM": around(Zoneout, LSTM, 0.1, memory_rate=0.5),
    "Zoneout RecurrentDropout LSTM":
        around(Zoneout, around(RecurrentDropout, LSTM, 0.4), 0.2),
    "LearnedState LSTM": around(LearnedState, LSTM),
    "LearnedState Zoneout RNN": around(LearnedState, around(Zoneout, RNN, 0.3)),
    "Subsampled LSTM": around(Subsampled, LSTM, 3),
    "Subsampled LearnedState GRU": around(Subsampled, around(LearnedState, GRU), 2),
}
every_kind = pytest.mark.parametrize("kind", KINDS)
directions = pytest.mark.parametrize("reverse", [False, True], ids=["forward", "reverse"])


def random_state(layer, batch, rng):
    """A state for `layer` (or the gradient of one), every number drawn."""
    zero = layer.zero_state(batch)
    return map_states(lambda s: rng.standard_normal(s.shape).astype(s.dtype), zero)


def make(kind, *sizes, seed=0, dtype=np.float64, **options):
    """A layer of the kind, every parameter drawn."""
    layer = KINDS[kind](*(sizes or (D, H)), dtype=dtype, **options)
    return randomize(layer, np.random.default_rng(seed))


def go(layer, x, state=None, lengths=None, dh=None, dstate=None, rng=3):
    """One pass forward and one back in training: every result by name."""
    h, final = layer.forward(x, state, lengths, rng=rng)
    dx, before = layer.backward(np.ones_like(h) if dh is None else dh, dstate)
    return {
        "h": h, "dx": dx,
        **{f"final state {k}": s for k, s in enumerate(arrays_of(final))},
        **{f"initial state's gradient {k}": s for k, s in enumerate(arrays_of(before))},
        **{f"d{name}": g for name, g in layer.grads.items()},
    }


def problem(layer, seed=1, batch=B, steps=T):
    """x, state, dh and dstate for a layer, all drawn."""
    rng = np.random.default_rng(seed)
    shape = (batch, steps, H) if layer.return_sequences else (batch, H)
    return dict(
        x=rng.standard_normal((batch, steps, D)), state=random_state(layer, batch, rng),
        dh=rng.standard_normal(shape), dstate=random_state(layer, batch, rng),
    )


# Lengths, rows and time.

@directions
@every_kind
def test_what_stands_in_the_padding_never_matters(kind, reverse):
    layer = make(kind, reverse=reverse)
    case, real = problem(layer), (np.arange(T) < LENGTHS[:, None])[:, :, None]
    results = go(layer, lengths=LENGTHS, **case)
    for name in ("x", "dh"):
        case[name] = np.where(real, case[name], np.nan)
    assert_equal(go(layer, lengths=LENGTHS, **case), results)
    for name in ("h", "dx"):
        assert not results[name][~np.broadcast_to(real, results[name].shape)].any()


@pytest.mark.parametrize("options", [{}, {"reverse": True}, {"return_sequences": False}], ids=str)
@every_kind
def test_a_row_alone_gives_what_it_gives_in_the_batch(kind, options):
    layer = make(kind, **options)
    case = problem(layer)
    h, final = layer.forward(case["x"], case["state"], LENGTHS, training=False)
    for k, own in enumerate(LENGTHS):
        alone, last = layer.forward(
            case["x"][[k], :max(own, 1)], map_states(lambda s, k=k: s[[k]], case["state"]), [own],
            training=False,
        )
        part = h[[k], :max(own, 1)] if h.ndim == 3 else h[[k]]
        np.testing.assert_allclose(alone, part, rtol=0, atol=1e-14)
        for a, b in zip(arrays_of(last), arrays_of(final), strict=True):
            np.testing.assert_allclose(a, b[[k]], rtol=0, atol=1e-14)


@directions
@every_kind
def test_a_sequence_of_length_0_returns_its_initial_state(kind, reverse):
    layer = make(kind, reverse=reverse)
    case, none = problem(layer), np.zeros(B, int)
    results = go(layer, lengths=none, **case)
    finals = [v for name, v in results.items() if name.startswith("final")]
    for got, expected in zip(finals, arrays_of(case["state"]), strict=True):
        np.testing.assert_array_equal(got, expected)
    assert not results["h"].any() and not results["dx"].any()
    assert not any(g.any() for g in layer.grads.values())


@pytest.mark.parametrize("ragged", [False, True], ids=["full", "ragged"])
@pytest.mark.parametrize("cut", [1, 2, 3, 5])
@every_kind
def test_two_chunks_with_the_state_carried_over_are_one_pass(kind, cut, ragged):
    """Noise is drawn anew for each chunk, so this is what holds after training."""
    layer = make(kind)
    case = problem(layer)
    x, lengths = case["x"], LENGTHS if ragged else np.full(B, T)
    whole, last = layer.forward(x, case["state"], lengths, training=False)
    early, between = layer.forward(
        x[:, :cut], case["state"], np.minimum(lengths, cut), training=False)
    late, end = layer.forward(
        x[:, cut:], between, np.maximum(lengths - cut, 0), training=False)
    np.testing.assert_allclose(np.concatenate([early, late], axis=1), whole, rtol=0, atol=1e-13)
    for a, b in zip(arrays_of(end), arrays_of(last), strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-13)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if "Zone" not in kind
                                  and "Drop" not in kind])
def test_two_chunks_backward_are_one_pass_backward(kind):
    first, second, whole = make(kind), make(kind), make(kind)
    case, cut = problem(whole), 4
    results = go(whole, **case)
    _, between = first.forward(case["x"][:, :cut], case["state"])
    second.forward(case["x"][:, cut:], between)
    dx_late, dbetween = second.backward(case["dh"][:, cut:], case["dstate"])
    dx_early, before = first.backward(case["dh"][:, :cut], dbetween)
    got = {"dx": np.concatenate([dx_early, dx_late], axis=1),
           **{f"initial state's gradient {k}": s for k, s in enumerate(arrays_of(before))},
           **{f"d{name}": first.grads[name] + second.grads[name] for name in first.params}}
    assert_close(got, {name: results[name] for name in got})


@every_kind
def test_a_reversed_layer_reads_the_flipped_sequences_and_flips_its_answer_back(kind):
    ahead, back = make(kind), make(kind, reverse=True)
    case = problem(ahead)

    def flip(a):
        out = np.zeros_like(a)
        for row, own in enumerate(LENGTHS):
            out[row, :own] = a[row, :own][::-1]
        return out

    h, final = ahead.forward(case["x"], case["state"], LENGTHS, training=False)
    h_back, final_back = back.forward(flip(case["x"]), case["state"], LENGTHS, training=False)
    np.testing.assert_allclose(flip(h_back), h, rtol=0, atol=1e-14)
    for a, b in zip(arrays_of(final_back), arrays_of(final), strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-14)


# Whose array is whose; modes, copies, dtypes.

@every_kind
def test_no_argument_is_written_to_or_handed_out_and_backward_can_be_called_again(kind):
    layer = make(kind)
    case = problem(layer)
    inputs = [case["x"], *arrays_of(case["state"]), case["dh"], *arrays_of(case["dstate"])]
    for array in [*inputs, *layer.params.values()]:
        array.flags.writeable = False
    results = go(layer, lengths=LENGTHS, **case)
    everything = [*results.values(), *inputs, *layer.params.values()]
    for k, result in enumerate(results.values()):
        assert not any(np.shares_memory(result, other) for other in everything[k + 1:])
    for result in results.values():
        result[...] = 77
    dx, before = layer.backward(case["dh"], case["dstate"])
    again = go(make(kind), lengths=LENGTHS, **case)
    np.testing.assert_array_equal(dx, again["dx"])
    for k, part in enumerate(arrays_of(before)):
        np.testing.assert_array_equal(part, again[f"initial state's gradient {k}"])
    for name, g in layer.grads.items():
        np.testing.assert_array_equal(g, again[f"d{name}"])


@every_kind
def test_output_gradients_and_states_have_the_layers_dtype_and_follow_float64(kind):
    wide, case = make(kind), problem(make(kind))
    single = wide.astype(np.float32)
    results, coarse = (go(layer, lengths=LENGTHS, **case) for layer in (wide, single))
    assert {v.dtype for v in coarse.values()} == {np.dtype(np.float32)}
    assert list(wide.grads) == list(wide.params)
    for name, value in results.items():
        scale = max(1, np.abs(value).max(initial=0))
        np.testing.assert_allclose(coarse[name], value, rtol=0, atol=1e-4 * scale, err_msg=name)


@every_kind
def test_inference_keeps_nothing_draws_nothing_and_says_so(kind):
    layer = make(kind)
    x = problem(layer)["x"]
    first, _ = layer.forward(x, training=False)
    np.testing.assert_array_equal(layer.forward(x, training=False, rng=5)[0], first)
    with pytest.raises(RuntimeError, match="expected a forward pass with training=True"):
        layer.backward(first)
    long = np.tile(x, (1, 40, 1))                       # read a few steps at a time
    whole, _ = layer.forward(long, training=False)
    np.testing.assert_allclose(whole[:, :T], first, rtol=0, atol=1e-14)


@every_kind
def test_a_copy_has_parameters_of_its_own_inside_and_out(kind):
    layer = make(kind)
    case = problem(layer)
    expected, before = go(layer, **case), {k: p.copy() for k, p in layer.params.items()}
    twin = layer.copy()
    assert_equal(go(twin, **case), expected)
    for p in twin.params.values():
        p += 1
    assert np.any(twin.forward(case["x"], rng=3)[0] != expected["h"])   # it reads its own
    assert_equal(dict(layer.params), before)
    assert_equal(go(layer, **case), expected)


@every_kind
def test_parameters_are_loaded_in_place_and_saved_with_a_model(kind, tmp_path):
    model = Sequential(rnn=make(kind, D, H, dtype=np.float32), head=Dense(H, 2, rng=0))
    other = Sequential(rnn=make(kind, D, H, seed=9, dtype=np.float32), head=Dense(H, 2, rng=1))
    x = problem(model["rnn"])["x"]
    save_checkpoint(tmp_path / "model.npz", model)
    load_checkpoint(tmp_path / "model.npz").restore(other)
    for got, expected in zip(other.forward(x, training=False), model.forward(x, training=False),
                             strict=True):
        for a, b in zip(arrays_of(got), arrays_of(expected), strict=True):
            np.testing.assert_array_equal(a, b)
    own = dict(other.params)
    other.load_params({name: p + 1 for name, p in model.params.items()})
    assert all(other.params[name] is array for name, array in own.items())
    assert other.parameter_count == sum(p.size for p in model.params.values())


@every_kind
def test_truncated_backpropagation_takes_it_with_windows_of_any_length(kind):
    layer = make(kind)
    x, targets = problem(layer)["x"], np.zeros((B, T, H))
    whole = mean_squared_error(layer.forward(x, training=False)[0], targets)[0]
    chunks = list(truncated_bptt(layer, mean_squared_error, x, targets, window=4, training=False))
    total = sum(chunk.loss * (chunk.stop - chunk.start) for chunk in chunks) / T
    assert total == pytest.approx(whole, rel=1e-12)
    for chunk in truncated_bptt(layer, mean_squared_error, x, targets, window=3, stride=2, rng=0):
        assert set(chunk.grads) == set(layer.params)


@every_kind
def test_the_lint_of_an_initialisation_reads_it(kind):
    assert check_initialisation(KINDS[kind](D, 20, rng=0)) == []


# Text.

@pytest.mark.parametrize("text", [
    "LayerNorm(4)",
    "LayerNorm(4, epsilon=0.001)",
    "LayerNormLSTM(3, 5, forget_bias=None, reverse=True)",
    "LayerNormGRU(3, 5, return_sequences=False, dtype='float64')",
    "PeepholeLSTM(3, 5, use_bias=False)",
    "Dropout(0.25, per_sequence=True)",
    "RecurrentDropout(GRU(3, 5, reset_after=True), 0.3)",
    "Zoneout(LSTM(3, 5, dtype='float64'), 0.05, memory_rate=0.5)",
    "LearnedState(Zoneout(RNN(3, 5), 0.1))",
    "Subsampled(LSTM(3, 5), every=4)",
])
def test_a_layer_is_printed_as_it_is_written(text):
    assert repr(eval(text)) == text


def test_a_summary_lists_them_with_their_own_parameters():
    model = Sequential(
        rnn=LearnedState(LayerNormGRU(2, 3)), norm=LayerNorm(3), slow=Subsampled(RNN(3, 2), every=2)
    )
    assert model.summary() == """\
layer              output  parameter  shape      count
------------------------------------------------------
rnn  LearnedState  3       h0         (3,)           3
                           W_xh       (3, 3, 2)     18
                           W_hh       (3, 3, 3)     27
                           b_h        (3, 3, 1)      9
                           g_xh       (3, 3, 1)      9
                           g_hh       (3, 3, 1)      9
                           b_hn       (3, 1)         3
norm  LayerNorm    3       g          (3,)           3
                           b          (3,)           3
slow.layer  RNN    2       W_xh       (1, 2, 3)      6
                           W_hh       (1, 2, 2)      4
                           b_h        (1, 2, 1)      2
------------------------------------------------------
total                                               96"""


def test_gates_are_views_that_know_the_parameters_of_their_own():
    gates = PeepholeLSTM(D, H).gate("o")
    assert set(gates) == {"W_xh", "W_hh", "b_h", "w_ch"}
    assert "w_ch" not in PeepholeLSTM(D, H).gate("g")               # the candidate sees no memory
    assert set(LayerNormLSTM(D, H).gate("i")) == {"W_xh", "W_hh", "b_h", "g_xh", "g_hh"}
    assert "b_hn" in LayerNormGRU(D, H).gate("n") and "b_hn" not in LayerNormGRU(D, H).gate("z")
    wrapped = Zoneout(LSTM(D, H), 0.1)
    wrapped.gate("f")["b_h"][...] = 7
    assert np.all(wrapped.params["b_h"][1] == 7) and np.all(wrapped.layer.params["b_h"][1] == 7)


def test_options_of_the_biases_are_those_of_the_lstm():
    for layer in (LayerNormLSTM, PeepholeLSTM):
        assert np.all(layer(2, 3).gate("f")["b_h"] == 1)
        assert np.all(layer(2, 3, forget_bias=None, bias_init=4).gate("f")["b_h"] == 4)
        assert "b_h" not in layer(2, 3, use_bias=False).params
    assert "b_c" not in LayerNormLSTM(2, 3, use_bias=False).params
    assert "b_hn" not in LayerNormGRU(2, 3, use_bias=False).params
    assert np.all(PeepholeLSTM(2, 3, peephole_init=0.5).params["w_ch"] == 0.5)


# Layer normalisation by itself.

def test_layer_norm_normalises_every_step_by_itself():
    x = np.random.default_rng(0).standard_normal((2, 4, 6)) * 3 + 1
    layer = LayerNorm(6, dtype=np.float64)
    y = layer.forward(x)
    np.testing.assert_allclose(y.mean(axis=2), 0, atol=1e-14)
    np.testing.assert_allclose(y.var(axis=2), 1, atol=1e-5)
    layer.load_params({"g": np.arange(6.0), "b": np.arange(6.0) - 2})
    np.testing.assert_allclose(layer.forward(x), np.arange(6) * y + np.arange(6) - 2, atol=1e-14)
    np.testing.assert_array_equal(layer.forward(x[0], training=False),
                                  layer.forward(x, training=False)[0])


# A clear no.

def lstm(**options):
    return LSTM(D, H, **options)


ONES = np.ones((2, 4, D), np.float32)
MISTAKES = {
    "a kernel that is not there": (
        lambda: LayerNormLSTM(D, H, engine="kernel"), ValueError,
        "engine: expected 'cell', since LayerNormLSTM has no kernel, got 'kernel'; leave engine"),
    "a misspelt engine": (
        lambda: PeepholeLSTM(D, H, engine="cel"), ValueError, "engine: .*did you mean 'cell'"),
    "a forget bias without biases": (
        lambda: PeepholeLSTM(D, H, use_bias=False, forget_bias=2), ValueError,
        "forget_bias: expected no value with use_bias=False, got 2"),
    "a size of nothing": (lambda: LayerNorm(0), ValueError, "size: expected at least 1, got 0"),
    "an epsilon of 0": (
        lambda: LayerNorm(3, epsilon=0), ValueError, "epsilon: expected a number above 0, got 0"),
    "normalising another size": (
        lambda: LayerNorm(4).forward(ONES), ValueError, "x: expected shape .*made with size=4"),
    "normalising NaN": (
        lambda: LayerNorm(D).forward(ONES * np.nan), ValueError, "x: expected finite numbers"),
    "a gradient of another shape": (
        lambda: (n := LayerNorm(D), n.forward(ONES), n.backward(ONES[0])), ValueError,
        r"dy: expected shape \(2, 4, 3\), got \(4, 3\)"),
    "a mask per sequence without steps": (
        lambda: Dropout(0.5, per_sequence=True).forward(ONES[0], rng=0), ValueError,
        r"x: expected shape \(batch, steps, features\), got \(4, 3\); per_sequence=True needs"),
    "per_sequence='yes'": (
        lambda: Dropout(0.5, per_sequence="yes"), TypeError, "per_sequence: expected True or Fal"),
    "recurrent dropout of everything": (
        lambda: RecurrentDropout(lstm(), 1), ValueError, "rate: expected a number .*got 1"),
    "recurrent dropout of a size": (
        lambda: RecurrentDropout(16, 0.5), TypeError,
        "RecurrentDropout: expected a recurrent layer, such as an LSTM, got int; wrap the layers"),
    "recurrent dropout of a class": (
        lambda: RecurrentDropout(LSTM, 0.5), TypeError, "got the class LSTM"),
    "recurrent dropout of a stack": (
        lambda: RecurrentDropout(Stacked([lstm()]), 0.5), TypeError,
        "got Stacked; wrap the layers inside a composite one by one"),
    "recurrent dropout outside zoneout": (
        lambda: RecurrentDropout(Zoneout(lstm(), 0.1), 0.5), TypeError,
        r"got Zoneout; wrap the other way round, Zoneout\(RecurrentDropout\(..\)\)"),
    "recurrent dropout of a normalised GRU": (
        lambda: RecurrentDropout(LayerNormGRU(D, H), 0.5), TypeError,
        "expected an RNN, LSTM or GRU, got LayerNormGRU, .*use Zoneout"),
    "recurrent dropout without rng": (
        lambda: RecurrentDropout(lstm(), 0.5).forward(ONES), ValueError,
        "rng: expected a seed or a numpy Generator, got None, .*pass rng=, or training=False"),
    "a word as seed": (
        lambda: Zoneout(lstm(), 0.5).forward(ONES, rng="no"), TypeError, "rng: expected a seed"),
    "zoneout without rng": (
        lambda: Zoneout(lstm(), 0.5).forward(ONES), ValueError, "rng: .*or training=False"),
    "zoneout in a stack without rng": (
        lambda: Sequential(top=Stacked([Zoneout(lstm(), 0.5)])).forward(ONES), ValueError,
        "top: rng: .*or training=False"),
    "a memory rate for a GRU": (
        lambda: Zoneout(GRU(D, H), 0.5, memory_rate=0.1), ValueError,
        "memory_rate: expected no value for a GRU, which has no memory c, got 0.1; leave it out"),
    "zoneout outside a learned state": (
        lambda: Zoneout(LearnedState(lstm()), 0.1), TypeError, r"LearnedState\(Zoneout\(..\)\)"),
    "a learned state twice": (
        lambda: LearnedState(LearnedState(lstm())), TypeError, "got LearnedState; once is enough"),
    "a learned state of a Dense": (
        lambda: LearnedState(Dense(3, 2)), TypeError, "LearnedState: .*got Dense"),
    "a learned state with a misspelt init": (
        lambda: LearnedState(lstm(), init="zeroes"), ValueError, "init: .*did you mean 'zeros'"),
    "the same layer in two wrappers": (
        lambda: (one := LSTM(H, H), Stacked([Zoneout(one, 0.1), LearnedState(one)])), ValueError,
        "Stacked: expected different layers, got one of them twice"),
    "a schedule of 0": (
        lambda: Subsampled(lstm(), every=0), ValueError, "every: expected at least 1, got 0"),
    "a schedule of half steps": (
        lambda: Subsampled(lstm(), every=2.5), TypeError,
        "every: expected a whole number, got 2.5"),
    "a subsampled stack": (
        lambda: Subsampled(Stacked([lstm()]), every=2), TypeError,
        "Subsampled: expected a recurrent layer, such as an LSTM, got Stacked; Subsampled"),
    "a subsampled layer's state without its clock": (
        lambda: Subsampled(lstm(), 2).forward(ONES, lstm().zero_state(2)), TypeError,
        r"state: expected a tuple \(state of the layer, clock\), got State; take the one"),
    "a clock for each unit": (
        lambda: Subsampled(lstm(), 2).forward(ONES, (lstm().zero_state(2), np.ones((2, H)))),
        ValueError, r"state's clock: expected shape \(2, 1\), got \(2, 5\); one for each"),
    "the state of another layer under a clock": (
        lambda: Subsampled(lstm(), 2).forward(ONES, (State(np.ones((2, H))), np.ones((2, 1)))),
        TypeError, r"state: expected a State\(h, c\) .*got State\(h\)"),
    "lengths of a subsampled layer above T": (
        lambda: Subsampled(lstm(), 2).forward(ONES, lengths=[5, 4]), ValueError,
        "lengths: .*got 5"),
    "NaN into a subsampled layer": (
        lambda: Subsampled(lstm(), 2).forward(ONES * np.nan), ValueError, "x: expected finite"),
    "a subsampled backward first": (
        lambda: Subsampled(lstm(), 2).backward(np.ones((2, 4, H))), RuntimeError,
        "expected a forward pass with training=True"),
    "residual sizes that differ": (
        lambda: Stacked([lstm(), LSTM(H, H), GRU(H, 4)], residual=True), ValueError,
        r"layers\[2\]: expected as many outputs as inputs with residual=True, got 5 and 4; only"),
    "a residual layer alone": (
        lambda: Stacked([LSTM(H, H)], residual=True), ValueError,
        "residual: expected two layers or more with residual=True, got one"),
    "a residual last state": (
        lambda: Stacked([lstm(), LSTM(H, H, return_sequences=False)], residual=True), ValueError,
        r"layers\[1\]: expected return_sequences=True with residual=True, got False"),
    "residual='yes'": (
        lambda: Stacked([lstm(), LSTM(H, H)], residual="yes"), TypeError, "residual: expected Tr"),
    "residual dh of another shape": (
        lambda: (s := Stacked([lstm(), LSTM(H, H)], residual=True), s.forward(ONES),
                 s.backward(np.ones((2, H)))), ValueError, r"dh: expected shape \(2, 4, 5\), got"),
    "a direction that does not fit": (
        lambda: Bidirectional(Zoneout(lstm(reverse=True), 0.1), lstm()), ValueError,
        "forward: expected a layer with reverse=False, got True"),
}


@pytest.mark.parametrize(("call", "error", "words"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_answered_in_one_sentence(call, error, words):
    with pytest.raises(error, match=words) as caught:
        call()
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 300
