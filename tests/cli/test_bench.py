"""`numpyrnn bench`: what it measures, computes, prints and answers to mistakes; never how fast."""

import importlib
import json
import os
import signal
import subprocess
import sys
import time
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest
from support.paths import ROOT

from numpyrnn import plots
from numpyrnn.benchmarks import peers as bench_peers
from numpyrnn.benchmarks import products as bench_products
from numpyrnn.benchmarks import session as bench_session
from numpyrnn.benchmarks import speed as bench_speed
from numpyrnn.benchmarks import trust as bench_trust
from numpyrnn.benchmarks import worker as bench_worker
from numpyrnn.benchmarks.job import TASKS, LayerJob, inputs
from numpyrnn.benchmarks.report import meaning, report
from numpyrnn.benchmarks.session import Worker, WorkerError, environment, measure, summary
from numpyrnn.benchmarks.trust import judge, timed
from numpyrnn.cli import main

SHAPE = (3, 5, 2, 4)
BENCHED = (16, 50, 32, 64)
INSTALLED = ("torch", "jax", "keras")


def job(peer, cell="lstm", **changes):
    return LayerJob(peer, cell, SHAPE, seconds=0.0, least=1)._replace(**changes)


def answers(*rounds_ms, **more):
    each = {"steps": [9] * len(rounds_ms), "waited": [0.0] * len(rounds_ms)}
    return {"rounds_ms": list(rounds_ms), **each, "version": "peer 1", **more}


FOUND = {
    "kernel": answers(2.0, 2.2, 1.8, compile_seconds=None, peak_bytes=1_500_000),
    "products": answers(1.5, 1.5, 1.5, compile_seconds=None, peak_bytes=900_000),
    "torch": answers(4.0, 4.4, 4.0, compile_seconds=None, peak_bytes=None),
    "jax": answers(1.0, 1.2, 1.0, compile_seconds=0.52, peak_bytes=120_000_000),
}


def frozen(found=FOUND):
    """What bench.json holds, of round numbers."""
    return {
        "options": {"task": "train", "dtype": "float32", "threads": 2, "rounds": 3},
        "machine": {"cores": 2},
        "load": [0.5, 3.25],
        "results": [
            {"cell": "lstm", "shape": [*BENCHED], "peers": summary(found, BENCHED, 3)}
        ],
        "not_measured": [],
        "failures": [],
    }


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """(directory, exit code, printed lines) of a run of tiny layers."""
    out = tmp_path_factory.mktemp("runs") / "bench"
    command = [
        sys.executable, "-m", "numpyrnn", "bench", "--shape", "2,4,3,5", "1,3,2,2", "--quick",
        "--cells", "lstm", "--peers", "cell,products", "--rounds", "1", "--threads", "1",
        "--out", str(out),
    ]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert ran.stderr == ""
    return out, ran.returncode, ran.stdout.splitlines()


@pytest.fixture
def no_measuring(monkeypatch):
    monkeypatch.setattr(bench_speed, "measure", lambda jobs, *_, **__: pytest.fail("measured"))


# A run -----------------------------------------------------------------------------------------


def test_a_run_leaves_every_round_the_machine_and_a_figure(finished):
    out, code, lines = finished
    assert code == 0 and (out / "bench.png").read_bytes().startswith(b"\x89PNG")
    found = json.loads((out / "bench.json").read_text(encoding="utf-8"))
    assert set(found) == {"options", "machine", "load", "results", "not_measured", "failures"}
    assert not found["failures"] and len(found["load"]) == 3
    assert found["options"] == {
        "task": "train", "dtype": "float32", "threads": 1, "rounds": 1, "seconds": 0.1, "pause": 0.3
    }
    assert {"numpy", "cpu", "cores", "blas", "core_type"} <= set(found["machine"])
    assert [result["shape"] for result in found["results"]] == [[2, 4, 3, 5], [1, 3, 2, 2]]
    for result in found["results"]:
        assert result["cell"] == "lstm"
        assert list(result["peers"]) == ["kernel", "cell", "products"], "the kernel always runs"
        for figures in result["peers"].values():
            rounds = len(figures["rounds_ms"])      # on a busy machine one more
            assert rounds == len(figures["waited"]) == len(figures["steps"]) and 1 <= rounds <= 2
            assert figures["ms"] > 0 and isinstance(figures["trusted"], bool)
            assert {
                "version", "steps", "first_ms", "compile_seconds", "peak_bytes", "spread",
                "steps_per_second", "tokens_per_second",
            } <= set(figures)
        assert result["peers"]["kernel"]["share_of_products"] > 0


def test_a_run_tells_the_machine_first_then_a_table_and_how_to_read_it(finished):
    _, _, lines = finished
    assert lines[0].startswith("NumPy") and "BLAS threads     1" in lines
    title = lines.index("LSTM: forward and backward, float32, 1 thread")
    assert [line.split()[0] for line in lines[title + 2 : title + 6]] == [
        "2,4,3,5", "kernel", "cell", "products"
    ]
    assert any("below 1" in line for line in lines)
    assert lines[-1].endswith("bench.json, bench.png") and max(map(len, lines[:-1])) <= 80


def test_the_figure_can_be_drawn_again_from_the_file(finished):
    found = json.loads((finished[0] / "bench.json").read_text(encoding="utf-8"))
    assert len(plots.speed(found).axes) == 1


# What is computed ------------------------------------------------------------------------------


def test_ratios_are_those_of_the_medians_over_rounds():
    peers = summary(FOUND, BENCHED, 3)
    assert [peers[name]["ms"] for name in FOUND] == [2.0, 1.5, 4.0, 1.0]
    assert peers["torch"]["kernel_over_peer"] == 0.5 and peers["jax"]["kernel_over_peer"] == 2.0
    assert peers["kernel"]["share_of_products"] == 0.75
    assert "kernel_over_peer" not in peers["kernel"]
    assert peers["kernel"]["spread"] == pytest.approx(0.2)
    assert peers["kernel"]["steps_per_second"] == 500
    assert peers["kernel"]["tokens_per_second"] == 500 * 16 * 50


def test_the_share_under_other_blas_kernels_is_of_products_under_the_same_ones():
    found = {name: answers(ms) for name, ms in (
        ("kernel", 4.0), ("products", 3.0), ("kernel_skylakex", 2.0), ("products_skylakex", 1.0)
    )}  # fmt: skip
    peers = summary(found, SHAPE, 1)
    assert peers["kernel"]["share_of_products"] == 0.75
    assert peers["kernel_skylakex"]["share_of_products"] == 0.5
    assert peers["kernel_skylakex"]["kernel_over_peer"] == 2.0


def test_the_table_of_known_numbers():
    assert report(frozen(), "lstm").splitlines() == [
        "",
        "LSTM: forward and backward, float32, 2 threads",
        "B,T,D,H        ms  spread  numpyrnn's time  steps/s  tokens/s  peak MB",
        "16,50,32,64",
        "  kernel     2.00     20%   GEMM share 75%      500     400 k     1.50",
        "  products   1.50      0%   1.33x products      667     533 k    0.900",
        "  torch      4.00     10%      0.50x torch      250     200 k        -",
        "  jax        1.00     20%        2.00x jax    1,000     800 k      120",
        "jax: compiled in 0.5 s before its first step",
    ]


def test_figures_of_a_busy_machine_are_marked_and_explained():
    torch = {**FOUND["torch"], "waited": [0.5, 0.62, 0.7]}
    results = frozen({**FOUND, "torch": torch, "jax": answers(1.0, 9.0, 1.0)})
    lines = report(results, "lstm").splitlines()
    assert [line.split()[:5] for line in lines[4:8]] == [
        ["kernel", "2.00", "20%", "GEMM", "share"],
        ["products", "1.50", "0%", "1.33x", "products"],
        ["torch", "?", "4.00", "10%", "?"],
        ["jax", "?", "1.00", "800%", "?"],
    ]
    assert " ".join(lines[8:]) == (
        "? cannot be trusted: the machine was busy; a process waited for a core for up to 62% of "
        "its time, its rounds differ by up to 800% (load average 3.2 on 2 cores). End the other "
        "programs, or wait, and measure again."
    )
    assert max(map(len, lines)) <= 80
    del results["results"][0]["peers"]["torch"]
    assert "waited" not in report(results, "lstm"), "a machine may be slow without a queue"


def test_the_figure_says_too_that_the_machine_was_busy():
    label = plots.speed(frozen()).axes[-1].get_xlabel()
    busy = {**FOUND, "torch": {**FOUND["torch"], "waited": [0.5, 0.6, 0.7]}}
    assert "busy" not in label and "busy" in plots.speed(frozen(busy)).axes[-1].get_xlabel()


def test_what_the_kernel_takes_in_doubt_is_in_doubt_for_every_peer():
    peers = {**FOUND, "kernel": {**FOUND["kernel"], "waited": [0.4, 0.4, 0.4]}}
    lines = report(frozen(peers), "lstm").splitlines()
    assert [line.count("?") for line in lines[4:8]] == [2, 1, 1, 1]


@pytest.mark.parametrize("rounds_ms, waited, ms, trusted", [
    ([1.0, 1.1, 5.0], [0.0, 0.1, 0.6], 1.05, True),         # a round that waited does not count
    ([1.0, 1.1, 5.0], [0.0, 0.2, 0.6], 1.0, False),         # one of three is too few
    ([1.0, 3.0, 5.0], [0.2, 0.3, 0.6], 3.0, False),         # all waited: all there is
    ([1.0, 1.0, 1.0, 1.0, 9.0], [0.0] * 5, 1.0, True),      # a median bears one that is far off
    ([1.0, 2.0, 1.0, 2.0, 3.0], [0.0] * 5, 2.0, False),     # but not rounds that do not agree
    ([2.0], [0.0], 2.0, True),
    ([2.0], [0.11], 2.0, False),
])  # fmt: skip
def test_rounds_that_waited_or_disagree_are_not_trusted(rounds_ms, waited, ms, trusted):
    verdict = judge(rounds_ms, waited, 3 if len(rounds_ms) > 1 else 1)
    assert (verdict.ms, verdict.trusted) == (pytest.approx(ms), trusted)


def test_time_in_which_a_process_does_not_compute_is_waiting():
    found = timed(partial(time.sleep, 0.01), 0.02)
    assert found["steps"] >= 1 and found["ms"] >= 10 and 0.5 < found["waited"] <= 1


def test_waiting_is_known_without_the_files_of_linux(monkeypatch, tmp_path):
    monkeypatch.setattr(bench_trust, "TASKS", tmp_path / "missing")
    assert 0.5 < timed(partial(time.sleep, 0.01), 0.02)["waited"] <= 1


def test_slow_steps_end_a_round_early(monkeypatch):
    monkeypatch.setattr(bench_trust, "PATIENCE", 0.0)
    assert timed(lambda: None, 0.0, least=5)["steps"] == 1


def test_the_notes_say_what_a_ratio_means_and_drop_what_was_not_measured():
    assert "below 1 numpyrnn is faster" in " ".join(meaning(frozen()).split())
    results = frozen()
    del results["results"][0]["peers"]["kernel"]["share_of_products"]
    assert "GEMM" in meaning(frozen()) and "GEMM" not in meaning(results)
    assert "peers: peer 1." in meaning(results)


# What is measured ------------------------------------------------------------------------------


def test_the_products_go_by_the_kernels_chunks_of_whole_steps():
    counts = [300, 300, 200, 5, 1]
    groups = bench_products.chunks(counts)
    assert [(first, size) for first, size, _ in groups] == [(0, 600), (600, 206)]
    assert [steps for _, _, steps in groups] == [
        [(0, 300), (300, 300)], [(0, 200), (200, 5), (205, 1)]
    ]
    assert bench_products.chunks([2000, 1])[0] == (0, 2000, [(0, 2000)])


@pytest.mark.parametrize("cell, gates", [("rnn", 1), ("lstm", 4), ("gru", 3)])
def test_products_multiply_as_often_as_a_layer_of_that_shape_must(cell, gates, monkeypatch):
    B, T, D, H = 8, 100, 3, 4
    work = []

    def counted(multiply, a, b, **to):
        work.append(a.shape[0] * a.shape[1] * b.shape[1])
        return multiply(a, b, **to)

    step = bench_products.products(cell, [B] * T, D, H, "float32")
    for name in ("matmul", "dot"):
        monkeypatch.setattr(np, name, partial(counted, getattr(np, name)))
    dx, *_ = step()
    ones = 2 if cell == "gru" else 1  # each bias is a column of the weights
    forward = gates * H * (D + H + 1) + (H if cell == "gru" else 0)
    backward = gates * H * H + gates * H * D + gates * H * (D + H + ones)
    assert sum(work) == B * T * (forward + backward)
    assert dx.shape == (B * T, D) and dx.dtype == np.float32


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("peer", ["kernel", "cell", "products"])
@pytest.mark.parametrize("cell", bench_speed.CELLS)
def test_every_task_runs_on_every_peer_of_numpy(cell, peer, task):
    step = bench_peers.PEERS[peer].build(job(peer, cell, task=task, dtype="float64"))
    found = step.run()
    if peer == "products":
        return
    B, T, D, H = SHAPE
    h = found[0]
    assert h.shape == (B, T, H * (1 + (task == "bidirectional"))) and h.dtype == np.float64
    if task != "inference":
        assert found[1].shape == (B, T, D)
        assert not np.shares_memory(h, step.run()[0]), "outputs are the caller's own"
    if task == "ragged":
        padding = np.arange(T) >= inputs(job(peer, task=task)).lengths[:, None]
        assert not h[padding].any()


@pytest.mark.parametrize("peer", INSTALLED)
def test_other_frameworks_run_every_task_where_they_are_installed(peer):
    if not bench_peers.available(peer):
        pytest.skip(f"{peer} is not installed")
    script = (
        "from numpyrnn.benchmarks.peers import *\nfrom numpyrnn.benchmarks.job import LayerJob\n"
        f"for task in {TASKS if peer == 'torch' else ('ragged',)}:\n"
        f"    step = PEERS['{peer}'].build(LayerJob('{peer}', 'gru', {SHAPE}, task))\n"
        f"    assert step.run() is not None\n"
        f"print(step.compile_seconds)"
    )
    assert (run_apart(script, job(peer)).strip() == "None") == (peer == "torch") or peer == "keras"


def test_jax_computes_what_numpyrnn_computes():
    if not bench_peers.available("jax"):
        pytest.skip("jax is not installed")
    run_apart(JAX_AND_NUMPYRNN, job("jax"))


JAX_AND_NUMPYRNN = """
import numpy as np
from numpyrnn import GRU, LSTM, RNN
from numpyrnn.benchmarks.peers_jax import layer, parameters
from numpyrnn.benchmarks.job import LayerJob, inputs

for cell, gates, ours in (
    ("rnn", "h", RNN(2, 4, rng=0)),
    ("gru", "rzn", GRU(2, 4, reset_after=True, rng=0)),
    ("lstm", "ifgo", LSTM(2, 4, rng=0)),
):
    job = LayerJob("jax", cell, (3, 5, 2, 4), "ragged")
    x, _, lengths = inputs(job)
    (params,) = parameters(job)
    blocks = [np.split(np.asarray(params[name]), len(gates), axis=1) for name in "WU"]
    for gate, W, U in zip(gates, *blocks, strict=True):
        views = ours.gate(gate)
        views["W_xh"][...], views["W_hh"][...], views["b_h"][...] = W.T, U.T, 0
    h = np.asarray(layer(job, lengths)([params], x))
    np.testing.assert_allclose(h, ours.forward(x, lengths=lengths)[0], atol=1e-5)
"""


def run_apart(script, its_job):
    """Run a script in a process like a worker's: frameworks stay out of this one."""
    ran = subprocess.run(
        [sys.executable, "-c", script], env=environment(its_job, os.environ), cwd=ROOT,
        capture_output=True, text=True,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_every_peer_reads_the_same_random_numbers():
    one, two = inputs(job("kernel", task="ragged")), inputs(job("torch", task="ragged"))
    for a, b in zip(one, two, strict=True):
        np.testing.assert_array_equal(a, b)
    assert inputs(job("kernel")).lengths is None
    assert one.lengths.min() >= 1 and one.lengths.max() <= SHAPE[1]


def test_memory_is_what_building_and_stepping_added():
    if not bench_worker.CLEAR_REFS.exists():
        pytest.skip("the system does not tell a process's peak memory")
    worker = bench_worker.BenchWorker(job("kernel", shape=(64, 100, 64, 64)))
    worker.build()
    added = worker.memory()["peak_bytes"]
    assert 64 * 100 * 64 * 4 < added < 200e6


def test_memory_is_unknown_where_the_peak_cannot_be_reset(monkeypatch, tmp_path):
    monkeypatch.setattr(bench_worker, "CLEAR_REFS", tmp_path / "missing" / "clear_refs")
    worker = bench_worker.BenchWorker(job("kernel"))
    worker.build()
    assert worker.memory() == {"peak_bytes": None}


def test_a_round_takes_at_least_as_many_steps_as_asked_for(monkeypatch):
    monkeypatch.setattr(bench_trust, "PATIENCE", float("inf"))
    worker = bench_worker.BenchWorker(job("kernel", least=4))
    worker.build()
    assert worker.round()["steps"] == 4


# Processes -------------------------------------------------------------------------------------


def test_all_threads_are_the_same_and_blas_stays_as_installed():
    given = {"OPENBLAS_CORETYPE": "Haswell", "PATH": "bin", "OMP_NUM_THREADS": "64"}
    found = environment(job("torch", threads=3), given)
    assert {found[name] for name in bench_session.THREADS} == {"3"}
    assert found["OPENBLAS_CORETYPE"] == "Haswell" and found["PATH"] == "bin"
    assert found["NUMPYRNN_KEEP_BLAS"] == "1"
    assert environment(job("kernel_skylakex"), given)["OPENBLAS_CORETYPE"] == "SkylakeX"


def test_avx512_kernels_are_measured_only_where_blas_leaves_them_idle():
    def peers(avx512, core_type):
        return bench_speed.chosen_peers(["products"], SimpleNamespace(avx512=avx512, core_type=core_type))

    both = ["kernel", "products"]
    assert peers(False, "Haswell") == both and peers(True, "SkylakeX") == both
    assert peers(True, "Zen") == [*both, "kernel_skylakex", "products_skylakex"]


def break_worker(monkeypatch, name, code):
    """Let the workers of the peer `name` run `code` instead."""
    start = subprocess.Popen

    def popen(command, **options):
        if json.loads(command[-1])["peer"] == name:
            command = [sys.executable, "-c", code]
        return start(command, **options)

    monkeypatch.setattr(bench_session.subprocess, "Popen", popen)


@pytest.mark.parametrize("waited, until, rounds", [
    (0.9, float("inf"), 4),     # as many rounds again
    (0.0, float("inf"), 2),
    (0.9, 0.0, 1),              # the time is up
])  # fmt: skip
def test_a_disturbed_peer_is_measured_longer_while_there_is_time(
    waited, until, rounds, monkeypatch
):
    told = json.dumps({"ms": 1.0, "steps": 3, "waited": waited})
    code = f"for word in sys.stdin: print({told!r} if word == 'round\\n' else '{{}}', flush=True)"
    break_worker(monkeypatch, "cell", f"import sys\n{code}")
    found, deaths = measure([job("cell")], 2, pause=0, until=until)
    assert (len(found["cell"]["rounds_ms"]), deaths) == (rounds, [])
    assert summary(found, SHAPE, 2)["cell"]["trusted"] == (waited == 0)


def test_a_worker_that_dies_is_one_sentence_with_its_last_words(monkeypatch):
    break_worker(monkeypatch, "cell", "input(); print('{}'); raise OSError('the dog ate\\nit')")
    found, deaths = measure([job("kernel"), job("cell")], 1, pause=0)
    assert deaths == ["the process of cell (lstm, 3,5,2,4) ended with exit code 1: it"]
    assert list(found) == ["kernel"], "the others go on"


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_worker_that_is_killed_says_by_what(monkeypatch):
    break_worker(monkeypatch, "cell", "import os; os.kill(os.getpid(), 9)")
    with Worker(job("cell")) as worker, pytest.raises(WorkerError, match=r"signal SIGKILL.*memory"):
        worker.process.wait(timeout=30)
        worker.ask("load")


def test_a_peer_that_dies_is_left_out_and_the_exit_code_is_1(monkeypatch, capsys, tmp_path):
    break_worker(monkeypatch, "cell", "raise SystemExit('no luck')")
    words = ["--peers", "cell,products", "--cells", "rnn", "--shape", "2,3,2,2", "--rounds", "1"]
    assert main(["bench", *words, "--quick", "--threads", "1", "--out", str(tmp_path)]) == 1
    out = " ".join(capsys.readouterr().out.split())
    assert "left out: the process of cell (rnn, 2,3,2,2) ended with exit code 1: no luck" in out
    assert "x products" in out and "written to" in out


def test_without_its_kernel_the_run_ends_in_one_line(monkeypatch, capsys, tmp_path):
    break_worker(monkeypatch, "kernel", "raise SystemExit('no luck')")
    words = ["--peers", "kernel", "--cells", "rnn", "--shape", "2,3,2,2", "--out", str(tmp_path)]
    assert main(["bench", *words]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith("the process of kernel (rnn, 2,3,2,2) ended with exit code 1: no luck")


def test_no_process_outlives_an_interruption():
    started = []

    def interrupt():
        raise KeyboardInterrupt

    class Remembered(Worker):
        def __init__(self, job):
            super().__init__(job)
            started.append(self.process)

    with pytest.MonkeyPatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(bench_session, "Worker", Remembered)
        measure([job("kernel"), job("cell")], 2, pause=0, after_round=interrupt)
    assert len(started) == 2 and all(process.returncode is not None for process in started)


def test_a_worker_that_does_not_listen_is_ended_too(monkeypatch):
    break_worker(monkeypatch, "cell", "import time; time.sleep(20)")
    start = time.monotonic()
    with Worker(job("cell")) as worker:
        assert worker.process.poll() is None
    assert worker.process.returncode not in (None, 0) and time.monotonic() - start < 15


def test_a_worker_ends_with_the_one_that_asks_and_ignores_its_ctrl_c():
    with Worker(job("kernel")) as worker:
        worker.ask("load")
        if os.name == "posix":
            os.kill(worker.process.pid, signal.SIGINT)
            time.sleep(0.1)
        assert worker.ask("build")["first_ms"] > 0
        worker.process.stdin.close()
        assert worker.process.wait(timeout=30) == 0
        worker.process.stdin = None


# Mistakes --------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["16,50,32", "1,2,3,4,5", "16,50,0,64", "a,b,c,d", "1,2,3,-4", ""])
def test_a_bad_shape_is_answered_in_one_line(text, capsys, no_measuring):
    assert main(["bench", f"--shape={text}"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "--shape: expected batch,steps,inputs,hidden, four whole numbers" in line
    assert f"got {text!r}" in line


@pytest.mark.parametrize(
    "words, answer",
    [
        (["--cells", "lstn"], "did you mean 'lstm'"),
        (["--peers", "pytorch"], "did you mean 'torch'"),
        (["--task", "test"], "train, inference, ragged, bidirectional"),
        (["--threads", "0"], "at least 1"),
        (["--dtype", "float16"], "float32, float64"),
    ],
)
def test_a_usage_error_exits_with_2(words, answer, capsys, no_measuring):
    assert main(["bench", *words]) == 2
    assert answer in capsys.readouterr().err


@pytest.mark.usefixtures("no_measuring")
def test_a_missing_peer_is_an_error_if_it_was_asked_for(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(bench_speed, "available", lambda peer: peer != "jax")
    assert main(["bench", "--peers", "jax", "--out", str(tmp_path)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith('--peers: jax is not installed; pip install "jax>=0.4", or leave it out')


def test_missing_peers_are_left_out_in_one_line_otherwise(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(bench_speed, "available", lambda peer: peer not in INSTALLED)
    monkeypatch.setattr(
        bench_session, "measure", lambda jobs, *_, **__: ({j.peer: answers(1.0) for j in jobs}, [])
    )
    assert main(["bench", "--out", str(tmp_path), "--cells", "rnn"]) == 0
    out = capsys.readouterr().out
    assert (
        "not installed, left out: torch, jax, keras (pip install "
        '"torch>=2.4" "jax>=0.4" "keras>=3")' in out.splitlines()
    )
    found = json.loads((tmp_path / "bench.json").read_text(encoding="utf-8"))
    assert [tuple(result["shape"]) for result in found["results"]] == bench.SHAPES
    assert list(found["results"][0]["peers"]) == ["kernel", "cell", "products"]


def test_quick_ends_in_time_and_says_what_it_left_out(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(bench, "QUICK_END", -1)
    monkeypatch.setattr(
        bench_session, "measure", lambda jobs, *_, **__: ({j.peer: answers(1.0) for j in jobs}, [])
    )
    words = ["--cells", "gru,rnn", "--shape", "2,3,4,5", "6,7,8,9", "--peers", "cell"]
    assert main(["bench", "--quick", *words, "--out", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "RNN:" not in out and "GRU (reset_after):" in out
    assert "time of --quick was up: gru 6,7,8,9; rnn 2,3,4,5; rnn 6,7,8,9" in out
    found = json.loads((tmp_path / "bench.json").read_text(encoding="utf-8"))
    assert found["not_measured"] == ["gru 6,7,8,9", "rnn 2,3,4,5", "rnn 6,7,8,9"]
    assert [result["shape"] for result in found["results"]] == [[2, 3, 4, 5]]


def test_the_kernel_alone_is_measured_but_not_drawn(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(
        bench_session, "measure", lambda jobs, *_, **__: ({j.peer: answers(1.0) for j in jobs}, [])
    )
    assert main(["bench", "--peers", "kernel", "--out", str(tmp_path)]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["bench.json"]


def test_the_modules_of_the_command_load_no_framework():
    for name in ("bench", "bench_peers", "bench_products", "bench_jax", "bench_session"):
        importlib.import_module(f"numpyrnn.cli.{name}")
    script = (
        "import sys, numpyrnn.cli.bench\n"
        "import numpyrnn.benchmarks.peers_jax, numpyrnn.benchmarks.worker\n"
        "assert not {'torch', 'jax', 'keras', 'matplotlib', 'tqdm'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)
