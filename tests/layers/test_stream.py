"""One step at a time: the numbers of the whole pass, in constant memory."""

import gc
import tracemalloc

import numpy as np
import pytest
from support.helpers import plain, randomize

from numpyrnn.layers import (
    GRU,
    LSTM,
    RNN,
    Bidirectional,
    Dense,
    Dropout,
    Embedding,
    LayerNorm,
    LayerNormGRU,
    LayerNormLSTM,
    LearnedState,
    MeanOverTime,
    PeepholeLSTM,
    RecurrentDropout,
    Sequential,
    Stacked,
    Stream,
    Subsampled,
    Zoneout,
)
from numpyrnn.layers.states import arrays_of

T, D, H = 17, 3, 5
MODELS = {
    **{f"{kind}, {engine}": (lambda o, kind=kind, engine=engine:
                             plain(kind, engine=engine, dtype=o["dtype"]))
       for kind in ("RNN", "RNN relu", "LSTM", "GRU", "GRU reset_after")
       for engine in ("kernel", "cell")},
    "LSTM, last step": lambda o: LSTM(D, H, return_sequences=False, **o),
    "LayerNormLSTM": lambda o: LayerNormLSTM(D, H, **o),
    "LayerNormGRU": lambda o: LayerNormGRU(D, H, **o),
    "PeepholeLSTM": lambda o: PeepholeLSTM(D, H, **o),
    "Zoneout": lambda o: Zoneout(LSTM(D, H, **o), 0.2),
    "RecurrentDropout": lambda o: RecurrentDropout(GRU(D, H, **o), 0.2),
    "LearnedState": lambda o: LearnedState(LSTM(D, H, **o)),
    "Subsampled": lambda o: Subsampled(GRU(D, H, **o), every=3),
    "Stacked": lambda o: Stacked(
        [LSTM(D, H, **o), Subsampled(LearnedState(GRU(H, H, **o)), every=2), RNN(H, H, **o)],
        dropout=0.3, residual=True),
    "Sequential": lambda o: Sequential(
        drop=Dropout(0.5, per_sequence=True, **o), rnn=GRU(D, H, **o), norm=LayerNorm(H, **o),
        top=Stacked([LSTM(H, 4, **o)]), head=Dense(4, 2, **o)),
}
every_model = pytest.mark.parametrize("name", MODELS)


def make(name, dtype=np.float64):
    return randomize(MODELS[name]({"dtype": dtype}), np.random.default_rng(0))


@pytest.mark.parametrize("batch", [1, 4])
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-12), (np.float32, 1e-5)])
@every_model
def test_step_by_step_is_the_whole_pass(name, dtype, tolerance, batch):
    model = make(name, dtype)
    x = np.random.default_rng(1).standard_normal((batch, T, D))
    stream = model.stream(batch)
    steps = [stream.step(x[:, t]) for t in range(T)]
    if getattr(model, "return_sequences", True):
        whole, final = model.forward(x, training=False)
        np.testing.assert_allclose(np.stack(steps, axis=1), whole, rtol=0, atol=tolerance)
        assert {y.dtype for y in steps} == {np.dtype(dtype)}
    else:
        for t in range(T):
            whole, final = model.forward(x[:, :t + 1], training=False)
            np.testing.assert_allclose(steps[t], whole, rtol=0, atol=tolerance)
    state = stream.state.values() if isinstance(stream.state, dict) else stream.state
    last = final.values() if isinstance(final, dict) else final
    for got, expected in zip(arrays_of(tuple(state)), arrays_of(tuple(last)), strict=True):
        np.testing.assert_allclose(got, expected, rtol=0, atol=tolerance)


@every_model
def test_a_stream_goes_on_where_another_pass_ended(name):
    model = make(name)
    x = np.random.default_rng(1).standard_normal((2, T, D))
    whole, _ = model.forward(x, training=False)
    _, between = model.forward(x[:, :-2], training=False)
    stream = model.stream(2, between)
    stream.step(x[:, -2])
    other = model.stream(2, stream.state)
    y = other.step(x[:, -1])
    np.testing.assert_allclose(y, whole if whole.ndim == 2 else whole[:, -1], rtol=0, atol=1e-12)


@every_model
def test_ten_times_the_steps_leave_no_more_behind(name):
    stream = make(name).stream(2)
    x = np.ones((2, D))
    for _ in range(6):
        stream.step(x)
    gc.freeze()                             # the collections below look at new objects only
    tracemalloc.start()
    try:
        for _ in range(4):
            stream.step(x)
        gc.collect()
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        for _ in range(40):
            stream.step(x)
        gc.collect()
        after, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        gc.unfreeze()
    assert after - before < 2_000 and peak - before < 300_000


def test_ids_stream_through_an_embedding():
    model = Sequential(embedding=Embedding(7, 4, rng=0), rnn=LSTM(4, 5, rng=1), head=Dense(5, 7))
    ids = np.array([[1, 5, 2], [6, 0, 3]])
    whole, _ = model.forward(ids, training=False)
    stream = model.stream(2)
    for t in range(3):
        np.testing.assert_allclose(stream.step(ids[:, t]), whole[:, t], rtol=0, atol=1e-6)


def test_a_stream_can_begin_anew_and_is_printed():
    stream = Stream(LSTM(D, H, rng=0), batch=2)
    x = np.ones((2, D))
    first, second = stream.step(x).copy(), stream.step(x)
    assert np.any(first != second)
    stream.state = stream.layer.zero_state(2)
    np.testing.assert_array_equal(stream.step(x), first)
    assert repr(stream) == "<Stream of LSTM, batch 2>"


def test_what_a_step_returns_and_takes_belongs_to_the_caller():
    stream, x = LSTM(D, H, rng=0).stream(2), np.ones((2, D), np.float32)
    x.flags.writeable = False
    y = stream.step(x)
    state = [s.copy() for s in stream.state]
    y[...] = 99
    for got, expected in zip(stream.state, state, strict=True):
        np.testing.assert_array_equal(got, expected)


ones = np.ones


@pytest.mark.parametrize(("call", "error", "words"), [
    (lambda: Bidirectional(LSTM(3, 2), LSTM(3, 2, reverse=True)).stream(), ValueError,
     "stream: expected layers that read forwards, got 'backward' with reverse=True, which begins"),
    (lambda: LSTM(3, 2, reverse=True).stream(), ValueError, "got this LSTM with reverse=True"),
    (lambda: Subsampled(LSTM(3, 2, reverse=True), 2).stream(), ValueError,
     "got 'layer' with reverse"),
    (lambda: Sequential(rnn=LSTM(3, 2), pool=MeanOverTime()).stream(), ValueError,
     r"read one step at a time, got 'pool' \(MeanOverTime\), which needs them all; leave it out"),
    (lambda: Sequential(head=Dense(3, 2)).stream(), TypeError,
     "stream: expected a recurrent model, got Sequential, which carries no state"),
    (lambda: LSTM(3, 2).stream(0), ValueError, "batch: expected at least 1, got 0"),
    (lambda: LSTM(3, 2).stream(2.0), TypeError, "batch: expected a whole number, got 2.0"),
    (lambda: LSTM(3, 2).stream(2).step(ones((1, 3))), ValueError,
     r"x_t: expected shape \(2, 3\), one step of each sequence, got \(1, 3\); stream\(batch=\)"),
    (lambda: LSTM(3, 2).stream(2).step(ones((2, 4, 3))), ValueError, r"x_t: .*got \(2, 4, 3\)"),
    (lambda: LSTM(3, 2).stream().step(ones(3)), ValueError, r"x_t: expected shape \(1, 3\)"),
    (lambda: LSTM(3, 2).stream(2).step(ones((2, 4))), ValueError, "x: .*made with input_size=3"),
    (lambda: LSTM(3, 2).stream(1, GRU(3, 2).zero_state(1)).step(ones((1, 3))), TypeError,
     r"state: expected a State\(h, c\)"),
    (lambda: LSTM(3, 2).stream(1).step([[1, np.nan, 2]]), ValueError, "x: expected finite numbers"),
])
def test_a_mistake_is_answered_in_one_sentence(call, error, words):
    with pytest.raises(error, match=words) as caught:
        call()
    assert "\n" not in str(caught.value)


def test_a_refused_step_leaves_the_stream_where_it_was():
    stream, x = LSTM(D, H, rng=0).stream(1), np.ones((1, D))
    other = LSTM(D, H, rng=0).stream(1)
    stream.step(x), other.step(x)
    with pytest.raises(ValueError):
        stream.step(x * np.nan)
    np.testing.assert_array_equal(stream.step(x), other.step(x))
