"""What `numpyrnn doctor` times: the same work in two processes that differ in their environment.

Both stay alive and take turns, and medians are compared: other programs then slow both. Such a
process is `python -m numpyrnn.benchmarks.doctor_measure`: it says what it runs on and what it
computed, then answers each name of a job with milliseconds.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from numpyrnn.benchmarks.process import Process, ProcessEnded, as_installed
from numpyrnn.benchmarks.trust import Timing, judge, timed

ROUNDS = 5
SECONDS_A_JOB = 0.08  # in each round, at least
LAST_ROUND_BEFORE = 4.0  # seconds after the start; the first round is taken all the same
PATIENCE = 7.0  # seconds to start up, and as many to measure: then a process is taken for stuck
IDLE = 0.12  # OpenBLAS' threads spin for as long after their work
SAMPLES = 64  # numbers of each array that the two compare

# The same samples with other kernels: float32 rounding, and no more, may tell them apart.
ROUNDING = 1e-4


class LSTMJob(NamedTuple):
    """A forward and a backward pass of an LSTM."""

    batch: int
    steps: int
    inputs: int
    hidden: int

    def __str__(self) -> str:
        return f"LSTM step, B={self.batch} T={self.steps} D={self.inputs} H={self.hidden}"


class ProductJob(NamedTuple):
    """One matrix product, of the shape that an LSTM's step computes."""

    rows: int
    inner: int
    columns: int

    def __str__(self) -> str:
        return f"product ({self.rows}, {self.inner}) @ ({self.inner}, {self.columns})"


JOBS: Mapping[str, LSTMJob | ProductJob] = {
    "product": ProductJob(4 * 256, 128 + 256 + 1, 64),
    "small": LSTMJob(16, 20, 32, 64),
    "large": LSTMJob(64, 20, 128, 256),
}


class Setting(NamedTuple):
    """One setting: what to call it, and its variables (None takes one away)."""

    name: str
    environment: Mapping[str, str | None]


class Trial(NamedTuple):
    """Two settings and the jobs to compare them by; the first is the machine as it is."""

    now: Setting
    other: Setting
    jobs: tuple[str, ...]


@dataclass(frozen=True)
class TrialTimes:
    """Median milliseconds of each job, now and with the other setting."""

    milliseconds: dict[str, tuple[float, float]]
    rounds: int
    core_types: tuple[str | None, str | None]
    threads: tuple[int | None, int | None]
    difference: float  # between their results, over the largest number of an array
    waited: float = 0.0  # of its time, that the worse of the two waited for a core
    trusted: bool = True

    def gain(self, job: str) -> float:
        """How many times faster the other setting is."""
        now, other = self.milliseconds[job]
        return now / other

    @property
    def agrees(self) -> bool:
        """Whether the results differ by no more than float32 rounding."""
        return self.difference <= ROUNDING


class NotMeasured(RuntimeError):
    """A process did not answer; the sentence says why."""


def measure(trial: Trial, tick: Callable[[], Any] = lambda: None) -> TrialTimes:
    """Compare the two settings; `tick` is called after each of the ROUNDS rounds.

    Raises NotMeasured if a process ends or does not answer in time.
    """
    start = time.perf_counter()
    answers: dict[str, tuple[list[Any], list[Any]]] = {job: ([], []) for job in trial.jobs}
    with _process(trial.now, trial.jobs) as now, _process(trial.other, trial.jobs) as other:
        sides = ((trial.now, now), (trial.other, other))
        with _watched(now, other):
            first = [_answer(*side) for side in sides]
        rounds = 0
        with _watched(now, other):
            while not rounds or (
                rounds < ROUNDS and time.perf_counter() - start < LAST_ROUND_BEFORE
            ):
                for i in (0, 1) if rounds % 2 else (1, 0):
                    if first[1 - i]["threads"] not in (1, None):
                        time.sleep(IDLE)
                    for job in trial.jobs:
                        answers[job][i].append(_answer(*sides[i], job))
                rounds += 1
                tick()
    timings = {job: tuple(map(_judged, pair)) for job, pair in answers.items()}
    both = [timing for pair in timings.values() for timing in pair]
    return TrialTimes(
        milliseconds={job: (now.ms, other.ms) for job, (now, other) in timings.items()},
        rounds=rounds,
        waited=max(timing.waited for timing in both),
        trusted=all(timing.trusted for timing in both),
        core_types=(first[0]["core_type"], first[1]["core_type"]),
        threads=(first[0]["threads"], first[1]["threads"]),
        difference=difference(first[0]["results"], first[1]["results"]),
    )


def difference(now: Mapping[str, list[float]], other: Mapping[str, list[float]]) -> float:
    """The largest difference between two arrays of a name, over the largest number in them."""
    worst = 0.0
    for name, a in now.items():
        scale = max(map(abs, a)) or 1.0
        worst = max(worst, *(abs(x - y) / scale for x, y in zip(a, other[name], strict=True)))
    return worst


def _judged(answers: Sequence[Mapping[str, Any]]) -> Timing:
    return judge([a["ms"] for a in answers], [a["waited"] for a in answers], len(answers))


@contextlib.contextmanager
def _watched(*processes: Process) -> Iterator[None]:
    """End the processes if this takes longer than PATIENCE, and say that it did."""
    late = threading.Event()

    def end() -> None:
        late.set()
        for process in processes:
            process.process.kill()

    watch = threading.Timer(PATIENCE, end)
    watch.daemon = True
    watch.start()
    try:
        yield
    except NotMeasured:
        if late.is_set():
            raise NotMeasured(
                f"no answer within {PATIENCE:g} seconds; the machine is busy"
            ) from None
        raise
    finally:
        watch.cancel()


def _process(setting: Setting, jobs: tuple[str, ...]) -> Process:
    variables = {**as_installed(os.environ), **setting.environment}
    return Process(
        __name__, jobs, {name: value for name, value in variables.items() if value is not None}
    )


def _answer(setting: Setting, process: Process, job: str = "") -> dict[str, Any]:
    try:
        return process.ask(job)
    except ProcessEnded as end:
        words = f"the process with {setting.name} ended"
        if end.code < 0:
            raise NotMeasured(f"{words} with {end.how.removeprefix('signal ')}") from None
        raise NotMeasured(f"{words}: {end.line or end.how}") from None


# In the process itself -------------------------------------------------------------------------


def work(name: str) -> Callable[[], dict[str, Any]]:
    """The job as a function that computes it once and returns its arrays by name."""
    import numpy as np

    from numpyrnn import LSTM

    job, rng = JOBS[name], np.random.default_rng(0)
    if isinstance(job, ProductJob):
        a = rng.standard_normal((job.rows, job.inner), dtype=np.float32)
        b = rng.standard_normal((job.inner, job.columns), dtype=np.float32)
        out = np.empty((job.rows, job.columns), np.float32)
        return lambda: {"product": np.matmul(a, b, out=out)}
    layer = LSTM(job.inputs, job.hidden, rng=0)
    x = rng.standard_normal((job.batch, job.steps, job.inputs), dtype=np.float32)
    dh = rng.standard_normal((job.batch, job.steps, job.hidden), dtype=np.float32)

    def step() -> dict[str, Any]:
        h, _ = layer.forward(x)
        dx, _ = layer.backward(dh)
        return {"h": h, "dx": dx, **layer.grads}

    return step


def samples(arrays: Mapping[str, Any]) -> dict[str, list[float]]:
    """SAMPLES numbers of each array, from all over it, and its largest one."""
    return {
        name: [
            *array.reshape(-1)[:: max(1, array.size // SAMPLES)].tolist(),
            float(abs(array).max()),
        ]
        for name, array in arrays.items()
    }


def main(jobs: list[str]) -> None:
    """Say what this process runs on, then time the jobs that standard input names."""
    from numpyrnn.machine import facts

    runs = {job: work(job) for job in jobs}
    machine = facts()
    results = {
        f"{job} {name}": values for job in jobs for name, values in samples(runs[job]()).items()
    }
    about = dict(core_type=machine.core_type, threads=machine.threads, results=results)
    _write(about)
    for line in sys.stdin:
        _write(timed(runs[line.strip()], SECONDS_A_JOB))


def _write(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
