"""Checkpoints: everything comes back bit for bit, whatever happens to the file or the process."""

import json
import os
import pickle
import random
import re
import subprocess
import sys
import textwrap
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest

import numpyrnn
from numpyrnn.layers import GRU, LSTM, Bidirectional, Dense, Embedding, Sequential
from numpyrnn.losses import softmax_cross_entropy
from numpyrnn.optim import SGD, Adam
from numpyrnn.training import Batch, History, load_checkpoint, save_checkpoint, train_step

GENERATORS = ["PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64"]


def build(seed=0, hidden=4, dtype=np.float32):
    rng = np.random.default_rng(seed)
    return Sequential(
        embedding=Embedding(7, 3, dtype=dtype, rng=rng),
        rnn=LSTM(3, hidden, return_sequences=False, dtype=dtype, rng=rng),
        head=Dense(hidden, 2, dtype=dtype, rng=rng),
    )


def trained(seed=0, steps=3):
    model, optimizer = build(seed), Adam(0.01)
    rng = np.random.default_rng(seed)
    for _ in range(steps):
        batch = Batch(rng.integers(0, 7, (5, 6)), rng.integers(0, 2, 5))
        train_step(model, softmax_cross_entropy, optimizer, batch)
    return model, optimizer, rng


def saved(path, **options):
    model, optimizer, rng = trained()
    save_checkpoint(path, model, optimizer, rng=rng, step=3, **options)
    return model, optimizer, rng


def same(a, b):
    """Equal to the last bit, dtype and shape included."""
    assert a.keys() == b.keys()
    for name in a:
        x, y = np.asarray(a[name]), np.asarray(b[name])
        assert (x.dtype, x.shape, x.tobytes()) == (y.dtype, y.shape, y.tobytes()), name


# What is in it


def test_everything_comes_back_bit_for_bit(tmp_path):
    path = tmp_path / "run.npz"
    history = History([{"epoch": 1, "loss": 0.1 + 0.2, "seconds": 1e-300}])
    metadata = {"hidden": 4, "vocabulary": ["<pad>", "ß", "\n", "漢"], "deep": [{"a": None}, True]}
    arrays = {"stream/h": np.arange(6.0)[::2].reshape(1, 3), "flag": np.array(True)}
    model, optimizer, rng = saved(path, history=history, metadata=metadata, arrays=arrays)
    expected = rng.random(5)

    actual = load_checkpoint(path)
    twin, moments, other = build(seed=9), Adam(0.5), np.random.default_rng(99)
    actual.restore(twin, moments, other)
    same(twin.params, model.params)
    same(moments.state_dict(), optimizer.state_dict())
    assert (other.random(5) == expected).all()
    assert actual.step == 3
    assert actual.history == history.records
    assert actual.metadata == metadata
    same(actual.arrays, arrays)


@pytest.mark.parametrize("kind", GENERATORS)
def test_every_kind_of_random_generator_continues(tmp_path, kind):
    def make(seed):
        return np.random.Generator(getattr(np.random, kind)(seed))

    rng = make(1)
    rng.random(3)
    rng.integers(0, 9, dtype=np.int32)  # leaves half a word behind
    save_checkpoint(tmp_path / "run.npz", build(), rng=rng)
    other = make(2)
    load_checkpoint(tmp_path / "run.npz").restore(build(), rng=other)
    for draw in ("random", "standard_normal"):
        assert (getattr(rng, draw)(9) == getattr(other, draw)(9)).all()
    assert (rng.integers(0, 9, 9, np.int32) == other.integers(0, 9, 9, np.int32)).all()


def test_numpy_reads_a_checkpoint_without_pickle(tmp_path):
    saved(tmp_path / "run.npz")
    with np.load(tmp_path / "run.npz", allow_pickle=False) as archive:
        assert "params/rnn.W_hh" in archive.files
        header = json.loads(archive["header"].tobytes())
    assert header["format"] == "numpyrnn checkpoint"
    assert header["version"] == 1


def test_a_restored_model_shares_nothing_with_the_checkpoint(tmp_path):
    saved(tmp_path / "run.npz")
    actual, model, optimizer = load_checkpoint(tmp_path / "run.npz"), build(), Adam()
    actual.restore(model, optimizer)
    params = {name: p.copy() for name, p in actual.params.items()}
    moments = {name: m.copy() for name, m in actual.optimizer.items()}
    ids, labels = np.zeros((2, 3), int), np.zeros(2, int)
    train_step(model, softmax_cross_entropy, optimizer, Batch(ids, labels))
    same(actual.params, params)
    same(actual.optimizer, moments)


def test_numpy_numbers_in_history_and_metadata_become_plain_ones(tmp_path):
    metadata = {"size": np.int64(3), "rate": np.float32(0.5), "shape": (2, np.arange(2))}
    saved(tmp_path / "run.npz", metadata=metadata)
    actual = load_checkpoint(tmp_path / "run.npz").metadata
    assert actual == {"size": 3, "rate": 0.5, "shape": [2, [0, 1]]}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"metadata": {1: "a"}}, "metadata: expected text keys, got 1"),
        ({"metadata": {"a": [0, {1, 2}]}}, r"metadata\['a'\]\[1\]: .*got set"),
        ({"history": object()}, "history: .*got object"),
        ({"arrays": {"a": np.array([None])}}, "arrays/a: expected an array of.*object"),
    ],
)
def test_what_could_not_come_back_is_refused_and_the_old_file_kept(tmp_path, options, words):
    path = tmp_path / "run.npz"
    saved(path)
    before = path.read_bytes()
    with pytest.raises(TypeError, match=words):
        saved(path, **options)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["run.npz"]


# What it is restored into


def other_models():
    rng = np.random.default_rng(0)
    both = Bidirectional(LSTM(3, 4, rng=rng), LSTM(3, 4, reverse=True, rng=rng))
    return {
        r"'rnn\.W_xh' is \(4, 5, 3\) in the model and \(4, 4, 3\) in the check": build(hidden=5),
        r"'rnn\.W_xh' is \(3, 4, 3\) in the model and \(4, 4, 3\)": Sequential(
            embedding=Embedding(7, 3), rnn=GRU(3, 4), head=Dense(4, 2)
        ),
        r"'rnn\.forward\.W_xh' is \(4, 4, 3\) in the model and absent in the che": Sequential(
            embedding=Embedding(7, 3), rnn=both, head=Dense(8, 2)
        ),
        r"'rnn\.W_xh' is absent in the model and \(4, 4, 3\) in the checkpoint": Sequential(
            embedding=Embedding(7, 3)
        ),
        r"'rnn.W_xh' is float64 in the model and float32.*\.astype\(np\.float32\)": None,
    }


@pytest.mark.parametrize("words", other_models())
def test_another_architecture_is_named_and_nothing_is_changed(tmp_path, words):
    saved(tmp_path / "run.npz")
    model = other_models()[words]
    if model is None:
        model = build()
        model["rnn"]._params["W_xh"] = model.params["rnn.W_xh"].astype(np.float64)
    optimizer, rng = Adam(0.5), np.random.default_rng(7)
    params = {name: p.copy() for name, p in model.params.items()}
    with pytest.raises(ValueError, match=words):
        load_checkpoint(tmp_path / "run.npz").restore(model, optimizer, rng)
    same(model.params, params)
    assert (optimizer.steps, optimizer.learning_rate) == (0, 0.5)
    assert rng.random() == np.random.default_rng(7).random()


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"optimizer": SGD(0.1)}, "expected that of SGD, got that of Adam"),
        ({"rng": np.random.Generator(np.random.MT19937(0))}, "state of a MT19937.*got PCG64"),
        ({"best": True}, "expected the best weights too, got none"),
    ],
)
def test_parts_that_do_not_fit_are_refused_and_nothing_is_changed(tmp_path, parts, words):
    saved(tmp_path / "run.npz")
    model = build(seed=5)
    params = {name: p.copy() for name, p in model.params.items()}
    with pytest.raises(ValueError, match=words):
        load_checkpoint(tmp_path / "run.npz").restore(model, **parts)
    same(model.params, params)


def test_parts_that_were_not_saved_are_missed(tmp_path):
    save_checkpoint(tmp_path / "weights.npz", build())
    actual = load_checkpoint(tmp_path / "weights.npz")
    actual.restore(build(seed=1))
    with pytest.raises(ValueError, match="expected an optimizer's state, got none"):
        actual.restore(build(), Adam())
    with pytest.raises(ValueError, match="expected the state of a PCG64 generator, got none"):
        actual.restore(build(), rng=np.random.default_rng(0))


# What can happen to the file


def foreign_files():
    rng = np.random.default_rng(0)
    return {
        "empty": b"",
        "text": b"epoch 1: loss 0.5\n" * 50,
        "noise": rng.bytes(2000),
        "pickle": pickle.dumps({"params": [1, 2, 3]}),
        "zip": b"PK\x05\x06" + bytes(18),
    }


@pytest.mark.parametrize("kind", [*foreign_files(), "npy", "npz", "object npz", "header npz"])
def test_a_foreign_file_is_a_clear_error(tmp_path, kind):
    path = tmp_path / "run.npz"
    if kind == "npy":
        with open(path, "wb") as file:
            np.save(file, np.arange(3))
    elif kind == "npz":
        np.savez(path, a=np.arange(3))
    elif kind == "object npz":
        np.savez(path, header=np.array([{}]), sha256=np.array("x"))
    elif kind == "header npz":
        np.savez(path, header=np.frombuffer(b'{"format": "other"}', np.uint8), sha256=np.array("x"))
    else:
        path.write_bytes(foreign_files()[kind])
    with pytest.raises(ValueError, match=r"run\.npz: expected a checkpoint written by save_ch"):
        load_checkpoint(path)


@pytest.mark.parametrize("model", [3, Dense, {"W": np.ones(2)}], ids=repr)
def test_what_is_no_model_is_not_saved(tmp_path, model):
    with pytest.raises(TypeError, match="model: expected a layer or a model, whose params are sav"):
        save_checkpoint(tmp_path / "file.npz", model)
    assert not list(tmp_path.iterdir())


def test_a_missing_file_is_a_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        load_checkpoint(tmp_path / "run.npz")


def test_a_truncated_file_is_a_clear_error_wherever_it_ends(tmp_path):
    path = tmp_path / "run.npz"
    saved(path)
    content = path.read_bytes()
    for size in {*range(0, len(content), 97), len(content) - 1}:
        path.write_bytes(content[:size])
        with pytest.raises(ValueError, match="truncated, damaged or foreign"):
            load_checkpoint(path)


def test_a_changed_byte_is_never_read_as_something_else(tmp_path):
    path = tmp_path / "run.npz"
    model, optimizer, _ = saved(path, metadata={"a": 1})
    content, refused = path.read_bytes(), 0
    random_places = random.Random(0)
    for _ in range(100):
        place = random_places.randrange(len(content))
        changed = bytearray(content)
        changed[place] ^= 1 << random_places.randrange(8)
        path.write_bytes(changed)
        try:
            actual = load_checkpoint(path)
        except ValueError as error:
            assert re.search("truncated, damaged or foreign|digest differs", str(error))
            refused += 1
        else:  # the zip format has bytes without meaning, such as dates
            same(actual.params, dict(model.params))
            same(actual.optimizer, optimizer.state_dict())
            assert (actual.step, actual.metadata) == (3, {"a": 1})
    assert refused > 50


def rewritten(path, **changes):
    with np.load(path) as archive:
        entries = {name: archive[name] for name in archive.files}
    entries |= changes
    np.savez(path, **{name: a for name, a in entries.items() if a is not None})


def other_header(path, **changes):
    with np.load(path) as archive:
        header = json.loads(archive["header"].tobytes()) | changes
    return np.frombuffer(json.dumps(header).encode(), np.uint8)


def test_any_altered_entry_breaks_the_digest(tmp_path):
    path = tmp_path / "run.npz"
    W = saved(path)[0].params["head.W"]
    assert load_checkpoint(path).params["head.W"].shape == W.shape
    for changes in (
        {"params/head.W": W + np.float32(1e-7)},
        {"params/head.W": W.astype(np.float64)},
        {"params/head.W": W.T.copy()},
        {"params/head.W": W.view(np.int32)},
        {"params/head.W": W.reshape(-1)},
        {"params/head.W": None},
        {"params/head.W": None, "params/head.V": W},
        {"params/another": W},
        {"header": other_header(path, step=4)},
    ):
        saved(path)
        rewritten(path, **changes)
        with pytest.raises(ValueError, match=r"run\.npz: .*digest differs"):
            load_checkpoint(path)
    saved(path)
    rewritten(path)
    assert load_checkpoint(path).step == 3  # unchanged content in another file is fine


def test_a_newer_format_says_so(tmp_path):
    saved(tmp_path / "run.npz")
    rewritten(tmp_path / "run.npz", header=other_header(tmp_path / "run.npz", version=2))
    with pytest.raises(ValueError, match="expected a checkpoint of version 1 or older, got 2"):
        load_checkpoint(tmp_path / "run.npz")


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts open files in /proc")
def test_no_file_stays_open(tmp_path):
    path = tmp_path / "run.npz"
    before = len(os.listdir("/proc/self/fd"))
    saved(path)
    checkpoint = load_checkpoint(path)
    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(ValueError):
        load_checkpoint(path)
    assert len(os.listdir("/proc/self/fd")) == before
    assert checkpoint.step == 3


# What can happen while it is written


@pytest.mark.parametrize("dies_in", ["numpy.savez", "os.fsync", "os.replace"])
@pytest.mark.parametrize("error", [OSError("disk full"), KeyboardInterrupt()])
def test_a_save_that_fails_keeps_the_old_checkpoint(tmp_path, monkeypatch, dies_in, error):
    path = tmp_path / "run.npz"
    saved(path)
    before = path.read_bytes()

    def fail(*args, **kwargs):
        raise error

    monkeypatch.setattr(dies_in, fail)
    with pytest.raises(type(error)):
        saved(path, metadata={"new": True})
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["run.npz"]


def test_the_file_is_on_the_disk_before_it_takes_the_name(tmp_path, monkeypatch):
    calls = []

    def noted(name):
        original = getattr(os, name)

        def call(*args):
            target = os.readlink(f"/proc/self/fd/{args[0]}") if name == "fsync" else str(args[1])
            calls.append((name, Path(target).suffix or Path(target).name))
            return original(*args)

        monkeypatch.setattr(os, name, call)

    if not Path("/proc/self/fd").exists():
        pytest.skip("reads file names in /proc")
    noted("fsync")
    noted("replace")
    saved(tmp_path / "run.npz")
    assert calls == [("fsync", ".tmp"), ("replace", ".npz"), ("fsync", tmp_path.name)]


def test_a_link_to_a_checkpoint_stays_a_link(tmp_path):
    (tmp_path / "disk").mkdir()
    link = tmp_path / "run.npz"
    link.symlink_to(tmp_path / "disk" / "run.npz")
    saved(link)
    assert link.is_symlink()
    assert load_checkpoint(link).step == 3
    assert zipfile.is_zipfile(tmp_path / "disk" / "run.npz")


# A run that is killed

RUN = """
    import sys
    import numpy as np
    from numpyrnn.layers import GRU, Dense, Dropout, Sequential
    from numpyrnn.losses import softmax_cross_entropy
    from numpyrnn.optim import Adam
    from numpyrnn.training import fit

    rng = np.random.default_rng(0)
    model = Sequential(
        rnn=GRU(2, 4, return_sequences=False, rng=1), drop=Dropout(0.2), head=Dense(4, 2, rng=2)
    )
    sequences = [rng.standard_normal((n, 2)) for n in rng.integers(1, 9, 24)]
    labels = rng.integers(0, 2, 24)
    print("ready", flush=True)
    fit(
        model, softmax_cross_entropy, Adam(0.01), (sequences, labels),
        (sequences[:8], labels[:8]), epochs=int(sys.argv[2]), batch_size=8, patience=10**6,
        max_norm=1e9, checkpoint=sys.argv[1], resume=True,
    )
"""


def start(script, path, epochs):
    package = str(Path(numpyrnn.__file__).parents[1])
    one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return subprocess.Popen(
        [sys.executable, script, path, str(epochs)],
        env={**os.environ, **one_thread, "PYTHONPATH": package},
        stdout=subprocess.PIPE,
    )


def finish(process):
    with process:
        process.stdout.read()
    return process.returncode


def without_seconds(history):
    return [{k: v for k, v in record.items() if k != "seconds"} for record in history]


@pytest.mark.parametrize(
    ("kills", "epochs"),
    [
        pytest.param(3, 60, marks=pytest.mark.whole),
        pytest.param(50, 800, marks=pytest.mark.slow),
    ],
)
def test_a_run_killed_at_random_moments_ends_as_if_it_had_not_been(tmp_path, kills, epochs):
    script = tmp_path / "run.py"
    script.write_text(textwrap.dedent(RUN))
    calm, stormy = tmp_path / "calm.npz", tmp_path / "stormy" / "run.npz"
    stormy.parent.mkdir()
    process = start(script, calm, epochs)
    process.stdout.readline()
    began = time.perf_counter()
    assert finish(process) == 0
    longest = (time.perf_counter() - began) / kills  # so that half the work is done in all of them
    expected = load_checkpoint(calm)
    assert expected.step == 3 * epochs

    moments, step, leftovers = random.Random(kills), 0, 0
    for _ in range(kills):
        process = start(script, stormy, epochs)
        process.stdout.readline()
        time.sleep(moments.uniform(0, longest))
        process.kill()  # SIGKILL: nothing in the process can react
        finish(process)
        leftovers += any(name.endswith(".tmp") for name in os.listdir(stormy.parent))
        if stormy.exists():
            actual = load_checkpoint(stormy)
            assert step <= actual.step
            assert actual.step == 3 * len(actual.history)
            step = actual.step
        else:
            assert step == 0
    assert step < expected.step, "every run had finished before it was killed"
    assert kills < 50 or leftovers > 0, "no run was killed while it was saving"

    assert finish(start(script, stormy, epochs)) == 0
    actual = load_checkpoint(stormy)
    assert os.listdir(stormy.parent) == ["run.npz"]
    same(actual.params, expected.params)
    same(actual.optimizer, expected.optimizer)
    same(actual.arrays, expected.arrays)
    assert actual.rng_state == expected.rng_state
    assert without_seconds(actual.history) == without_seconds(expected.history)
