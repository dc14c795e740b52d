"""The engine's fast paths: many chunks, memory that is kept, inference a few steps at a time."""

import copy
import gc
import itertools
import os
import subprocess
import sys
import threading
import tracemalloc

import numpy as np
import pytest
from support.helpers import PLAIN, assert_close, assert_equal, plain, random_state, run

from numpyrnn import State, cells
from numpyrnn.cells.unrolled import Unrolled
from numpyrnn.kernels import gru, gru_reset_after, lstm, rnn
from numpyrnn.kernels.columns import CHUNK, chunks
from numpyrnn.kernels.workspace import Workspace

LONG, BATCH = 200, 7                    # 1400 columns: three chunks
RAGGED = {
    "no lengths": None,
    "all different": [200, 199, 131, 76, 75, 4, 1],
    "unsorted, one empty": [31, 200, 0, 180, 180, 180, 3],
    "one sequence goes on alone": [200, 2, 2, 1, 1, 1, 1],
    "none reaches T": [120, 119, 118, 117, 116, 115, 114],
}


def case(kind, engine="kernel", *, lengths=None, batch=BATCH, steps=LONG, seed=1, **options):
    """A layer, and the arguments of `run` for it; the same numbers for either engine."""
    layer = plain(kind, 3, 5, seed=seed, engine=engine, **options)
    rng = np.random.default_rng(2)
    x = rng.standard_normal((batch, steps, 3)).astype(layer.dtype)
    dh = rng.standard_normal((batch, steps, 5)).astype(layer.dtype)
    state, dstate = random_state(layer, batch, rng), random_state(layer, batch, rng)
    return layer, (x, state, lengths, dh, dstate)


@pytest.mark.parametrize("ragged", RAGGED)
@pytest.mark.parametrize("kind", PLAIN)
def test_many_chunks_give_what_the_textbook_gives(kind, ragged):
    results, lengths = [], RAGGED[ragged]
    reverse = bool((list(PLAIN).index(kind) + list(RAGGED).index(ragged)) % 2)
    for engine in ("kernel", "cell"):
        layer, arguments = case(kind, engine, lengths=lengths, reverse=reverse)
        results.append(run(layer, *arguments))
    assert_close(*results, 1e-11)       # sums over 1400 columns, in another order


@pytest.mark.parametrize("counts", [
    [], [1], [600], [600, 600], [512] * 3, [511, 1, 1], [7] * 200, [9, 9, 5, 5, 1], [1] * 1000,
])
def test_chunks_cover_every_column_once_and_hold_about_chunk_of_them(counts):
    pieces = chunks(counts)
    segments = [segment for chunk in pieces for segment in chunk]
    assert [s.n for s in segments for _ in range(s.steps)] == counts
    assert [s.start for s in segments] == [0, *(s.stop for s in segments)][:len(segments)]
    assert [s.still for s in segments] == [s.n for s in segments[1:]] + [0] * bool(segments)
    for k, chunk in enumerate(pieces):
        columns = chunk[-1].stop - chunk[0].start
        assert columns < CHUNK + chunk[-1].n and (columns >= CHUNK or k == len(pieces) - 1)
        assert all(a.n != b.n for a, b in itertools.pairwise(chunk))     # as long as can be


ENGINES = {
    "RNN kernel": (rnn, "RNN"),
    "RNN cell": (Unrolled(cells.RNNCell), "RNN"),
    "LSTM kernel": (lstm, "LSTM"),
    "LSTM cell": (Unrolled(cells.LSTMCell), "LSTM"),
    "GRU kernel": (gru, "GRU"),
    "GRU cell": (Unrolled(cells.GRUCell), "GRU"),
    "GRU reset_after kernel": (gru_reset_after, "GRU reset_after"),
    "GRU reset_after cell": (Unrolled(cells.GRUResetAfterCell), "GRU reset_after"),
}


@pytest.mark.parametrize("counts", [(4, 4, 3, 1), (2, 2), ()], ids=str)
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex64, np.complex128])
@pytest.mark.parametrize(("engine", "kind"), ENGINES.values(), ids=ENGINES)
def test_an_engine_writes_to_no_argument_and_answers_in_their_dtype(engine, kind, dtype, counts):
    """Also with sequences without steps: there are five, and at most four run."""
    rng, N = np.random.default_rng(0), sum(counts)
    params = dict(plain(kind, 3, 6, dtype=np.float64).params)
    size = 2 if kind == "LSTM" else 1
    draws = dict(x=(3, N), dh=(6, N), state=(size, 6, 5), dstate=(size, 6, 5))
    arrays = {k: rng.standard_normal(shape).astype(dtype) for k, shape in draws.items()}
    arrays |= {k: p.astype(dtype) for k, p in params.items()}
    before = {k: a.copy() for k, a in arrays.items()}
    for a in arrays.values():
        a.flags.writeable = False
    params = {k: arrays[k] for k in params}
    state, dstate = State(*arrays["state"]), State(*arrays["dstate"])
    h, final, cache = engine.forward(arrays["x"], state, counts, Workspace(), **params)
    dx, dfirst, grads = engine.backward(arrays["dh"], dstate, cache, **params)
    assert h.shape == (6, N) and dx.shape == (3, N) and grads.keys() == params.keys()
    for result, like in ((final, state), (dfirst, dstate), (grads.values(), params.values())):
        for got, expected in zip(result, like, strict=True):
            assert got.dtype == dtype and got.shape == expected.shape
            assert not any(np.shares_memory(got, a) for a in arrays.values())
    assert h.dtype == dx.dtype == dtype
    assert_equal(arrays, before)
    ended = max(counts, default=0)
    for got, expected in ((final, state), (dfirst, dstate)):
        for one, other in zip(got, expected, strict=True):
            np.testing.assert_array_equal(one[:, ended:], other[:, ended:])


@pytest.mark.parametrize(("engine", "reverse", "ragged"), [
    *(("kernel", reverse, ragged) for reverse in (False, True) for ragged in RAGGED),
    ("cell", True, "no lengths"), ("cell", True, "unsorted, one empty"),
])
@pytest.mark.parametrize("kind", PLAIN)
def test_inference_a_few_steps_at_a_time_gives_what_training_gives(kind, engine, reverse, ragged):
    layer, (x, state, lengths, _, _) = case(kind, engine, lengths=RAGGED[ragged], reverse=reverse)
    h, final = layer.forward(x, state, lengths)
    again, after = layer.forward(x, state, lengths, training=False)
    assert_close({"h": again, **dict(enumerate(after))}, {"h": h, **dict(enumerate(final))}, 1e-13)
    short = layer.forward(x[:, :150], state, None if lengths is None else np.minimum(lengths, 150),
                          training=False)[0]
    if not reverse:
        assert_close({"h": short}, {"h": h[:, :150]}, 1e-13)


@pytest.mark.parametrize("kind", PLAIN)
def test_a_layer_that_has_seen_other_shapes_computes_the_same(kind):
    shapes = [(7, 100, None), (3, 9, [9, 4, 9]), (1, 520, None), (40, 14, None), (2, 1, [1, 0])]
    used, _ = case(kind)
    for batch, steps, lengths in [*shapes, *reversed(shapes)]:
        fresh, arguments = case(kind, batch=batch, steps=steps, lengths=lengths)
        used.forward(arguments[0], training=False)
        assert_close(run(used, *arguments), run(fresh, *arguments), 0)


@pytest.mark.parametrize("kind", PLAIN)
def test_what_a_layer_returned_outlives_its_next_call(kind):
    layer, arguments = case(kind)
    results = run(layer, *arguments)
    before = {name: value.copy() for name, value in results.items()}
    x, state, lengths, dh, dstate = arguments
    run(layer, 2 * x, state, lengths, -dh, dstate)
    layer.forward(-x, training=False)
    assert_close(results, before, 0)


@pytest.mark.parametrize("kind", PLAIN)
def test_backward_can_be_called_again_over_many_chunks(kind):
    layer, (x, state, lengths, dh, dstate) = case(kind, lengths=RAGGED["all different"])
    layer.forward(x, state, lengths)
    first, _ = layer.backward(dh, dstate)
    grads = dict(layer.grads)
    layer.backward(-dh, dstate)
    second, _ = layer.backward(dh, dstate)
    assert_close({"dx": second, **layer.grads}, {"dx": first, **grads}, 0)


@pytest.mark.parametrize("kind", PLAIN)
def test_a_second_training_step_allocates_nothing_that_grows_with_its_length(kind):
    def extra(steps):
        """Bytes at the peak of a second step, less the arrays that it returns."""
        layer, (x, state, _, dh, dstate) = case(kind, steps=steps, dtype=np.float32)
        for _ in range(2):
            layer.forward(x, state)
            layer.backward(dh, dstate)
        tracemalloc.start()
        h, _ = layer.forward(x, state)
        dx, _ = layer.backward(dh, dstate)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak - h.nbytes - dx.nbytes

    # The key of the layout is a tuple of T counts; an array (B, T, 1) would be 28 bytes a step.
    assert extra(1300) - extra(300) < 1000 * 20


@pytest.mark.parametrize(
    "kind", [pytest.param(k, marks=() if k == "LSTM" else pytest.mark.whole) for k in PLAIN])
def test_inference_needs_no_memory_that_grows_with_the_number_of_steps(kind):
    def extra(steps):
        layer, (x, state, _, _, _) = case(kind, steps=steps, dtype=np.float32)
        gc.collect()            # what it would free on the way depends on the tests before
        tracemalloc.start()
        h, _ = layer.forward(x, state, training=False)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak - h.nbytes

    # Whole strides, so that the last one does not need a layout of its own. The least of three,
    # since what else goes on in the process is counted too.
    stride = 1024 // BATCH
    few, many = (min(extra(n * stride) for _ in range(3)) for n in (10, 20))
    assert many - few < 10 * stride * 24    # counts: 8 bytes a step; an array (B, T, 1): 28


@pytest.mark.parametrize("kind", PLAIN)
def test_threads_may_share_a_layer_for_inference(kind):
    layer, (x, state, _, _, _) = case(kind)
    expected, _ = layer.forward(x, state, training=False)
    wrong, start = [], threading.Barrier(4)

    def work():
        start.wait()
        for _ in range(8):
            h, _ = layer.forward(x, state, training=False)
            if not np.array_equal(h, expected):
                wrong.append(h)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.parametrize("dtype", ["float32", "float64", "complex128"])
@pytest.mark.parametrize("kind", [k for k in PLAIN if k != "RNN relu"])
def test_saturated_gates_neither_warn_nor_become_nan(kind, dtype):
    results = []
    for engine in ("kernel", "cell"):
        layer, arguments = case(kind, engine, steps=4, dtype=np.dtype(dtype))
        for p in layer.params.values():
            p *= 1e4
        if dtype == "complex128":
            results.append({"h": layer.forward(arguments[0] + 1e-30j)[0]})
        else:
            results.append({"h": layer.forward(arguments[0])[0]})
    assert_close(*results, 1e-12 if dtype != "float32" else 1e-5)


def test_gradients_are_arrays_of_their_own_side_by_side_in_memory():
    for kind in PLAIN:
        layer, arguments = case(kind)
        run(layer, *arguments)
        for gradient in layer.grads.values():
            assert gradient.flags.c_contiguous and gradient.flags.writeable
        arrays = list(layer.grads.values())
        assert not any(np.shares_memory(a, b) for a, b in itertools.combinations(arrays, 2))


def test_a_workspace_gives_the_same_memory_again_where_it_fits_and_is_of_the_same_kind():
    work = Workspace()
    first = work.array("a", (3, 4), np.float64)
    assert np.shares_memory(first, work.array("a", (2, 5), np.float64))
    assert not np.shares_memory(first, work.array("b", (3, 4), np.float64))
    assert not np.shares_memory(first, work.array("a", (4, 4), np.float64))
    again = work.array("a", (2, 2), np.float32)
    assert again.dtype == np.float32 and again.flags.c_contiguous
    parts = work.arrays("c", [(2, 3), (0, 5), (4,)], np.float64)
    assert [part.shape for part in parts] == [(2, 3), (0, 5), (4,)]
    assert not np.shares_memory(parts[0], parts[2])
    assert copy.deepcopy(work).array("c", (1,), np.float64).base is not parts[0].base


def test_a_workspace_keeps_a_layout_until_it_is_asked_for_another():
    work, counts, made = Workspace(), [3, 2], []

    def build(*arguments):
        made.append(arguments)
        return object()

    def other(*arguments):
        return build(*arguments)

    first = work.layout(build, counts, np.float64, 4, 5)
    assert work.layout(build, (3, 2), "float64", 4, 5) is first
    counts.append(1)
    for arguments in ((build, counts, np.float64, 4, 5), (build, counts, np.float32, 4, 5),
                      (build, counts, np.float32, 5, 4), (other, counts, np.float32, 5, 4)):
        last = work.layout(*arguments)
        assert last is not first and last is work.layout(*arguments)
        first = last
    assert len(made) == 5 and all(a[0] is work for a in made)
    assert copy.deepcopy(work).layout(*arguments) is not last


@pytest.mark.parametrize(
    ("engine", "kind"), [e for name, e in ENGINES.items() if "kernel" in name]
)
def test_gradients_of_pre_activations_are_kept_for_one_chunk_only(engine, kind):
    work, params = Workspace(), plain(kind, 3, 5, dtype=np.float64).params
    state = State(*np.ones((2 if kind == "LSTM" else 1, 5, 7)))
    counts = (7,) * 300
    _, final, cache = engine.forward(np.ones((3, 2100)), state, counts, work, **params)
    engine.backward(np.ones((5, 2100)), final, cache, **params)
    assert 0 < work.array("dA", (0,), np.float64).base.size <= 4 * 5 * (CHUNK + 7)


def test_a_copy_of_a_layer_has_memory_of_its_own():
    layer, arguments = case("LSTM")
    expected = run(layer, *arguments)
    layer.forward(arguments[0])
    twin = layer.copy()
    twin.forward(2 * arguments[0])
    dx, _ = layer.backward(arguments[3])
    fresh, _ = case("LSTM")
    fresh.forward(arguments[0])
    assert_close({"dx": dx}, {"dx": fresh.backward(arguments[3])[0]}, 0)
    assert_close(run(twin, *arguments), expected, 0)


THREADS = """
import numpy as np
from numpyrnn import GRU, LSTM, RNN
rng = np.random.default_rng(0)
x, dh = rng.standard_normal((32, 12, 64)), rng.standard_normal((32, 12, 128))
for kind in (RNN, LSTM, GRU):
    results = []
    for engine in ("kernel", "cell"):
        layer = kind(64, 128, bias_init="normal", dtype="float64", engine=engine, rng=1)
        h, _ = layer.forward(x, lengths=np.arange(32) % 13)
        dx, _ = layer.backward(dh)
        results.append([h, dx, *layer.grads.values()])
    print(max(np.abs(a - b).max() / np.abs(b).max() for a, b in zip(*results)) < 1e-12)
"""


@pytest.mark.whole
@pytest.mark.parametrize("threads", [1, 2])
def test_engines_agree_with_one_blas_thread_and_with_two(threads):
    names = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")
    ran = subprocess.run(
        [sys.executable, "-c", THREADS], env={**os.environ, **dict.fromkeys(names, str(threads))},
        capture_output=True, text=True, timeout=120,
    )
    assert ran.stdout.split() == ["True"] * 3, ran.stderr
