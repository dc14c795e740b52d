"""What holds for every recurrent layer, whatever the batch: examples are drawn by Hypothesis."""

from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from support.helpers import (
    PLAIN,
    assert_close,
    assert_equal,
    composite,
    plain,
    random_state,
    run,
)

from numpyrnn.layers.states import arrays_of, map_states

few = settings(max_examples=20)     # each runs a layer several times, forward and back
COMPOSITES = ("Bidirectional", "Stacked")


class Case(NamedTuple):
    """A layer and everything that one pass forward and back takes; lengths may be None."""

    build: Any          # () -> the layer, the same each time
    x: np.ndarray
    state: Any
    lengths: np.ndarray | None
    dh: np.ndarray
    dstate: Any
    rng: np.random.Generator

    def run(self, layer=None, **changes):
        """The named results of one pass, with some of the inputs changed."""
        names = ("x", "state", "lengths", "dh", "dstate")
        values = {name: changes.get(name, getattr(self, name)) for name in names}
        return run(self.build() if layer is None else layer, **values)

    @property
    def real(self):
        """(B, T): which steps are there."""
        batch, steps = self.x.shape[:2]
        lengths = np.full(batch, steps) if self.lengths is None else self.lengths
        return np.arange(steps) < lengths[:, None]


@st.composite
def cases(draw, kinds=(*PLAIN, *COMPOSITES), lengths=(True, False), sequences=(True, False)):
    """A layer of one of the kinds, on a batch with or without lengths."""
    kind = draw(st.sampled_from(kinds))
    engine = draw(st.sampled_from(["kernel", "cell"]))
    batch, steps, features, hidden = (draw(st.integers(1, n)) for n in (4, 6, 3, 4))
    options: dict[str, Any] = dict(engine=engine, seed=draw(st.integers(0, 99)))
    if kind in PLAIN:
        options |= dict(reverse=draw(st.booleans()), use_bias=draw(st.booleans()),
                        return_sequences=draw(st.sampled_from(sequences)))
    build = partial(plain if kind in PLAIN else composite, kind, features, hidden, **options)
    own = draw(st.lists(st.integers(0, steps), min_size=batch, max_size=batch))
    rng, layer = np.random.default_rng(draw(st.integers(0, 99))), build()
    shape = (batch, steps) if layer.return_sequences else (batch,)
    return Case(
        build=build,
        x=rng.standard_normal((batch, steps, features)),
        state=random_state(layer, batch, rng),
        lengths=np.array(own) if draw(st.sampled_from(lengths)) else None,
        dh=rng.standard_normal((*shape, layer.output_size)),
        dstate=random_state(layer, batch, rng),
        rng=rng,
    )


with_lengths = partial(cases, lengths=(True,))
of_sequences = partial(cases, sequences=(True,))


# Padding.

@few
@given(with_lengths(), st.sampled_from([np.nan, np.inf, -1e9, 0.0]))
def test_what_stands_in_the_padding_never_matters(case, junk):
    padded = case.real[:, :, None]
    dh = np.where(padded, case.dh, junk) if case.dh.ndim == 3 else case.dh
    results = case.run()
    assert_equal(case.run(x=np.where(padded, case.x, junk), dh=dh), results)
    assert np.all(results["dx"][~case.real] == 0)
    if case.dh.ndim == 3:
        assert np.all(results["h"][~case.real] == 0)


@few
@given(with_lengths(), st.integers(1, 3))
def test_how_much_padding_there_is_never_matters(case, more):
    def longer(array):
        return np.concatenate([array, np.full_like(array, np.nan)[:, :1].repeat(more, 1)], axis=1)

    results, dh = case.run(), longer(case.dh) if case.dh.ndim == 3 else case.dh
    padded = case.run(x=longer(case.x), dh=dh)
    for name in ("h", "dx"):
        if padded[name].ndim == 3:
            assert np.all(padded[name][:, -more:] == 0)
            padded[name] = padded[name][:, :-more]
    assert_equal(padded, results)


@few
@given(of_sequences(lengths=(False,)))
def test_a_nan_that_is_not_padding_is_refused(case):
    row, step = (int(case.rng.integers(n)) for n in case.x.shape[:2])
    spoiled = case.x.copy()
    spoiled[row, step, -1] = np.nan
    with pytest.raises(ValueError, match=rf"^x: .* nan in row {row}, step {step}, feature"):
        case.run(x=spoiled)
    spoiled = case.dh.copy()
    spoiled[row, step] = np.inf
    with pytest.raises(ValueError, match=rf"^dh: .* inf in row {row}, step {step}, feature"):
        case.run(dh=spoiled)


@few
@given(cases())
def test_an_empty_sequence_returns_its_initial_state_and_hands_the_gradient_on(case):
    lengths = np.zeros(len(case.x), int)
    layer = case.build()
    h, final = layer.forward(case.x, case.state, lengths)
    dx, before = layer.backward(0 * case.dh, case.dstate)
    for got, expected in zip(arrays_of((final, before)), arrays_of((case.state, case.dstate)),
                           strict=True):
        np.testing.assert_array_equal(got, expected)
    assert not dx.any()
    assert not any(g.any() for g in layer.grads.values())
    if layer.return_sequences:
        assert not h.any()
    else:
        np.testing.assert_array_equal(h, final.h)


# Rows.

@few
@given(cases())
def test_a_row_alone_gives_what_it_gives_in_the_batch_and_gradients_add_up_over_rows(case):
    together, total = case.run(), {}
    for k in range(len(case.x)):
        def row(array, k=k):
            return array[k:k + 1]

        alone = case.run(
            x=row(case.x), state=map_states(row, case.state), dh=row(case.dh),
            dstate=map_states(row, case.dstate),
            lengths=None if case.lengths is None else row(case.lengths),
        )
        for name in case.build().params:
            total[f"d{name}"] = total.get(f"d{name}", 0) + alone.pop(f"d{name}")
        assert_close(alone, {name: row(together[name]) for name in alone}, what=f"row {k}:")
    assert_close(total, {name: together[name] for name in total})


@few
@given(cases())
def test_a_shuffled_batch_gives_the_shuffled_results(case):
    order = case.rng.permutation(len(case.x))

    def shuffle(array):
        return array[order]

    got = case.run(
        x=shuffle(case.x), state=map_states(shuffle, case.state), dh=shuffle(case.dh),
        dstate=map_states(shuffle, case.dstate),
        lengths=None if case.lengths is None else shuffle(case.lengths),
    )
    parameters = {f"d{name}" for name in case.build().params}
    assert_close(got, {name: value if name in parameters else shuffle(value)
                       for name, value in case.run().items()})


# Time.

@few
@given(of_sequences(kinds=(*PLAIN, "Stacked")), st.integers(1, 5))
def test_two_chunks_with_the_state_carried_over_are_one_pass(case, cut):
    """A reversed layer reads the later chunk first."""
    batch, steps = case.x.shape[:2]
    assume(cut < steps)
    lengths = np.full(batch, steps) if case.lengths is None else case.lengths
    early = (slice(None, cut), np.minimum(lengths, cut))
    late = (slice(cut, None), np.maximum(lengths - cut, 0))
    reads = [late, early] if getattr(case.build(), "reverse", False) else [early, late]

    whole, (first, second) = case.run(), (case.build(), case.build())
    chunks = {}
    state, dstate = case.state, case.dstate
    for layer, (span, own) in zip((first, second), reads, strict=True):
        chunks["h", span.start], state = layer.forward(case.x[:, span], state, own)
    for layer, (span, _) in zip((second, first), reads[::-1], strict=True):
        chunks["dx", span.start], dstate = layer.backward(case.dh[:, span], dstate)
    results = {
        **{name: np.concatenate([chunks[name, None], chunks[name, cut]], axis=1)
           for name in ("h", "dx")},
        **{f"final state {k}": s for k, s in enumerate(arrays_of(state))},
        **{f"initial state's gradient {k}": s for k, s in enumerate(arrays_of(dstate))},
        **{f"d{name}": first.grads[name] + second.grads[name] for name in first.params},
    }
    assert_close(results, whole)


@few
@given(of_sequences(kinds=tuple(PLAIN)))
def test_a_reversed_layer_reads_the_flipped_sequences_and_flips_its_answer_back(case):
    batch, steps = case.x.shape[:2]
    lengths = case.real.sum(axis=1)

    def flip(array):
        out = np.zeros_like(array)
        for row, own in enumerate(lengths):
            out[row, :own] = array[row, :own][::-1]
        return out

    once = case.build()
    other = case.build(reverse=not once.reverse)
    flipped = case.run(other, x=flip(case.x), dh=flip(case.dh))
    assert_close({**flipped, "h": flip(flipped["h"]), "dx": flip(flipped["dx"])}, case.run(once))


@few
@given(cases(kinds=tuple(PLAIN), sequences=(False,)))
def test_the_summary_is_the_final_state_and_its_gradient_enters_there(case):
    """return_sequences=False returns the state h; ∂L/∂h may come either way."""
    results = case.run()
    np.testing.assert_array_equal(results["h"], results["final state 0"])
    other = case.dstate._replace(h=case.dstate.h + case.dh)
    assert_close(case.run(dh=0 * case.dh, dstate=other), results)


# Arithmetic.

@few
@given(cases(), st.floats(-2, 2), st.floats(-2, 2))
def test_the_gradient_is_linear_in_what_comes_from_above(case, a, b):
    layer = case.build()
    other_dh = case.rng.standard_normal(case.dh.shape)
    other_dstate = random_state(layer, len(case.x), case.rng)

    def mixed(one, two):
        return a * one + b * two

    first = case.run(layer)
    second = case.run(layer, dh=other_dh, dstate=other_dstate)
    others = iter(arrays_of(other_dstate))
    both = case.run(layer, dh=mixed(case.dh, other_dh),
                    dstate=map_states(lambda s: mixed(s, next(others)), case.dstate))
    for name in first:
        if name.startswith(("d", "initial")):
            expected = mixed(first[name], second[name])
            scale = max(1, np.abs(first[name]).max(initial=0), np.abs(second[name]).max(initial=0))
            np.testing.assert_allclose(both[name], expected, rtol=0, atol=1e-12 * scale)


@few
@given(cases())
def test_float32_follows_float64(case):
    """Both compute from the same float32 numbers, so that only the arithmetic differs.

    A step rounds once for each of the at most 10 terms of a product and about 16 times in the
    gates, each time by at most eps/2 of numbers of the size of the result. Forward and back that is
    2T steps, and with weights this small no step makes an older error larger. Two layers double it.
    """
    small, large = case.build(dtype=np.float32), case.build()
    for name, p in small.params.items():
        p *= 0.4
        large.params[name][...] = p

    def single(array):
        return array.astype(np.float32)

    inputs = dict(x=single(case.x), state=map_states(single, case.state), dh=single(case.dh),
                  dstate=map_states(single, case.dstate))
    got, expected = case.run(small, **inputs), case.run(large, **inputs)
    assert {value.dtype for value in got.values()} == {np.dtype(np.float32)}
    rounding = np.finfo(np.float32).eps / 2 * (10 + 16) * 2 * case.x.shape[1] * 2
    assert_close({name: value.astype(np.float64) for name, value in got.items()}, expected,
                 rounding)


# Whose array is whose.

@few
@given(cases())
def test_backward_twice_gives_the_same(case):
    layer = case.build()
    layer.forward(case.x, case.state, case.lengths)
    passes = []
    for _ in range(2):
        dx, before = layer.backward(case.dh, case.dstate)
        passes.append({"dx": dx, **layer.grads, **dict(enumerate(arrays_of(before)))})
    assert_equal(*passes)


@few
@given(cases())
def test_overwriting_what_went_in_and_came_out_changes_nothing_later(case):
    expected, layer = case.run(), case.build()

    def spoil(*arrays):
        for array in arrays:
            array[...] = 77

    x, state = case.x.copy(), map_states(np.copy, case.state)
    dh, dstate = case.dh.copy(), case.dstate
    lengths = None if case.lengths is None else case.lengths.copy()
    h, final = layer.forward(x, state, lengths)
    h_before = h.copy()
    spoil(x, *arrays_of(state), *arrays_of(final), *([] if lengths is None else [lengths]))
    np.testing.assert_array_equal(h, h_before)
    spoil(h)
    for _ in range(2):
        upstream = map_states(np.copy, dstate)
        dx, before = layer.backward(dh, upstream)
        spoil(*arrays_of(upstream))
        results = {"dx": dx, **{f"d{name}": g for name, g in layer.grads.items()},
                   **{f"initial state's gradient {k}": s for k, s in enumerate(arrays_of(before))}}
        assert_equal(results, {name: expected[name] for name in results})
        spoil(*results.values())


@few
@given(cases())
def test_no_result_shares_memory_with_an_input_a_parameter_or_another_result(case):
    layer = case.build()
    results = case.run(layer)
    inputs = [case.x, case.dh, *arrays_of((case.state, case.dstate)), *layer.params.values()]
    everything = [*results.values(), *inputs]
    for k, result in enumerate(results.values()):
        for other in everything[k + 1:]:
            assert not np.shares_memory(result, other)


@few
@given(cases())
def test_no_argument_is_written_to(case):
    layer = case.build()
    lengths = [] if case.lengths is None else [case.lengths]
    inputs = [case.x, *arrays_of(case.state), case.dh, *arrays_of(case.dstate), *lengths]
    for array in [*inputs, *layer.params.values()]:
        array.flags.writeable = False
    case.run(layer)


@few
@given(cases())
def test_a_pass_leaves_no_trace_in_the_next(case):
    layer = case.build()
    case.run(layer, x=case.x[:, ::-1] + 1, lengths=None)
    layer.forward(case.x * 2, training=False)
    assert_equal(case.run(layer), case.run())
