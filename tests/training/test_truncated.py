"""Truncated backpropagation through time, held to its definition."""

import tracemalloc
from functools import partial

import numpy as np
import pytest

from numpyrnn.layers import GRU, LSTM, RNN, Bidirectional, Dense, Embedding, Sequential, Stacked
from numpyrnn.losses import mean_squared_error, softmax_cross_entropy
from numpyrnn.optim import SGD
from numpyrnn.training import (
    load_checkpoint,
    pack_memory,
    save_checkpoint,
    truncated_bptt,
    unpack_memory,
)

B, T, D, H = 2, 13, 3, 4
WINDOWS = [(4, 4), (5, 5), (13, 13), (40, 40), (6, 3), (7, 3), (5, 4), (12, 5), (13, 4), (3, 1)]


def noisy(model, seed=1):
    """The model with every parameter, biases too, away from zero."""
    rng = np.random.default_rng(seed)
    for p in model.params.values():
        p += 0.3 * rng.standard_normal(p.shape)
    return model


def cell(name):
    make = {
        "rnn": lambda: RNN(D, H, dtype=np.float64, rng=0),
        "lstm": lambda: LSTM(D, H, dtype=np.float64, rng=0),
        "gru": lambda: GRU(D, H, reset_after=True, dtype=np.float64, rng=0),
        "stacked": lambda: Stacked(
            [LSTM(D, 5, dtype=np.float64, rng=0), GRU(5, H, dtype=np.float64, rng=1)]
        ),
        "model": lambda: Sequential(
            rnn=LSTM(D, 2, dtype=np.float64, rng=0), head=Dense(2, H, dtype=np.float64, rng=1)
        ),
    }
    return noisy(make[name]())


MODELS = ["rnn", "lstm", "gru", "stacked", "model"]


def stream(seed=2, steps=T):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((B, steps, D)), rng.standard_normal((B, steps, H))


def random_state(state, seed=3):
    rng = np.random.default_rng(seed)
    if isinstance(state, np.ndarray):
        return rng.standard_normal(state.shape)
    if isinstance(state, dict):
        return {name: random_state(part, seed) for name, part in state.items()}
    parts = [random_state(part, seed + i) for i, part in enumerate(state)]
    return type(state)(*parts) if hasattr(state, "_fields") else tuple(parts)


def full_bptt(model, x, targets, state=None):
    outputs, _ = model.forward(x, state)
    loss, gradient = mean_squared_error(outputs, targets)
    model.backward(gradient)
    return loss, {name: g.copy() for name, g in model.grads.items()}


def assert_close(actual, expected, tolerance=1e-12):
    assert actual.keys() == expected.keys()
    for name in expected:
        scale = np.abs(expected[name]).max()
        assert scale > 1e-4  # nothing is compared with nothing
        assert np.abs(actual[name] - expected[name]).max() <= tolerance * max(scale, 1), name


@pytest.mark.parametrize("window", [T, T + 20])
@pytest.mark.parametrize("name", MODELS)
def test_one_chunk_over_everything_is_full_backpropagation(name, window):
    model, (x, targets) = cell(name), stream()
    state = random_state(model.zero_state(B))
    loss, grads = full_bptt(model, x, targets, state)
    (chunk,) = truncated_bptt(
        model, mean_squared_error, x, targets, window=window, state=state
    )
    assert (chunk.start, chunk.stop) == (0, T)
    assert abs(chunk.loss - loss) <= 1e-12
    assert_close(chunk.grads, grads)


@pytest.mark.parametrize("stride", [1, 4, 5, 12])
@pytest.mark.parametrize("window", [T, T + 20])
@pytest.mark.parametrize("name", MODELS)
def test_a_window_over_everything_sums_up_to_full_backpropagation(name, window, stride):
    model, (x, targets) = cell(name), stream()
    state = random_state(model.zero_state(B))
    loss, grads = full_bptt(model, x, targets, state)
    chunks = list(
        truncated_bptt(
            model, mean_squared_error, x, targets, window=window, stride=stride, state=state
        )
    )
    shares = [(chunk.stop - chunk.start) / T for chunk in chunks]
    total = {n: sum(s * c.grads[n] for s, c in zip(shares, chunks, strict=True)) for n in grads}
    assert abs(sum(s * c.loss for s, c in zip(shares, chunks, strict=True)) - loss) <= 1e-12
    assert_close(total, grads)


@pytest.mark.parametrize("name", MODELS)
def test_equal_stride_and_window_is_the_usual_loop_over_chunks(name):
    model, (x, targets) = cell(name), stream()
    state, expected = model.zero_state(B), []
    for start in range(0, T, 5):  # the last chunk has three steps
        outputs, state = model.forward(x[:, start : start + 5], state)
        loss, gradient = mean_squared_error(outputs, targets[:, start : start + 5])
        model.backward(gradient)
        expected.append((start, loss, {n: g.copy() for n, g in model.grads.items()}))
    chunks = list(truncated_bptt(model, mean_squared_error, x, targets, window=5))
    assert [(c.start, c.stop) for c in chunks] == [(0, 5), (5, 10), (10, 13)]
    for chunk, (_, loss, grads) in zip(chunks, expected, strict=True):
        assert chunk.loss == loss
        assert_close(chunk.grads, grads)


def frozen_loss(model, *, x, targets, span, state):
    """The loss on start … stop-1 of a window that begins at `begin` in a given state."""
    begin, start, stop = span
    outputs, _ = model.forward(x[:, begin:stop], state, training=False)
    return mean_squared_error(outputs[:, start - begin :], targets[:, start:stop])[0]


def state_before(model, x, step, state):
    return model.forward(x[:, :step], state, training=False)[1] if step else state


def complex_step(model, loss):
    """The derivative of loss(model) by every parameter, exact to rounding."""
    twin = model.astype(np.complex128)
    grads = {}
    for name, p in twin.params.items():
        grads[name] = np.zeros(p.shape)
        for index in np.ndindex(p.shape):
            value = p[index]
            p[index] = value + 1e-30j
            grads[name][index] = loss(twin).imag / 1e-30
            p[index] = value
    return grads


@pytest.mark.parametrize(("window", "stride"), WINDOWS)
def test_every_chunk_is_the_gradient_with_the_state_at_its_window_frozen(window, stride):
    model, (x, targets) = cell("model"), stream()
    zero = random_state(model.zero_state(B))
    chunks = list(
        truncated_bptt(
            model, mean_squared_error, x, targets, window=window, stride=stride, state=zero
        )
    )
    assert [c.start for c in chunks] == list(range(0, T, stride))
    for chunk in chunks:
        begin = chunk.start if window == stride else max(0, chunk.stop - window)
        frozen = state_before(model, x, begin, zero)
        span = (begin, chunk.start, chunk.stop)
        loss = partial(frozen_loss, x=x, targets=targets, span=span, state=frozen)
        assert_close(chunk.grads, complex_step(model, loss))
        assert chunk.loss == pytest.approx(loss(model), abs=1e-14)


def test_the_ordinary_derivative_of_a_later_chunk_is_another():
    model, (x, targets) = cell("model"), stream()
    chunks = list(truncated_bptt(model, mean_squared_error, x, targets, window=5))
    last = chunks[-1]
    span = (0, last.start, last.stop)
    loss = partial(frozen_loss, x=x, targets=targets, span=span, state=None)
    ordinary = complex_step(model, loss)
    difference = np.abs(ordinary["rnn.W_hh"] - last.grads["rnn.W_hh"]).max()
    assert difference > 0.1 * np.abs(ordinary["rnn.W_hh"]).max()


@pytest.mark.parametrize(("window", "stride"), WINDOWS)
@pytest.mark.parametrize("name", MODELS)
def test_the_chunks_states_are_those_of_one_long_forward_pass(name, window, stride):
    model, (x, targets) = cell(name), stream()
    state = random_state(model.zero_state(B))
    for chunk in truncated_bptt(
        model, mean_squared_error, x, targets, window=window, stride=stride, state=state
    ):
        expected = pack_memory({0: state_before(model, x, chunk.stop, state)})
        actual = pack_memory({0: chunk.state})
        assert actual.keys() == expected.keys()
        for key in expected:
            np.testing.assert_allclose(actual[key], expected[key], rtol=0, atol=1e-13)


def test_without_training_there_are_losses_and_states_but_no_gradients():
    model, (x, targets) = cell("lstm"), stream()
    outputs, final = model.forward(x, training=False)
    chunks = list(
        truncated_bptt(model, mean_squared_error, x, targets, window=6, stride=4, training=False)
    )
    total = sum((c.stop - c.start) * c.loss for c in chunks) / T
    assert total == pytest.approx(mean_squared_error(outputs, targets)[0], abs=1e-14)
    np.testing.assert_allclose(chunks[-1].state.c, final.c, atol=1e-14)
    assert all(chunk.grads == {} for chunk in chunks)
    with pytest.raises(RuntimeError, match="forward"):
        model.backward(outputs)


def test_id_streams_train_a_language_model():
    text = np.array([0, 1, 2, 3, 1, 2] * 40)[None]
    model = Sequential(
        embedding=Embedding(4, 5, rng=0), rnn=LSTM(5, 8, rng=1), head=Dense(8, 4, rng=2)
    )
    losses = []
    for _ in range(6):
        for chunk in truncated_bptt(
            model, softmax_cross_entropy, text[:, :-1], text[:, 1:], window=12, stride=6
        ):
            SGD(1.0).step(model.params, chunk.grads)
            losses.append(chunk.loss)
    assert losses[-1] < 0.2 < 1.2 < losses[0]


def test_kept_chunks_do_not_change_when_the_walk_goes_on():
    model, (x, targets) = cell("model"), stream()
    walk = truncated_bptt(model, mean_squared_error, x, targets, window=4)
    first = next(walk)
    grads = {name: g.copy() for name, g in first.grads.items()}
    h = first.state["rnn"].h.copy()
    assert not any(np.shares_memory(first.grads[name], g) for name, g in model.grads.items())
    list(walk)
    assert all((first.grads[name] == g).all() for name, g in grads.items())
    assert (first.state["rnn"].h == h).all()


def test_a_state_that_is_handed_out_cannot_be_changed_behind_the_walk():
    model, (x, targets) = cell("lstm"), stream()
    chunk = next(truncated_bptt(model, mean_squared_error, x, targets, window=4))
    with pytest.raises(ValueError, match="read-only"):
        chunk.state.h[0] = 0
    own = model.zero_state(B)
    next(truncated_bptt(model, mean_squared_error, x, targets, window=4, state=own))
    own.h[0] = 1  # what was passed in stays the caller's


@pytest.mark.parametrize(("window", "stride"), WINDOWS)
def test_what_is_remembered_does_not_grow_with_the_stream(window, stride):
    model, (x, targets) = cell("rnn"), stream(steps=120)
    sizes = [
        len(chunk.memory)
        for chunk in truncated_bptt(
            model, mean_squared_error, x, targets, window=window, stride=stride
        )
    ]
    assert max(sizes) <= -(-window // stride) + 1


class Stream:
    """An array that notes which pieces of it are read."""

    def __init__(self, array):
        self.array, self.shape, self.reads = array, array.shape, []

    def __getitem__(self, index):
        rows, steps = index
        assert rows == slice(None)
        self.reads.append((steps.start, steps.stop))
        return self.array[index]


def test_streams_are_read_piece_by_piece(tmp_path):
    model, (x, targets) = cell("lstm"), stream()
    expected = list(truncated_bptt(model, mean_squared_error, x, targets, window=7, stride=3))
    watched = Stream(x)
    list(truncated_bptt(model, mean_squared_error, watched, targets, window=7, stride=3))
    assert max(stop - start for start, stop in watched.reads) == 7
    np.save(tmp_path / "x.npy", x)
    mapped = np.load(tmp_path / "x.npy", mmap_mode="r")
    actual = list(truncated_bptt(model, mean_squared_error, mapped, targets, window=7, stride=3))
    for a, b in zip(actual, expected, strict=True):
        assert all((a.grads[name] == b.grads[name]).all() for name in b.grads)


def trained(x, targets, window, stride, steps=None, path=None, interrupted=False):
    """Parameters and losses of one walk; saved after every chunk, dying after `steps` of them."""
    model, optimizer = dropped(), SGD(0.1, momentum=0.9)
    rng, memory, losses = np.random.default_rng(5), None, []
    if interrupted:
        saved = load_checkpoint(path)
        saved.restore(model, optimizer, rng)
        memory = unpack_memory(saved.arrays, model.zero_state(B))
    for count, chunk in enumerate(
        truncated_bptt(
            model, mean_squared_error, x, targets, window=window, stride=stride, memory=memory,
            rng=rng,
        )
    ):
        optimizer.step(model.params, chunk.grads)
        losses.append(chunk.loss)
        if path is not None:
            save_checkpoint(
                path, model, optimizer, rng=rng, step=chunk.stop, arrays=pack_memory(chunk.memory)
            )
        if count + 1 == steps:
            break
    return {name: p.copy() for name, p in model.params.items()}, losses


def dropped():
    """A model with dropout and every kind of state: dict, tuple, both named tuples."""
    rnn = Stacked([LSTM(D, 5, rng=0), GRU(5, 6, rng=1)], dropout=0.3)
    return noisy(Sequential(rnn=rnn, top=RNN(6, H, rng=2)))


def test_dropout_draws_anew_from_the_given_generator():
    model, (x, targets) = dropped(), stream()

    def losses(rng):
        walks = (  # three walks that begin alike, but for their masks
            truncated_bptt(model, mean_squared_error, x, targets, window=3, rng=rng)
            for _ in range(3)
        )
        return [next(walk).loss for walk in walks]

    rng = np.random.default_rng(0)
    assert len(set(losses(rng))) == 3
    assert losses(0) == losses(0) != losses(1)


@pytest.mark.parametrize("died_after", [1, 2, 3])
@pytest.mark.parametrize(("window", "stride"), [(3, 3), (6, 3), (7, 3), (5, 4), (40, 2)])
def test_an_interrupted_walk_continues_bit_for_bit(tmp_path, window, stride, died_after):
    x, targets = stream()
    expected, losses = trained(x, targets, window, stride)
    path = tmp_path / "walk.npz"
    _, before = trained(x, targets, window, stride, died_after, path)
    actual, after = trained(x, targets, window, stride, path=path, interrupted=True)
    assert before + after == losses
    assert all(actual[name].tobytes() == expected[name].tobytes() for name in expected)


def test_a_finished_walk_has_nothing_left():
    model, (x, targets) = cell("lstm"), stream()
    *_, last = truncated_bptt(model, mean_squared_error, x, targets, window=6, stride=3)
    assert list(last.memory) == [T]
    assert not list(
        truncated_bptt(model, mean_squared_error, x, targets, window=6, memory=last.memory)
    )


def test_memory_of_another_batch_or_model_is_refused():
    model, (x, targets) = cell("lstm"), stream()
    chunk = next(truncated_bptt(model, mean_squared_error, x, targets, window=4))
    arrays = pack_memory(chunk.memory)
    with pytest.raises(ValueError, match=r"expected a state of shape \(3, 4\).*got \(2, 4\)"):
        unpack_memory(arrays, model.zero_state(3))
    with pytest.raises(ValueError, match=r"'4/0/0'.*got nothing"):
        unpack_memory(arrays, cell("stacked").zero_state(B))
    with pytest.raises(ValueError, match="memory: expected a state at or before step 1"):
        next(
            truncated_bptt(
                model, mean_squared_error, x, targets, window=7, stride=4, memory=chunk.memory
            )
        )


def test_what_cannot_be_walked_along_is_refused_at_the_call():
    model, (x, targets) = cell("lstm"), stream()

    def walk(model=model, x=x, targets=targets, window=4, **options):
        return truncated_bptt(model, mean_squared_error, x, targets, window=window, **options)

    with pytest.raises(ValueError, match="stride: expected at most the window of 4 steps, got 5"):
        walk(stride=5)
    with pytest.raises(ValueError, match="window: expected at least 1"):
        walk(window=0)
    with pytest.raises(TypeError, match="expected a recurrent model, got Dense"):
        walk(model=Dense(D, H))
    both = Bidirectional(LSTM(D, 2), LSTM(D, 2, reverse=True))
    with pytest.raises(ValueError, match=r"got 'rnn\.backward' with reverse=True"):
        walk(model=Sequential(rnn=both))
    with pytest.raises(ValueError, match=r"targets: expected shape \(2, 13, ...\).*\(2, 12, 4\)"):
        walk(targets=targets[:, 1:])
    with pytest.raises(TypeError, match=r"x: expected an array.*list"):
        walk(x=x.tolist())
    with pytest.raises(ValueError, match="expected state= or memory=, got both"):
        walk(state=model.zero_state(B), memory={0: model.zero_state(B)})


def test_a_model_with_one_output_per_sequence_is_refused():
    model, (x, targets) = LSTM(D, H, return_sequences=False), stream()
    with pytest.raises(ValueError, match=r"one output for each step.*return_sequences=True"):
        next(truncated_bptt(model, mean_squared_error, x, targets, window=4))


class Endless:
    """A stream that is made where it is read: (1, steps, ...) numbers, none of them in memory."""

    def __init__(self, steps, *last):
        self.shape = (1, steps, *last)

    def __getitem__(self, key):
        _, steps = key
        shape = (1, steps.stop - steps.start, *self.shape[2:])
        return np.random.default_rng(steps.start).standard_normal(shape).astype(np.float32)


@pytest.mark.parametrize("steps", [
    1200,
    pytest.param(20_000, marks=pytest.mark.whole),
    pytest.param(1_000_000, marks=pytest.mark.slow),
])
def test_memory_is_the_same_after_a_thousand_steps_and_after_very_many(steps):
    def peak(steps):
        model = Sequential(rnn=LSTM(3, 32, rng=0), head=Dense(32, 2, rng=1))
        x, targets = Endless(steps, 3), Endless(steps, 2)
        tracemalloc.start()
        for chunk in truncated_bptt(model, mean_squared_error, x, targets, window=50, stride=25):
            assert np.isfinite(chunk.loss) and len(chunk.memory) <= 2
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    # Python itself keeps some freed tuples; 16 bytes for each of the steps would be more.
    assert peak(steps) < peak(200) + 300_000
