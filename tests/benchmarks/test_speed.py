"""`bench` as a call: its records, what it keeps, and what it answers to mistakes."""

from dataclasses import replace

import pytest
from support.benchmarks import INSTALLED, answers

from numpyrnn import machine
from numpyrnn.benchmarks import bench, speed
from numpyrnn.benchmarks.speed import SHAPES, chosen_peers

TINY = [(2, 3, 4, 5), (6, 7, 8, 9)]


@pytest.fixture(autouse=True)
def jobs(monkeypatch):
    """No process is started: every peer takes a millisecond. Returns the jobs of each shape."""
    asked = []

    def measure(jobs, rounds, *, until, after_round):
        asked.append(jobs)
        after_round()
        return {job.peer: answers(*[1.0] * rounds) for job in jobs}, []

    monkeypatch.setattr(speed, "measure", measure)
    return asked


def test_a_record_for_each_shape_and_the_figures_of_each_peer():
    run = bench(("gru", "rnn"), shapes=TINY, peers=["products"], threads=2, rounds=3)
    first, *records = run
    assert (first["event"], {record["event"] for record in records}) == ("start", {"shape"})
    assert first["machine"].threads == 2 and first["not_installed"] == {}
    assert [(r["cell"], tuple(r["shape"]), r["left"]) for r in records] == [
        ("gru", TINY[0], 1), ("gru", TINY[1], 0), ("rnn", TINY[0], 1), ("rnn", TINY[1], 0)
    ]
    for record in records:
        assert record["so_far"] is run.result
        assert record["peers"]["kernel"]["share_of_products"] == 1
    content = run.result.record()
    assert content["options"] == {
        "task": "train", "dtype": "float32", "threads": 2, "rounds": 3, "seconds": 0.4, "pause": 0.3
    }
    assert len(content["results"]) == 4 and len(content["load"]) == 5
    assert run.result.table().startswith("GRU (reset_after): forward and backward, float32, 2 thr")
    assert "below 1 numpyrnn is faster" in " ".join(run.result.table().split())


def test_every_job_has_its_options(jobs):
    options = dict(task="ragged", dtype="float64", threads=3, rounds=1)
    assert bench(("rnn",), shapes=TINY[:1], peers=["cell", "products"], **options).result
    (one,) = jobs
    assert {(job.task, job.dtype, job.threads, job.shape) for job in one} == {
        ("ragged", "float64", 3, TINY[0])
    }
    assert [job.least for job in one if job.peer in ("kernel", "cell", "products")] == [3, 1, 3]


def test_nothing_is_measured_before_a_record_is_asked_for(jobs):
    run = bench(("rnn",), peers=["kernel"])
    assert jobs == []
    assert "machine" in next(iter(run)) and jobs == []


def test_a_quick_run_measures_no_more_when_its_time_is_up(monkeypatch):
    monkeypatch.setattr(speed, "QUICK_END", -1)
    run = bench(("gru", "rnn"), shapes=TINY, peers=["cell"], quick=True)
    _, record = run
    assert (record["cell"], record["left"]) == ("gru", 0)
    content = run.result.record()
    assert content["not_measured"] == ["gru 6,7,8,9", "rnn 2,3,4,5", "rnn 6,7,8,9"]
    assert [result["shape"] for result in content["results"]] == [[2, 3, 4, 5]]
    assert "time of --quick was up: gru 6,7,8,9; rnn 2,3,4,5; rnn 6,7,8,9" in run.result.notes()
    assert "RNN:" not in run.result.table()


def test_peers_that_are_not_installed_are_left_out(monkeypatch):
    monkeypatch.setattr(speed, "available", lambda peer: peer not in INSTALLED)
    run = bench(("rnn",))
    first, *records = run
    assert first["not_installed"] == {"torch": "torch>=2.4", "jax": "jax>=0.4", "keras": "keras>=3"}
    assert [tuple(record["shape"]) for record in records] == SHAPES
    assert [p for p in records[0]["peers"] if "skylakex" not in p] == ["kernel", "cell", "products"]


def test_a_peer_that_dies_is_named_in_the_notes(monkeypatch):
    monkeypatch.setattr(speed, "measure", lambda jobs, *_, **__: (
        {"kernel": answers(1.0)}, ["the process of cell ended"]
    ))  # fmt: skip
    result = bench(("rnn",), shapes=TINY[:1], peers=["cell"]).result
    assert result.record()["failures"] == ["the process of cell ended"]
    assert result.notes().endswith("\nleft out: the process of cell ended")
    assert result.figures() == {}, "nothing stands beside the kernel"


def test_without_its_kernel_a_run_ends(monkeypatch):
    monkeypatch.setattr(speed, "measure", lambda *_, **__: ({}, ["the process of kernel ended"]))
    with pytest.raises(RuntimeError, match=r"^the process of kernel ended$"):
        assert bench(("rnn",)).result


def test_avx512_kernels_are_measured_only_where_blas_leaves_them_idle():
    def peers(simd, core_type):
        facts = replace(machine.facts(), simd=simd, cpu_simd=(), core_type=core_type)
        return chosen_peers(["products"], facts)

    both = ["kernel", "products"]
    assert peers(("X86_V3",), "Haswell") == both and peers(("X86_V4",), "SkylakeX") == both
    assert peers(("X86_V4",), "Zen") == [*both, "kernel_skylakex", "products_skylakex"]


@pytest.mark.parametrize(
    "options, sentence",
    [
        (dict(cells=["lstn"]), r"^cells: expected one of .*did you mean 'lstm'"),
        (dict(peers=["pytorch"]), r"^peers: expected one of .*did you mean 'torch'"),
        (dict(task="test"), r"^task: expected one of 'train', 'inference'"),
        (dict(dtype="float16"), r"^dtype: expected one of 'float32', 'float64'"),
        (dict(threads=0), r"^threads: expected at least 1, got 0"),
        (dict(rounds=0), r"^rounds: expected at least 1, got 0"),
        (dict(shapes=[(1, 2, 3)]), r"^shapes: expected \(batch, steps, inputs, hidden units\)"),
        (dict(shapes=[(1, 2, 3, 0)]), r"^shapes: expected at least 1, got 0"),
        (dict(peers=["jax"]), r'^peers: jax is not installed; pip install "jax>=0\.4", or'),
    ],
)
def test_mistakes_are_answered_before_anything_runs(options, sentence, monkeypatch):
    monkeypatch.setattr(speed, "available", lambda peer: peer != "jax")
    with pytest.raises(ValueError, match=sentence):
        bench(**options)
