"""What `bench` computes from its rounds, and what its table says."""

import time
from functools import partial

import pytest
from support.benchmarks import ANSWERS, BENCHED, SHAPE, answers, frozen

from numpyrnn import plots
from numpyrnn.benchmarks import trust
from numpyrnn.benchmarks.report import meaning, report
from numpyrnn.benchmarks.session import summary
from numpyrnn.benchmarks.trust import judge, timed


def test_ratios_are_those_of_the_medians_over_rounds():
    peers = summary(ANSWERS, BENCHED, 3)
    assert [peers[name]["ms"] for name in ANSWERS] == [2.0, 1.5, 4.0, 1.0]
    assert peers["torch"]["kernel_over_peer"] == 0.5 and peers["jax"]["kernel_over_peer"] == 2.0
    assert peers["kernel"]["share_of_products"] == 0.75
    assert "kernel_over_peer" not in peers["kernel"]
    assert peers["kernel"]["spread"] == pytest.approx(0.2)
    assert peers["kernel"]["steps_per_second"] == 500
    assert peers["kernel"]["tokens_per_second"] == 500 * 16 * 50


def test_the_share_under_other_blas_kernels_is_of_products_under_the_same_ones():
    by_peer = {name: answers(ms) for name, ms in (
        ("kernel", 4.0), ("products", 3.0), ("kernel_skylakex", 2.0), ("products_skylakex", 1.0)
    )}  # fmt: skip
    peers = summary(by_peer, SHAPE, 1)
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
    torch = {**ANSWERS["torch"], "waited": [0.5, 0.62, 0.7]}
    results = frozen({**ANSWERS, "torch": torch, "jax": answers(1.0, 9.0, 1.0)})
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
    busy = {**ANSWERS, "torch": {**ANSWERS["torch"], "waited": [0.5, 0.6, 0.7]}}
    assert "busy" not in label and "busy" in plots.speed(frozen(busy)).axes[-1].get_xlabel()


def test_what_the_kernel_takes_in_doubt_is_in_doubt_for_every_peer():
    peers = {**ANSWERS, "kernel": {**ANSWERS["kernel"], "waited": [0.4, 0.4, 0.4]}}
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
    timing = judge(rounds_ms, waited, 3 if len(rounds_ms) > 1 else 1)
    assert (timing.ms, timing.trusted) == (pytest.approx(ms), trusted)


def test_time_in_which_a_process_does_not_compute_is_waiting():
    asleep = timed(partial(time.sleep, 0.01), 0.02)
    assert asleep["steps"] >= 1 and asleep["ms"] >= 10 and 0.5 < asleep["waited"] <= 1


def test_waiting_is_known_without_the_files_of_linux(monkeypatch, tmp_path):
    monkeypatch.setattr(trust, "TASKS", tmp_path / "missing")
    assert 0.5 < timed(partial(time.sleep, 0.01), 0.02)["waited"] <= 1


def test_slow_steps_end_a_round_early(monkeypatch):
    monkeypatch.setattr(trust, "PATIENCE", 0.0)
    assert timed(lambda: None, 0.0, least=5)["steps"] == 1


def test_the_notes_say_what_a_ratio_means_and_drop_what_was_not_measured():
    assert "below 1 numpyrnn is faster" in " ".join(meaning(frozen()).split())
    results = frozen()
    del results["results"][0]["peers"]["kernel"]["share_of_products"]
    assert "GEMM" in meaning(frozen()) and "GEMM" not in meaning(results)
    assert "peers: peer 1." in meaning(results)
