"""What each peer of `bench` runs, and what its process measures."""

import os
import subprocess
import sys
from functools import partial

import numpy as np
import pytest
from support.benchmarks import INSTALLED, SHAPE, job
from support.paths import ROOT

from numpyrnn.benchmarks import peers, trust
from numpyrnn.benchmarks import products as products_module
from numpyrnn.benchmarks import worker as worker_module
from numpyrnn.benchmarks.job import CELLS, TASKS, inputs
from numpyrnn.benchmarks.session import environment


def test_the_products_go_by_the_kernels_chunks_of_whole_steps():
    counts = [300, 300, 200, 5, 1]
    groups = products_module.chunks(counts)
    assert [(first, size) for first, size, _ in groups] == [(0, 600), (600, 206)]
    assert [steps for _, _, steps in groups] == [
        [(0, 300), (300, 300)], [(0, 200), (200, 5), (205, 1)]
    ]
    assert products_module.chunks([2000, 1])[0] == (0, 2000, [(0, 2000)])


@pytest.mark.parametrize("cell, gates", [("rnn", 1), ("lstm", 4), ("gru", 3)])
def test_products_multiply_as_often_as_a_layer_of_that_shape_must(cell, gates, monkeypatch):
    B, T, D, H = 8, 100, 3, 4
    work = []

    def counted(multiply, a, b, **to):
        work.append(a.shape[0] * a.shape[1] * b.shape[1])
        return multiply(a, b, **to)

    step = products_module.products(cell, [B] * T, D, H, "float32")
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
@pytest.mark.parametrize("cell", CELLS)
def test_every_task_runs_on_every_peer_of_numpy(cell, peer, task):
    step = peers.PEERS[peer].build(job(peer, cell, task=task, dtype="float64"))
    outputs = step.run()
    if peer == "products":
        return
    B, T, D, H = SHAPE
    h = outputs[0]
    assert h.shape == (B, T, H * (1 + (task == "bidirectional"))) and h.dtype == np.float64
    if task != "inference":
        assert outputs[1].shape == (B, T, D)
        assert not np.shares_memory(h, step.run()[0]), "outputs are the caller's own"
    if task == "ragged":
        padding = np.arange(T) >= inputs(job(peer, task=task)).lengths[:, None]
        assert not h[padding].any()


def run_apart(script, its_job):
    """Run a script in a process like a worker's: frameworks stay out of this one."""
    ran = subprocess.run(
        [sys.executable, "-c", script], env=environment(its_job, os.environ), cwd=ROOT,
        capture_output=True, text=True,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.mark.whole
@pytest.mark.parametrize("peer", INSTALLED)
def test_other_frameworks_run_every_task_where_they_are_installed(peer):
    if not peers.available(peer):
        pytest.skip(f"{peer} is not installed")
    script = (
        "from numpyrnn.benchmarks.peers import *\nfrom numpyrnn.benchmarks.job import LayerJob\n"
        f"for task in {TASKS if peer == 'torch' else ('ragged',)}:\n"
        f"    step = PEERS['{peer}'].build(LayerJob('{peer}', 'gru', {SHAPE}, task))\n"
        f"    assert step.run() is not None\n"
        f"print(step.compile_seconds)"
    )
    assert (run_apart(script, job(peer)).strip() == "None") == (peer == "torch") or peer == "keras"


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


@pytest.mark.whole
def test_jax_computes_what_numpyrnn_computes():
    if not peers.available("jax"):
        pytest.skip("jax is not installed")
    run_apart(JAX_AND_NUMPYRNN, job("jax"))


def test_every_peer_reads_the_same_random_numbers():
    one, two = inputs(job("kernel", task="ragged")), inputs(job("torch", task="ragged"))
    for a, b in zip(one, two, strict=True):
        np.testing.assert_array_equal(a, b)
    assert inputs(job("kernel")).lengths is None
    assert one.lengths.min() >= 1 and one.lengths.max() <= SHAPE[1]


def test_memory_is_what_building_and_stepping_added():
    if not worker_module.CLEAR_REFS.exists():
        pytest.skip("the system does not tell a process's peak memory")
    worker = worker_module.BenchWorker(job("kernel", shape=(64, 100, 64, 64)))
    worker.build()
    added = worker.memory()["peak_bytes"]
    assert 64 * 100 * 64 * 4 < added < 200e6


def test_memory_is_unknown_where_the_peak_cannot_be_reset(monkeypatch, tmp_path):
    monkeypatch.setattr(worker_module, "CLEAR_REFS", tmp_path / "missing" / "clear_refs")
    worker = worker_module.BenchWorker(job("kernel"))
    worker.build()
    assert worker.memory() == {"peak_bytes": None}


def test_a_round_takes_at_least_as_many_steps_as_asked_for(monkeypatch):
    monkeypatch.setattr(trust, "PATIENCE", float("inf"))
    worker = worker_module.BenchWorker(job("kernel", least=4))
    worker.build()
    assert worker.round()["steps"] == 4
