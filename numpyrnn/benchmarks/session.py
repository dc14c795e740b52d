"""The processes that `numpyrnn bench` measures in: one for each peer, asked in turn.

A machine's speed drifts over minutes: so rounds alternate between the peers.
"""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from typing import Any

from numpyrnn.benchmarks.job import LayerJob
from numpyrnn.benchmarks.peers_keras import keras_backend
from numpyrnn.benchmarks.process import Process, ProcessEnded, as_installed
from numpyrnn.benchmarks.trust import judge

PAUSE = 0.3  # seconds: OpenMP threads of the previous peer spin for a while after their work
THREADS = (
    "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS",
    "BLIS_NUM_THREADS", "NPROC",
)  # fmt: skip


class WorkerError(RuntimeError):
    """A peer's process ended before its time."""


class Worker(Process):
    """A process that has one job."""

    def __init__(self, job: LayerJob):
        self.job = job
        super().__init__(
            "numpyrnn.benchmarks.worker", [json.dumps(job._asdict())], environment(job, os.environ)
        )

    def ask(self, word: str = "") -> dict[str, Any]:
        """The answer to a word. Raises WorkerError if the process is dead."""
        try:
            return super().ask(word)
        except ProcessEnded as end:
            job, how = self.job, end.how
            if how == "signal SIGKILL":
                how += ", perhaps for want of memory"
            raise WorkerError(
                f"the process of {job.peer} ({job.cell}, {','.join(map(str, job.shape))}) ended "
                f"with {how}: {end.line or 'it left no message'}"
            ) from None


def environment(job: LayerJob, outer: Mapping[str, str]) -> dict[str, str]:
    """What a worker starts with: its threads, the CPU only, and BLAS kernels as installed."""
    threads = {name: str(job.threads) for name in THREADS}
    own = {
        "CUDA_VISIBLE_DEVICES": "", "JAX_PLATFORMS": "cpu",
        "JAX_ENABLE_X64": "1" if job.dtype == "float64" else "0",
    }
    own["KERAS_BACKEND"] = outer.get("KERAS_BACKEND") or keras_backend()
    if job.threads == 1:
        flags = f"{outer.get('XLA_FLAGS', '')} --xla_cpu_multi_thread_eigen=false"
        own["XLA_FLAGS"] = flags.strip()
    if job.peer.endswith("_skylakex"):
        own["OPENBLAS_CORETYPE"] = "SkylakeX"
    return {**as_installed(outer), **threads, **own}


def measure(
    jobs: Sequence[LayerJob], rounds: int, *, pause: float = PAUSE, until: float = math.inf,
    after_round: Callable[[], None] = lambda: None,
) -> tuple[dict[str, Any], list[str]]:
    """What each job's process answered, by peer, and a sentence for each that died on the way.

    Peers whose times cannot be trusted yet take up to as many rounds again; after `until` on the
    monotonic clock one round is enough. `after_round` is called after each round of each peer.
    """
    answers: dict[str, Any] = {}
    deaths: list[str] = []
    with ExitStack() as stack:
        workers = {job.peer: stack.enter_context(Worker(job)) for job in jobs}

        def ask(peer: str, word: str) -> dict[str, Any]:
            try:
                return workers[peer].ask(word)
            except WorkerError as death:
                deaths.append(str(death))
                del workers[peer]
                answers.pop(peer, None)
                return {}

        for peer in list(workers):
            answers[peer] = {**ask(peer, "load"), "rounds_ms": [], "steps": [], "waited": []}
        for peer in list(workers):
            answers[peer] |= ask(peer, "build")
        for turn in range(2 * rounds):
            for peer in list(workers)[:: 1 if turn % 2 == 0 else -1]:
                enough = turn >= rounds and _trusted(answers[peer], rounds)
                if turn and (enough or time.monotonic() > until):
                    continue
                time.sleep(pause)
                if answer := ask(peer, "round"):
                    answers[peer]["rounds_ms"].append(answer["ms"])
                    answers[peer]["steps"].append(answer["steps"])
                    answers[peer]["waited"].append(answer["waited"])
                after_round()
        for peer in list(workers):
            answers[peer] |= ask(peer, "memory")
    return {peer: answers[peer] for peer in workers}, deaths


def _trusted(answer: Mapping[str, Any], rounds: int) -> bool:
    return judge(answer["rounds_ms"], answer["waited"], rounds).trusted


def summary(answers: Mapping[str, Any], shape: Sequence[int], rounds: int) -> dict[str, Any]:
    """The answers of all peers with what follows from them; ratios are those of the medians."""
    B, T = shape[:2]
    peers = {}
    for peer, answer in answers.items():
        timing = judge(answer["rounds_ms"], answer["waited"], rounds)
        peers[peer] = {
            **answer,
            "ms": timing.ms,
            "spread": timing.spread,
            "trusted": timing.trusted,
            "steps_per_second": 1e3 / timing.ms,
            "tokens_per_second": 1e3 * B * T / timing.ms,
        }
    for peer, figures in peers.items():
        if peer != "kernel" and "kernel" in peers:
            figures["kernel_over_peer"] = peers["kernel"]["ms"] / figures["ms"]
    for suffix in ("", "_skylakex"):
        if f"kernel{suffix}" in peers and f"products{suffix}" in peers:
            peers[f"kernel{suffix}"]["share_of_products"] = (
                peers[f"products{suffix}"]["ms"] / peers[f"kernel{suffix}"]["ms"]
            )
    return peers
